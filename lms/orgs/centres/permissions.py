"""What may be done with centres."""

from lms.kernel.actor import Permission

READ_CENTRES = Permission("centres.read")
MANAGE_CENTRES = Permission("centres.manage")
DECIDE_CENTRES = Permission("centres.decide")
LIST_CENTRE_APPLICATIONS = Permission("centres.list-applications")
