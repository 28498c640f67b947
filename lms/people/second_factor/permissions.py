"""What may be done with other people's second factors."""

from lms.kernel.actor import Permission

REMOVE_SECOND_FACTORS = Permission("second-factors.remove")
