"""Idempotency-Key on creating POSTs: claimed, and its answer stored, in the verb's transaction.

So a repeat either finds the committed answer or waits for the first try to end.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

from lms.kernel.problems import Problem

if TYPE_CHECKING:
    from lms.kernel.work import Work

CLAIM = text(
    """
    INSERT INTO idempotency_key (person_id, key, fingerprint, created_at)
    VALUES (:person_id, :key, :fingerprint, :at) ON CONFLICT DO NOTHING RETURNING key
    """
)
FIND = text(
    """
    SELECT fingerprint, status, body FROM idempotency_key
    WHERE person_id = :person_id AND key = :key
    """
)
STORE = text(
    """
    UPDATE idempotency_key SET status = :status, body = :body
    WHERE person_id = :person_id AND key = :key
    """
)


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """The client's key; `fingerprint` is the hash of method, path and body. No value: no key."""

    value: str | None
    fingerprint: bytes


class Replay(Exception):  # noqa: N818 - not an error: the answer is known
    """The request was answered before; this is that answer."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.body = body
        super().__init__("answered before")


async def claim(work: "Work", key: IdempotencyKey) -> bool:
    """Take the key for this transaction; False without a key or without a person to scope it.

    Raises:
        Replay: the same request has been answered.
        Problem: `idempotency_key_reused`, the key came with another request.
    """
    if key.value is None or work.actor.person_id is None:
        return False
    scope = {"person_id": work.actor.person_id, "key": key.value}
    claimed = await work.session.execute(
        CLAIM, {**scope, "fingerprint": key.fingerprint, "at": work.now()}
    )
    if claimed.first() is not None:
        return True
    found = (await work.session.execute(FIND, scope)).one()
    if found.fingerprint != key.fingerprint:
        raise Problem(code="idempotency_key_reused")
    raise Replay(found.status, found.body)


async def store(work: "Work", key: IdempotencyKey) -> None:
    """Store the answer that `work.remember` was given.

    Raises:
        RuntimeError: the route took a key but remembered no answer.
    """
    if work.answer is None or work.actor.person_id is None:
        raise RuntimeError("a route that takes an Idempotency-Key must remember its answer")
    status, body = work.answer
    await work.session.execute(
        STORE,
        {"person_id": work.actor.person_id, "key": key.value, "status": status, "body": body},
    )
