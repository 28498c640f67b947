"""What may be done with other people's enrolments; one's own need no permission."""

from lms.kernel.actor import Permission

RUN_ENROLMENTS = Permission("enrolment.run")
"""Enrol and withdraw anybody, change a class's seats, close and cancel classes."""

READ_ENROLMENTS = Permission("enrolment.read")
"""Everybody's enrolments, class by class."""

ENROL_STAFF = Permission("enrolment.enrol-staff")
"""Enrol a company's linked staff, and take unused seats back."""

READ_STAFF_LEARNING = Permission("enrolment.read-staff-learning")
"""What a company may see of its staff's learning."""
