"""What may be done with proposals."""

from lms.kernel.actor import Permission

READ_PROPOSALS = Permission("proposals.read")
DECIDE_PROPOSALS = Permission("proposals.decide")
