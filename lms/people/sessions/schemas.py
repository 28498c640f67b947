"""Shapes of sign-in at the API."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from lms.kernel.schema import In, Out
from lms.people.credentials.schemas import EmailText, Token, TypedPassword
from lms.people.second_factor.schemas import Code
from lms.people.sessions.models import LoginSession
from lms.people.sessions.service import Tokens

AccessToken = Annotated[str, Field(min_length=1, max_length=2048)]


class SignInIn(In):
    email: EmailText
    password: TypedPassword
    code: Code | None = None


class RefreshIn(In):
    refresh_token: Token


class EnrolmentTokenIn(In):
    enrolment_token: AccessToken


class EnrolmentConfirmationIn(In):
    enrolment_token: AccessToken
    code: Code


class TokensOut(Out):
    """`expires_in` is in seconds, as OAuth's clients expect; a refresh token is good once."""

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str
    session_id: UUID
    session_expires_at: datetime

    @classmethod
    def of(cls, tokens: Tokens, expires_in: int) -> Self:
        return cls(
            access_token=tokens.access_token,
            token_type="Bearer",  # noqa: S106 - a kind of token, no password
            expires_in=expires_in,
            refresh_token=tokens.refresh_token,
            session_id=tokens.session.id,
            session_expires_at=tokens.session.expires_at,
        )


class SessionOut(Out):
    id: UUID
    device: str
    second_factor: bool
    started_at: datetime
    last_used_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, row: LoginSession) -> Self:
        return cls(
            id=row.id,
            device=row.device,
            second_factor="otp" in row.methods.split(),
            started_at=row.started_at,
            last_used_at=row.last_used_at,
            expires_at=row.expires_at,
        )
