"""What may be done with sittings and standing rights."""

from lms.kernel.actor import Permission

READ_SITTINGS = Permission("sittings.read")
RUN_SITTINGS = Permission("sittings.run")
