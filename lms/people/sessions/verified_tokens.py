"""Tokens whose signature this process has checked, so that it is checked once in a token's life.

It holds no right and no person's state: those are read for every request.
"""

from datetime import datetime

from lms.kernel.ids import token_hash
from lms.people.sessions.claims import Claims


class VerifiedTokens:
    """At most `most` tokens, by the SHA-256 of each, until they expire; the oldest goes first."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._claims: dict[bytes, Claims] = {}

    def __len__(self) -> int:
        return len(self._claims)

    def find(self, token: str, now: datetime) -> Claims | None:
        """The claims of a token that was checked before and has not expired."""
        key = token_hash(token)
        claims = self._claims.get(key)
        if claims is None:
            return None
        if now >= claims.expires_at:
            del self._claims[key]
            return None
        return claims

    def keep(self, token: str, claims: Claims) -> None:
        """Note a token that has just been checked."""
        while len(self._claims) >= self._most:
            del self._claims[next(iter(self._claims))]
        self._claims[token_hash(token)] = claims
