"""What staff may do with results. Learners need no permission for their own."""

from lms.kernel.actor import Permission

READ_RESULTS = Permission("results.read")
RELEASE_RESULTS = Permission("results.release")
READ_REGRADES = Permission("results.read-regrades")
REGRADE = Permission("results.regrade")
