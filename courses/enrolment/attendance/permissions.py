"""What may be done with attendance."""

from lms.kernel.actor import Permission

TAKE_ATTENDANCE = Permission("attendance.take")
"""For classes in which one is a trainer; with `enrolment.run`, for every class."""
