"""The order in which rows are locked, written once. Taking them in another order is a bug."""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import text

if TYPE_CHECKING:
    from lms.kernel.work import Work


class Locked(IntEnum):
    """What is locked, in the order in which a transaction may lock it.

    A person is locked before it is read in which centres they count: by whoever changes one of
    their awards, and by whoever makes or ends their link or places a linked staff record.
    Otherwise a pass and an accepted link, each not seeing the other, miss a certificate.
    """

    ORGANISATION = 1
    PERSON = 2
    CENTRE = 3
    CLASS = 4
    ENROLMENT = 5
    ATTEMPT = 6
    CERTIFICATE = 7
    NUMBER = 8
    LOG_HEAD = 9


TABLES: dict[Locked, str] = {
    Locked.ORGANISATION: "organisation",
    Locked.PERSON: "person",
    Locked.CENTRE: "centre",
    Locked.CLASS: "course_class",
    Locked.ENROLMENT: "enrolment",
    Locked.ATTEMPT: "attempt",
    Locked.CERTIFICATE: "certificate",
}
"""Tables locked by id. The number counter and the log head lock their own single rows."""


class LockOrderError(RuntimeError):
    """A transaction asked for a lock that comes before one it already holds."""


def note(work: "Work", what: Locked, ids: Iterable[UUID] = ()) -> None:
    """Record that a lock is being taken, for locks that a slice's own statement takes.

    Raises:
        LockOrderError: a lock later in the order, or a higher id of the same kind, is held.
    """
    wanted = sorted(set(ids) - work.locked.get(what, set()))
    held_later = [kind for kind in work.locked if kind > what]
    if held_later and (wanted or what not in work.locked):
        raise LockOrderError(f"{what.name} asked for while {max(held_later).name} is held")
    held = work.locked.setdefault(what, set())
    if wanted and held and wanted[0] < max(held):
        raise LockOrderError(f"{what.name} rows asked for out of ascending order")
    held.update(wanted)


async def lock(work: "Work", what: Locked, ids: Iterable[UUID]) -> Sequence[UUID]:
    """Lock rows `FOR NO KEY UPDATE` in ascending id; answers the ids that exist.

    Read what the lock protects in a later statement (READ COMMITTED takes its snapshot per
    statement), never in this one.
    """
    wanted = sorted(set(ids))
    note(work, what, wanted)
    if not wanted:
        return []
    statement = text(
        f"SELECT id FROM {TABLES[what]} WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE"  # noqa: S608 - a table name from the list above
    )
    rows = await work.session.execute(statement, {"ids": wanted})
    return [row.id for row in rows]
