"""What may be done with attendance."""

from lms.kernel.actor import Permission

READ_ATTENDANCE = Permission("attendance.read")
"""For classes in which one is a trainer; with `audit.read`, for every class."""

TAKE_ATTENDANCE = Permission("attendance.take")
"""For classes in which one is a trainer; with `enrolment.run`, for every class."""
