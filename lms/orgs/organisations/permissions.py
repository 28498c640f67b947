"""What may be done with companies."""

from lms.kernel.actor import Permission

LIST_ORGANISATIONS = Permission("organisations.list")
DECIDE_ORGANISATIONS = Permission("organisations.decide")
READ_ORGANISATION = Permission("organisation.read")
MANAGE_ORGANISATION = Permission("organisation.manage")
