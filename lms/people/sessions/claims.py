"""What an access token says, and how strictly it is read. Pure: keys and the instant are handed in.

Tokens say who, in which session, at which epoch, and never what somebody may do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM = "EdDSA"
LONGEST_LIFE = timedelta(minutes=5)
CLOCK_SKEW = timedelta(seconds=10)
"""How far the clocks of two of our own machines may differ."""

LONGEST_TOKEN = 2048
REQUIRED = ["exp", "iat", "iss", "aud", "sub", "jti"]

API = "lms-api"
"""The audience of a token that opens the API."""

SECOND_FACTOR_ENROLMENT = "lms-second-factor-enrolment"
"""The audience of a token that only lets its holder set up a second factor."""


class TokenRefusedError(Exception):
    """A token that is not one of ours, not for here, or not for now. Which, nobody is told."""


@dataclass(frozen=True, slots=True)
class Claims:
    """A checked token's content; `key_id` is the key that signed it."""

    key_id: str
    person_id: UUID
    session_id: UUID
    epoch: int
    methods: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Bearer:
    """For whom a token is made."""

    person_id: UUID
    session_id: UUID
    epoch: int
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A session key's private half, with the id that its tokens carry."""

    id: str
    private: Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class TokenShape:
    """Who signs for whom, and for how long. Made once, from settings."""

    issuer: str
    audience: str
    life: timedelta

    def __post_init__(self) -> None:
        if not timedelta(0) < self.life <= LONGEST_LIFE:
            raise ValueError(f"an access token lives for at most {LONGEST_LIFE}")

    @property
    def seconds(self) -> int:
        """How long a token lives, in seconds."""
        return int(self.life.total_seconds())

    def signed(self, key: SigningKey, bearer: Bearer, *, token_id: UUID, now: datetime) -> str:
        """A token that lives from `now` for `life`."""
        content = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": str(bearer.person_id),
            "sid": str(bearer.session_id),
            "jti": str(token_id),
            "iat": int(now.timestamp()),
            "exp": int((now + self.life).timestamp()),
            "epoch": bearer.epoch,
            "amr": list(bearer.methods),
        }
        return jwt.encode(content, key.private, ALGORITHM, headers={"kid": key.id, "typ": "at+jwt"})

    def read(self, token: str, keys: Mapping[str, Ed25519PublicKey], now: datetime) -> Claims:
        """Check signature, key, issuer, audience, required claims and times.

        The expiry is compared with our own clock, which is why PyJWT is told not to.

        Raises:
            TokenRefusedError: anything is not as it has to be.
        """
        key_id = key_id_of(token)
        key = keys.get(key_id)
        if key is None:
            raise TokenRefusedError("no key of ours")
        try:
            content = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=self.audience,
                issuer=self.issuer,
                options={
                    "require": REQUIRED,
                    "strict_aud": True,
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
            return self._claims(key_id, content, now)
        except (jwt.PyJWTError, ValueError, KeyError, TypeError, OverflowError) as error:
            raise TokenRefusedError(str(error)) from error

    def _claims(self, key_id: str, content: Mapping[str, Any], now: datetime) -> Claims:
        issued_at = _instant(content["iat"])
        expires_at = _instant(content["exp"])
        if not issued_at <= now + CLOCK_SKEW:
            raise TokenRefusedError("from the future")
        if not now < expires_at <= issued_at + self.life:
            raise TokenRefusedError("expired, or living too long")
        return Claims(
            key_id=key_id,
            person_id=UUID(content["sub"]),
            session_id=UUID(content["sid"]),
            epoch=int(content["epoch"]),
            methods=tuple(content["amr"]),
            expires_at=expires_at,
        )


def key_id_of(token: str) -> str:
    """The `kid` in a token's header, which nothing vouches for yet.

    Raises:
        TokenRefusedError: it is no token.
    """
    if len(token) > LONGEST_TOKEN:
        raise TokenRefusedError("too long")
    try:
        return str(jwt.get_unverified_header(token).get("kid", ""))
    except jwt.PyJWTError as error:
        raise TokenRefusedError("no token") from error


def _instant(seconds: object) -> datetime:
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise TokenRefusedError("no instant")
    return datetime.fromtimestamp(seconds, UTC)
