"""Hashing and checking passwords with argon2id, in threads, a few at a time."""

import asyncio
from dataclasses import dataclass

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from lms.people.credentials.password_rules import LONGEST, normal_password

AT_ONCE = 4
"""Hashes running at once in a process: each takes its memory, and a crowd must not take it all."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password was right, and a new hash where the stored one has old parameters."""

    right: bool
    rehashed: str | None = None


class Passwords:
    """Hashes with one set of parameters, and checks any argon2id hash."""

    def __init__(self, *, memory_kib: int, time_cost: int, parallelism: int = 1) -> None:
        self._hasher = PasswordHasher(
            time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism, type=Type.ID
        )
        self._nobodys_hash = self._hasher.hash(b"nobody has this password")
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.checked = 0

    async def hash(self, password: str) -> str:
        """The password's hash, with its parameters and salt in it."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, _bytes(password))

    async def check(self, stored: str | None, password: str) -> Verdict:
        """Compare; without a stored hash the same work is done and the answer is no.

        So an address that nobody has costs what a wrong password costs. `checked` counts.
        """
        async with self._turns:
            self.checked += 1
            return await asyncio.to_thread(self._compare, stored, password)

    def _compare(self, stored: str | None, password: str) -> Verdict:
        typed = _bytes(password)
        try:
            self._hasher.verify(stored or self._nobodys_hash, typed)
        except (VerificationError, InvalidHashError):
            return Verdict(right=False)
        if stored is None:
            return Verdict(right=False)
        stale = self._hasher.check_needs_rehash(stored)
        return Verdict(right=True, rehashed=self._hasher.hash(typed) if stale else None)


def _bytes(password: str) -> bytes:
    """What is hashed: a bound on the length keeps a request from costing more than another."""
    return normal_password(password)[: LONGEST + 1].encode(errors="surrogatepass")
