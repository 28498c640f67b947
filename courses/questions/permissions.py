"""What may be done with question banks. Reading shows keys, so trainers do not have it."""

from lms.kernel.actor import Permission

READ_BANKS = Permission("questions.read")
EDIT_BANKS = Permission("questions.edit")
