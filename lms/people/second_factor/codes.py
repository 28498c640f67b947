"""Time-based one-time codes (RFC 6238) and recovery codes. Pure: the instant is handed in."""

import base64
import hmac
import secrets
from datetime import datetime, timedelta

import pyotp

STEP = timedelta(seconds=30)
DRIFT_STEPS = 1
"""Steps before and after the current one that still count, for slow clocks and slow typing."""

DIGITS = 6
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10


def new_secret() -> str:
    """160 random bits in base32, as authenticator apps take them."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, *, account: str, issuer: str) -> str:
    """The `otpauth:` address that a QR code shows."""
    return pyotp.TOTP(secret, digits=DIGITS).provisioning_uri(name=account, issuer_name=issuer)


def step_at(at: datetime) -> int:
    """The number of the time step that `at` lies in."""
    return int(at.timestamp()) // int(STEP.total_seconds())


def matching_step(secret: str, code: str, at: datetime, *, last_step: int | None) -> int | None:
    """The step whose code this is, or None.

    A step up to `last_step`, the last one that was used, does not match again: a code that was
    seen over a shoulder is worth nothing.
    """
    totp = pyotp.TOTP(secret, digits=DIGITS)
    current = step_at(at)
    found = None
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        right = hmac.compare_digest(totp.generate_otp(step), _digits(code))
        if right and found is None and (last_step is None or step > last_step):
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Codes for the day when the authenticator is lost, each good once: 80 random bits."""
    return [_recovery_code() for _ in range(RECOVERY_CODES)]


def tidy_recovery_code(typed: str) -> str:
    """A recovery code as it is hashed: no hyphens, no spaces, capitals."""
    return typed.replace("-", "").replace(" ", "").upper()


def looks_like_recovery(typed: str) -> bool:
    """Whether somebody typed a recovery code rather than six digits."""
    return len(tidy_recovery_code(typed)) > DIGITS


def _digits(code: str) -> str:
    kept = code.replace(" ", "")
    return kept if kept.isascii() else ""


def _recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
