"""What staff may do with attempts. Candidates need no permission for their own."""

from lms.kernel.actor import Permission

READ_ATTEMPTS = Permission("attempts.read")
FLAG_ATTEMPTS = Permission("attempts.flag")
GIVE_TIME = Permission("attempts.give-time")
READ_ACCOMMODATIONS = Permission("accommodations.read")
"""Apart from attempts: why somebody has extra time is a private matter."""
