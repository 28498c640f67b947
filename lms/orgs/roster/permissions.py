"""What may be done with rosters: who works in which centre, and since when."""

from lms.kernel.actor import Permission

READ_ROSTERS = Permission("rosters.read")
MANAGE_ROSTERS = Permission("rosters.manage")
CLOSE_CENTRES = Permission("centres.close")
