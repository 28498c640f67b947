"""What may be done about people who are not registered yet."""

from lms.kernel.actor import Permission

ENTER_PEOPLE = Permission("people.enter")
