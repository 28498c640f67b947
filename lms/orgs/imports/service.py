"""Committing a previewed roster file, or discarding it. Previews are made in `previewing.py`."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from lms.audit.service import record
from lms.issuer.queries import issuer_day
from lms.kernel.actor import Actor
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import Conflict
from lms.kernel.work import Work, Works
from lms.orgs.imports import statements
from lms.orgs.imports.models import Absent, ImportState, RosterImport
from lms.orgs.imports.queries import require_import
from lms.orgs.organisations.queries import lock_organisation
from lms.orgs.organisations.service import open_for_change
from lms.orgs.ports import FractionListener
from lms.orgs.roster.events import RosterCorrected
from lms.orgs.roster.permissions import MANAGE_ROSTERS
from lms.orgs.staff.links import end_link, link_on
from lms.orgs.staff.models import StaffLink

KEPT = timedelta(days=7)
LEFT_REASON = "left, by a roster file"


async def commit(
    work: Work, listener: FractionListener, organisation_id: UUID, import_id: UUID
) -> RosterImport:
    """Do exactly what the preview showed; committed again, it is the same success.

    Raises:
        NotFound: the company has no such import.
        Conflict: `import_faulty`; `import_stale`, the roster has changed since; `import_settled`,
            it was discarded.
    """
    work.actor.require(MANAGE_ROSTERS, organisation_id)
    organisation = await lock_organisation(work, organisation_id)
    found = await require_import(work.session, organisation_id, import_id)
    if found.state is ImportState.COMMITTED:
        return found
    _refuse(found, organisation.roster_revision)
    await open_for_change(work, organisation_id)
    parameters = _parameters(work, found, await issuer_day(work))
    ended = await _prepare(work, found, parameters)
    people = await work.session.scalars(statements.TOUCHED_PEOPLE, parameters)
    await lock(work, Locked.PERSON, people.all())
    centres = sorted((await work.session.scalars(statements.TOUCHED_CENTRES, parameters)).all())
    await listener.before(work, centres)
    await _write(work, parameters)
    await _end_links(work, ended)
    placed = await work.session.scalars(statements.PLACED_RECORDS, parameters)
    await link_on(work, placed.all())
    await _note_correction(work, found, centres, parameters)
    await _settle(work, found, ImportState.COMMITTED)
    await listener.changed(work, centres)
    return found


async def discard(work: Work, organisation_id: UUID, import_id: UUID) -> RosterImport:
    """Throw a preview away; thrown away again, it is the same success.

    Raises:
        NotFound: the company has no such import.
        Conflict: `import_settled`, it was committed.
    """
    work.actor.require(MANAGE_ROSTERS, organisation_id)
    await lock_organisation(work, organisation_id)
    found = await require_import(work.session, organisation_id, import_id)
    if found.state is ImportState.COMMITTED:
        raise Conflict("import_settled", "it was committed")
    if found.state is ImportState.PREVIEWED:
        await _settle(work, found, ImportState.DISCARDED)
    return found


async def forget_past(works: Works) -> None:
    """Discard previews that nobody committed in a week; drop lines that are no longer of use."""
    async with works.write(Actor.system("forgets roster files")) as work:
        now = work.now()
        for statement in statements.FORGET:
            await work.session.execute(statement, {"now": now, "limit": now - KEPT})


def _refuse(found: RosterImport, roster_revision: int) -> None:
    if found.state is not ImportState.PREVIEWED:
        raise Conflict("import_settled", "it was discarded")
    if found.faults:
        raise Conflict("import_faulty", f"it has {found.faults} faults")
    if found.roster_revision != roster_revision:
        raise Conflict("import_stale", "the roster has changed since the preview")


def _parameters(work: Work, found: RosterImport, today: date) -> dict[str, Any]:
    return {
        "import_id": found.id,
        "organisation_id": found.organisation_id,
        "effective_on": found.effective_on,
        "person_id": work.actor.person_id,
        "today": today,
    }


async def _prepare(work: Work, found: RosterImport, parameters: dict[str, Any]) -> list[Row[Any]]:
    """Work out which places go and which links end, before anything is written."""
    await work.session.execute(statements.MAKE_GONE)
    await work.session.execute(statements.FIND_GONE, parameters)
    ended = list((await work.session.execute(statements.ENDED_BY_LINES, parameters)).all())
    if found.absent is Absent.LEAVE:
        await work.session.execute(statements.FIND_ABSENT_GONE, parameters)
        ended += (await work.session.execute(statements.ENDED_BY_ABSENCE, parameters)).all()
    return ended


async def _write(work: Work, parameters: dict[str, Any]) -> None:
    """One instant for all of it, under the centres' locks: no decision that it changes is later."""
    parameters = parameters | {"now": work.now()}
    for statement in (
        statements.ADD_RECORDS,
        statements.KEEP_PAST_ROLES,
        statements.EDIT_RECORDS,
        statements.SUPERSEDE,
        statements.KEEP_REMAINDERS,
        statements.PLACE,
    ):
        await work.session.execute(statement, parameters)


async def _end_links(work: Work, ended: Sequence[Row[Any]]) -> None:
    for row in ended:
        link = await work.session.get_one(StaffLink, row.id)
        await end_link(work, link, end=row.ends_on, reason=LEFT_REASON)


async def _note_correction(
    work: Work, found: RosterImport, centres: Sequence[UUID], parameters: dict[str, Any]
) -> None:
    """Tell the floors above when days that are over look different now."""
    first = (await work.session.execute(statements.FIRST_DIFFERENCE, parameters)).scalar_one()
    days = [first] if first is not None else []
    if found.absent is Absent.LEAVE and found.leaves:
        days.append(found.effective_on)
    if days and min(days) < parameters["today"]:
        await work.emit(
            RosterCorrected(
                organisation_id=found.organisation_id,
                centre_ids=tuple(centres),
                from_day=min(days),
            )
        )


async def _settle(work: Work, found: RosterImport, state: ImportState) -> None:
    found.state = state
    found.settled_by = work.actor.person_id
    found.settled_at = work.now()
    await work.session.flush()
    counts = {
        "joins": found.joins,
        "moves": found.moves,
        "changes": found.changes,
        "leaves": found.leaves,
    }
    await record(
        work,
        action=f"roster-import.{state.value}",
        subject=("roster_import", found.id),
        after={**counts, "sha256": found.sha256.hex()},
    )
