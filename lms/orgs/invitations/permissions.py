"""What may be done with invitations."""

from lms.kernel.actor import Permission

READ_INVITATIONS = Permission("invitations.read")
INVITE = Permission("invitations.make")
