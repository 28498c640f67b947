"""What may be done with exams."""

from lms.kernel.actor import Permission

READ_EXAMS = Permission("exams.read")
CONFIGURE_EXAMS = Permission("exams.configure")
