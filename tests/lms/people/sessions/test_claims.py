import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lms.people.sessions.claims import (
    API,
    SECOND_FACTOR_ENROLMENT,
    Bearer,
    SigningKey,
    TokenRefusedError,
    TokenShape,
)

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
KEY = SigningKey("k1", Ed25519PrivateKey.generate())
OTHER = SigningKey("k1", Ed25519PrivateKey.generate())
PUBLIC = KEY.private.public_key()
KEYS = {"k1": PUBLIC}
SHAPE = TokenShape(issuer="https://lms.example", audience=API, life=timedelta(minutes=5))
BEARER = Bearer(UUID(int=1), UUID(int=2), 3, ("pwd", "otp"))


def token(key: SigningKey = KEY, shape: TokenShape = SHAPE, now: datetime = NOW) -> str:
    return shape.signed(key, BEARER, token_id=UUID(int=4), now=now)


def content() -> dict[str, Any]:
    read: dict[str, Any] = jwt.decode(token(), options={"verify_signature": False})
    return read


def forged(changes: dict[str, Any], *, without: str | None = None, kid: str = "k1") -> str:
    claims = {**content(), **changes}
    if without is not None:
        del claims[without]
    return jwt.encode(claims, KEY.private, "EdDSA", headers={"kid": kid})


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def unsigned() -> str:
    return f"{part({'alg': 'none', 'kid': 'k1', 'typ': 'JWT'})}.{part(content())}."


def hmac_with_public_key() -> str:
    head = f"{part({'alg': 'HS256', 'kid': 'k1', 'typ': 'JWT'})}.{part(content())}"
    pem = PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    mac = hmac.new(pem, head.encode(), hashlib.sha256).digest()
    return f"{head}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def altered_payload() -> str:
    head, _, signature = token().split(".")
    return f"{head}.{part({**content(), 'sub': str(UUID(int=9))})}.{signature}"


FORGERIES: dict[str, Callable[[], str]] = {
    "alg none": unsigned,
    "HS256 with the public key": hmac_with_public_key,
    "another key under our id": lambda: token(OTHER),
    "a key id that is not ours": lambda: token(replace(KEY, id="k2")),
    "no key id": lambda: jwt.encode(content(), KEY.private, "EdDSA"),
    "another payload": altered_payload,
    "another issuer": lambda: forged({"iss": "https://evil.example"}),
    "another audience": lambda: forged({"aud": SECOND_FACTOR_ENROLMENT}),
    "two audiences": lambda: forged({"aud": [API, "other"]}),
    "no audience": lambda: forged({}, without="aud"),
    "no issuer": lambda: forged({}, without="iss"),
    "no exp": lambda: forged({}, without="exp"),
    "no iat": lambda: forged({}, without="iat"),
    "no sub": lambda: forged({}, without="sub"),
    "no jti": lambda: forged({}, without="jti"),
    "no session": lambda: forged({}, without="sid"),
    "no epoch": lambda: forged({}, without="epoch"),
    "expired": lambda: token(now=NOW - timedelta(minutes=5)),
    "from the future": lambda: token(now=NOW + timedelta(minutes=1)),
    "living for a year": lambda: forged({"exp": int(NOW.timestamp()) + 31_536_000}),
    "exp as text": lambda: forged({"exp": str(int(NOW.timestamp()) + 60)}),
    "exp beyond any calendar": lambda: forged({"exp": 10**30}),
    "a subject that is no id": lambda: forged({"sub": "admin"}),
    "not a token": lambda: "abc",
    "nothing": lambda: "",
    "three dots": lambda: "a.b.c",
    "endless": lambda: token() + "A" * 5000,
}


def test_a_token_of_ours_is_read() -> None:
    claims = SHAPE.read(token(), KEYS, NOW)
    assert (claims.person_id, claims.session_id, claims.epoch) == (UUID(int=1), UUID(int=2), 3)
    assert claims.methods == ("pwd", "otp")
    assert claims.key_id == "k1"
    assert claims.expires_at == NOW + timedelta(minutes=5)


def test_it_carries_every_claim_that_is_required() -> None:
    assert {"iss", "aud", "sub", "jti", "iat", "exp"} <= set(content())
    assert jwt.get_unverified_header(token())["kid"] == "k1"


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_token_is_refused(forgery: Callable[[], str]) -> None:
    with pytest.raises(TokenRefusedError):
        SHAPE.read(forgery(), KEYS, NOW)


def test_it_ends_at_its_very_second() -> None:
    made = token()
    SHAPE.read(made, KEYS, NOW + timedelta(seconds=299))
    with pytest.raises(TokenRefusedError):
        SHAPE.read(made, KEYS, NOW + timedelta(seconds=300))


def test_a_token_for_enrolment_opens_nothing_else() -> None:
    enrolment = replace(SHAPE, audience=SECOND_FACTOR_ENROLMENT)
    made = token(shape=enrolment)
    enrolment.read(made, KEYS, NOW)
    with pytest.raises(TokenRefusedError):
        SHAPE.read(made, KEYS, NOW)


def test_no_token_lives_longer_than_five_minutes() -> None:
    with pytest.raises(ValueError, match="0:05:00"):
        TokenShape(issuer="i", audience="a", life=timedelta(minutes=6))
