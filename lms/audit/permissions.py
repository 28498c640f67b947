"""What may be done with the audit trail: nothing but read it."""

from lms.kernel.actor import Permission

READ_AUDIT = Permission("audit.read")
