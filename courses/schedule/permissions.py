"""What may be done with classes."""

from lms.kernel.actor import Permission

RUN_CLASSES = Permission("schedule.run")
