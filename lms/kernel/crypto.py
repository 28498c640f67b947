"""Keys derived from the installation's one secret, and sealing of what the database keeps secret.

What each derived key is for is said by its purpose; a key of one purpose opens nothing of another.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
SHORTEST_SECRET = 32


def installation_secret(given: str, data_dir: Path) -> bytes:
    """The one secret: the operator's, else one made at first need in the data folder, mode 0600.

    Processes that make it at once agree on one. Machines that share a database are given it.
    """
    if given:
        return given.encode()
    kept = data_dir / "secret"
    if not kept.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        made = data_dir / f".secret-{secrets.token_hex(8)}"
        with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123 - the mode is set as it is made
            file.write(secrets.token_urlsafe(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())  # before the database keeps what it seals
        with suppress(FileExistsError):
            os.link(made, kept)
        made.unlink()
    return kept.read_bytes()


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
