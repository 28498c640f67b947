"""One-time links' tokens: derived from a secret, never stored. Pure.

The table keeps a token's SHA-256 only, and only once the letter that carries it is written. So a
copy of the database opens no link, and after a crash the letter is written with the same token.
"""

import base64
import hashlib
import hmac
from uuid import UUID


def derived_token(secret: bytes, link_id: UUID, nonce: bytes) -> str:
    """The link's token: 256 bits as URL-safe text. A new nonce makes the old token worthless."""
    if len(secret) < hashlib.sha256().digest_size:
        raise ValueError("the secret of links must have at least 256 bits")
    digest = hmac.digest(secret, link_id.bytes + nonce, "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
