"""Shapes of second factors at the API."""

from typing import Annotated, Self

from pydantic import Field

from lms.kernel.schema import In, Out, Reason
from lms.people.credentials.schemas import TypedPassword
from lms.people.second_factor.service import Enrolment

Code = Annotated[str, Field(min_length=6, max_length=40, examples=["492039"])]
RemovalReason = Annotated[Reason, Field(examples=["the phone was lost"])]


class BeginIn(In):
    password: TypedPassword


class CodeIn(In):
    code: Code


class PasswordAndCodeIn(In):
    password: TypedPassword
    code: Code


class SecondFactorRemovalIn(In):
    reason: RemovalReason


class SecondFactorEnrolmentOut(Out):
    """The secret for an authenticator app, as text and as the address behind a QR code."""

    secret: str
    uri: str

    @classmethod
    def of(cls, begun: Enrolment) -> Self:
        return cls(secret=begun.secret, uri=begun.uri)


class RecoveryCodesOut(Out):
    """Shown once: each is good once, when the authenticator is lost."""

    recovery_codes: list[str]
