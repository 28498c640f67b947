"""What may be done with the register of people."""

from lms.kernel.actor import Permission

READ_PEOPLE = Permission("people.read")
RENAME_PEOPLE = Permission("people.rename")
DISABLE_PEOPLE = Permission("people.disable")
