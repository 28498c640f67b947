"""Keys derived from the installation's one secret, and sealing of small secrets kept in the database.

What each derived key is for is said by its purpose; a key of one purpose opens nothing of another.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
SHORTEST_SECRET = 32


class SealBrokenError(RuntimeError):
    """Sealed bytes do not open: another secret, another row, or they were changed."""


def derived_key(secret: bytes, purpose: str) -> bytes:
    """The 256-bit key of one purpose (HKDF-SHA256).

    Raises:
        ValueError: the secret is too short to derive anything from.
    """
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"the secret must have at least {SHORTEST_SECRET} bytes")
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"lms " + purpose.encode()).derive(secret)


class Sealer:
    """Seals bytes for a place (AES-256-GCM): moved to another row, they do not open."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        self._cipher = AESGCM(derived_key(secret, purpose))

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """The sealed bytes; `place` names the row that they belong to."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """The plain bytes.

        Raises:
            SealBrokenError: they were not sealed here, for this place.
        """
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
        except InvalidTag as error:
            raise SealBrokenError(
                "a sealed secret does not open with this installation's"
            ) from error
