"""A roster file's preview: every fault, and what a commit would change. Nothing changes yet."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import insert, select
from sqlmodel import col

from lms.audit.service import record
from lms.issuer.queries import issuer_day
from lms.kernel.problems import Conflict, Fault, Invalid, NotFound
from lms.kernel.work import Work
from lms.orgs.centres.queries import open_centres
from lms.orgs.imports import statements
from lms.orgs.imports.lines import CentreNames, LineFault
from lms.orgs.imports.models import (
    Absent,
    ImportFault,
    ImportState,
    Outcome,
    RosterImport,
)
from lms.orgs.imports.reading import OpenedFile, open_file
from lms.orgs.imports.staging import Comparison, compare, stage
from lms.orgs.organisations.models import Organisation, OrganisationState
from lms.orgs.roster.permissions import MANAGE_ROSTERS

FAULTS_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a file is to be read, and from which day on it is true (today unless given)."""

    file_name: str
    sha256: bytes
    charset: str | None = None
    absent: Absent = Absent.KEEP
    effective_on: date | None = None


async def preview(
    work: Work, organisation_id: UUID, file: BinaryIO, wishes: Wishes
) -> RosterImport:
    """Keep a file with what it would change, for a commit by its id.

    Raises:
        NotFound: there is no such company.
        Conflict: `organisation_not_open`.
        Invalid: it cannot be decoded (with the line), or everything wrong with its header.
    """
    work.actor.require(MANAGE_ROSTERS, organisation_id)
    revision = await _roster_revision(work, organisation_id)
    centres = await _centres(work, organisation_id)
    opened = await asyncio.to_thread(open_file, file, wishes.charset, centres)
    await stage(work, opened)
    made = _entered(work, organisation_id, opened, wishes, await issuer_day(work))
    made.roster_revision = revision
    work.session.add(made)
    await work.session.flush()
    comparison = Comparison(made.id, organisation_id, made.effective_on, opened.columns)
    outcomes, lost = await compare(work, comparison)
    faults = sorted([*opened.faults, *lost], key=lambda fault: fault.line)
    made.faults = len(faults)
    await _count(work, made, comparison, outcomes)
    await _keep(work, made, faults[:FAULTS_KEPT])
    await record(
        work,
        action="roster-import.previewed",
        subject=("roster_import", made.id),
        after={"lines": made.lines, "faults": made.faults, "sha256": made.sha256.hex()},
    )
    return made


def _entered(
    work: Work, organisation_id: UUID, opened: OpenedFile, wishes: Wishes, today: date
) -> RosterImport:
    """The import's row, before it is compared and counted."""
    return RosterImport(
        id=work.new_id(),
        organisation_id=organisation_id,
        file_name=wishes.file_name,
        sha256=wishes.sha256,
        charset=opened.codec,
        delimiter=opened.delimiter,
        columns=[column.value for column in opened.columns],
        absent=wishes.absent,
        effective_on=wishes.effective_on or today,
        roster_revision=0,
        state=ImportState.PREVIEWED,
        lines=opened.lines,
        faults=0,
        joins=0,
        moves=0,
        changes=0,
        leaves=0,
        same=0,
        previewed_by=work.actor.person_id,
        previewed_at=work.now(),
    )


async def _centres(work: Work, organisation_id: UUID) -> CentreNames:
    rows = await open_centres(work.session, organisation_id)
    if not rows:
        raise Invalid([Fault("", "centre_missing", "apply for a centre first")])
    return CentreNames.of([(row.id, row.name_zh, row.name_en) for row in rows])


async def _roster_revision(work: Work, organisation_id: UUID) -> int:
    """The state that the preview is about, read before everything else that it reads."""
    query = select(col(Organisation.state), col(Organisation.roster_revision)).where(
        col(Organisation.id) == organisation_id
    )
    found = (await work.session.execute(query)).one_or_none()
    if found is None:
        raise NotFound
    if found.state is not OrganisationState.REGISTERED:
        raise Conflict("organisation_not_open", "the company is not registered")
    revision: int = found.roster_revision
    return revision


async def _count(
    work: Work, made: RosterImport, comparison: Comparison, outcomes: dict[Outcome, int]
) -> None:
    """Who is absent is only counted of a file without faults: a faulty line names nobody."""
    absent = 0
    if made.absent is Absent.LEAVE and not made.faults:
        counted = await work.session.execute(statements.COUNT_ABSENT, comparison.parameters())
        absent = counted.scalar_one()
    made.joins = outcomes.get(Outcome.JOIN, 0)
    made.moves = outcomes.get(Outcome.MOVE, 0)
    made.changes = outcomes.get(Outcome.CHANGE, 0)
    made.leaves = outcomes.get(Outcome.LEAVE, 0) + absent
    made.same = outcomes.get(Outcome.SAME, 0)
    await work.session.flush()


async def _keep(work: Work, made: RosterImport, faults: Sequence[LineFault]) -> None:
    if faults:
        rows = [
            {
                "import_id": made.id,
                "position": position,
                "organisation_id": made.organisation_id,
                "line": fault.line,
                "column": fault.column,
                "code": fault.code,
                "detail": fault.detail,
            }
            for position, fault in enumerate(faults, start=1)
        ]
        await work.session.execute(insert(ImportFault), rows)
