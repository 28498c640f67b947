"""What may be done with roles."""

from lms.kernel.actor import Permission

READ_GRANTS = Permission("grants.read")
GIVE_GRANTS = Permission("grants.give")
