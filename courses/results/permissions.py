"""What staff may do with results. Learners need no permission for their own."""

from lms.kernel.actor import Permission

READ_RESULTS = Permission("results.read")
RELEASE_RESULTS = Permission("results.release")
REGRADE = Permission("results.regrade")
