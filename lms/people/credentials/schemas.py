"""Shapes of password requests. A password is taken as typed: no space is trimmed."""

from typing import Annotated

from pydantic import Field, StringConstraints

from lms.kernel.schema import In
from lms.people.persons.addresses import LONGEST as EMAIL_LONGEST

TypedPassword = Annotated[
    str,
    StringConstraints(strip_whitespace=False, min_length=1, max_length=4096),
    Field(json_schema_extra={"format": "password"}),
]
"""Any text; which passwords are accepted is said by `password_rules.py`, with its own faults."""

EmailText = Annotated[
    str,
    Field(min_length=3, max_length=EMAIL_LONGEST, examples=["chan.tai.man@example.org"]),
]

Token = Annotated[str, Field(min_length=1, max_length=200)]


class PasswordChangeIn(In):
    present_password: TypedPassword
    new_password: TypedPassword


class ResetRequestIn(In):
    email: EmailText


class ResetIn(In):
    token: Token
    password: TypedPassword
