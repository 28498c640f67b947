"""The keys that sign access tokens: made, sealed, read again now and then, replaced.

They sign nothing else; the keys of certificates live elsewhere.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lms.kernel.crypto import Sealer
from lms.kernel.ids import new_id
from lms.kernel.work import Works
from lms.people.sessions import key_rotation
from lms.people.sessions.claims import SigningKey
from lms.people.sessions.key_rotation import KeyTimes

UNKNOWN_LOOKED_FOR_EVERY = 0.05
"""Seconds, of the event loop's clock: invented key ids cannot make us read all the time."""

LOCK = "SELECT pg_advisory_xact_lock(hashtext('lms-session-key'))"
KEYS = "SELECT id, sealed_private, public, signs_from FROM session_key ORDER BY signs_from, id"
ADD = """
    INSERT INTO session_key (id, sealed_private, public, made_at, signs_from)
    VALUES ($1, $2, $3, $4, $5)
"""
DROP = "DELETE FROM session_key WHERE id = ANY($1::text[])"


class KeyRing:
    """One process's list of session keys, read again after a minute."""

    def __init__(self, works: Works, sealer: Sealer) -> None:
        self._works = works
        self._sealer = sealer
        self._read_at: datetime | None = None
        self._times: list[KeyTimes] = []
        self._sealed: dict[str, bytes] = {}
        self._public: dict[str, Ed25519PublicKey] = {}
        self._opened: SigningKey | None = None
        self._looked_for_unknown = -UNKNOWN_LOOKED_FOR_EVERY

    async def signing(self) -> SigningKey:
        """The key to sign with now; the very first one is made on the way."""
        await self._refresh()
        if key_rotation.signing(self._times, self._works.clock.now()) is None:
            await self.rotate()
            await self._read()
        # the clock is read again: another process may have made the key a moment ago
        chosen = key_rotation.signing(self._times, self._works.clock.now())
        if chosen is None:
            raise RuntimeError("no session key signs yet")
        if self._opened is None or self._opened.id != chosen.id:
            plain = self._sealer.open(self._sealed[chosen.id], chosen.id.encode())
            self._opened = SigningKey(chosen.id, Ed25519PrivateKey.from_private_bytes(plain))
        return self._opened

    async def verifying(self) -> Mapping[str, Ed25519PublicKey]:
        """The public keys that a token may be signed with now, by id."""
        await self._refresh()
        return self._public

    async def verifying_with(self, key_id: str) -> Mapping[str, Ed25519PublicKey]:
        """As `verifying`, for a token by that key: one made elsewhere a moment ago is found too."""
        keys = await self.verifying()
        moment = asyncio.get_running_loop().time()
        if key_id not in keys and moment - self._looked_for_unknown >= UNKNOWN_LOOKED_FOR_EVERY:
            self._looked_for_unknown = moment
            await self._read()
        return self._public

    async def rotate(self) -> bool:
        """Add the next key if it is due and drop those that verify nothing; whether one was added.

        Processes that do so at once add one.
        """
        now = self._works.clock.now()
        async with self._works.pool.acquire() as connection, connection.transaction():
            await connection.execute(LOCK)
            times = _times(await connection.fetch(KEYS))
            signs_from = key_rotation.next_signs_from(times, now)
            if signs_from is not None:
                await self._add(connection, now, signs_from)
            kept = {key.id for key in key_rotation.verifying(times, now)}
            await connection.execute(DROP, [key.id for key in times if key.id not in kept])
        return signs_from is not None

    async def replace_at_once(self) -> None:
        """Drop all keys for a new one, after a leak: access tokens end within a minute."""
        now = self._works.clock.now()
        async with self._works.pool.acquire() as connection, connection.transaction():
            await connection.execute(LOCK)
            times = _times(await connection.fetch(KEYS))
            await connection.execute(DROP, [key.id for key in times])
            await self._add(connection, now, now)
        await self._read()

    async def _add(
        self, connection: asyncpg.Connection, made_at: datetime, signs_from: datetime
    ) -> None:
        key_id = str(new_id())
        private = Ed25519PrivateKey.generate()
        sealed = self._sealer.seal(private.private_bytes_raw(), key_id.encode())
        public = private.public_key().public_bytes_raw()
        await connection.execute(ADD, key_id, sealed, public, made_at, signs_from)

    async def _refresh(self) -> None:
        now = self._works.clock.now()
        age = None if self._read_at is None else now - self._read_at
        fresh = age is not None and timedelta(0) <= age < key_rotation.READ_AGAIN_AFTER
        if not (fresh and self._times):
            await self._read()

    async def _read(self) -> None:
        rows = await self._works.pool.fetch(KEYS)
        self._times = _times(rows)
        self._sealed = {row["id"]: row["sealed_private"] for row in rows}
        self._read_at = self._works.clock.now()
        kept = {key.id for key in key_rotation.verifying(self._times, self._read_at)}
        self._public = {
            row["id"]: Ed25519PublicKey.from_public_bytes(row["public"])
            for row in rows
            if row["id"] in kept
        }


def _times(rows: Sequence[asyncpg.Record]) -> list[KeyTimes]:
    return [KeyTimes(signs_from=row["signs_from"], id=row["id"]) for row in rows]
