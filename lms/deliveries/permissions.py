"""What may be done with deliveries that are held."""

from lms.kernel.actor import Permission

READ_DELIVERIES = Permission("deliveries.read")
RELEASE_DELIVERIES = Permission("deliveries.release")
