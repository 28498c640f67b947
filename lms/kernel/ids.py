"""Identifiers and secrets: time-ordered ids, unguessable tokens and how tokens are stored."""

import hashlib
import secrets
from uuid import UUID

from uuid_utils.compat import uuid7

TOKEN_BYTES = 32


def new_id() -> UUID:
    """A UUIDv7: unique, and ordered by time so that indexes grow at their end."""
    return uuid7()


def new_token() -> str:
    """256 random bits as URL-safe text."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """SHA-256 of a token: what is stored, since a token has entropy enough to need no salt."""
    return hashlib.sha256(token.encode()).digest()


def new_seed(size: int = TOKEN_BYTES) -> bytes:
    """Random bytes that a stored order is derived from."""
    return secrets.token_bytes(size)
