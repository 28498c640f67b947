"""Reading roster imports. The organisation is the scope."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound
from lms.orgs.imports.models import (
    Absent,
    ImportFault,
    ImportLine,
    ImportState,
    Outcome,
    RosterImport,
)
from lms.orgs.staff.models import Assignment, StaffRecord
from lms.orgs.staff.spans import not_over_on


async def require_import(
    session: AsyncSession, organisation_id: UUID, import_id: UUID
) -> RosterImport:
    """One import of a company, as the database has it now.

    Raises:
        NotFound: the company has none such.
    """
    query = (
        select(RosterImport)
        .where(
            col(RosterImport.id) == import_id,
            col(RosterImport.organisation_id) == organisation_id,
        )
        .execution_options(populate_existing=True)
    )
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        raise NotFound
    return found


async def imports_of_organisation(
    session: AsyncSession, organisation_id: UUID, page: PageRequest
) -> Sequence[RosterImport]:
    """A company's imports, the newest first, one more than the page holds."""
    query = (
        select(RosterImport)
        .where(col(RosterImport.organisation_id) == organisation_id)
        .order_by(col(RosterImport.id).desc())
        .limit(page.limit + 1)
    )
    if page.after:
        query = query.where(col(RosterImport.id) < page.after_id())
    return (await session.scalars(query)).all()


async def lines_of_import(
    session: AsyncSession, import_id: UUID, page: PageRequest, *, outcome: Outcome | None
) -> Sequence[ImportLine]:
    """What each line would change, in the file's order, one more than the page holds."""
    query = (
        select(ImportLine)
        .where(col(ImportLine.import_id) == import_id)
        .order_by(col(ImportLine.line))
        .limit(page.limit + 1)
    )
    if outcome is not None:
        query = query.where(col(ImportLine.outcome) == outcome)
    if page.after:
        query = query.where(col(ImportLine.line) > page.after_number())
    return (await session.scalars(query)).all()


async def faults_of_import(
    session: AsyncSession, import_id: UUID, page: PageRequest
) -> Sequence[ImportFault]:
    """What is wrong with a file, in its order, one more than the page holds."""
    query = (
        select(ImportFault)
        .where(col(ImportFault.import_id) == import_id)
        .order_by(col(ImportFault.position))
        .limit(page.limit + 1)
    )
    if page.after:
        query = query.where(col(ImportFault.position) > page.after_number())
    return (await session.scalars(query)).all()


async def absent_of_import(
    session: AsyncSession, found: RosterImport, page: PageRequest
) -> Sequence[StaffRecord]:
    """Who would leave because a previewed file does not name them, by staff number."""
    if found.absent is Absent.KEEP or found.state is not ImportState.PREVIEWED or found.faults:
        return []
    placed = exists().where(
        col(Assignment.staff_record_id) == col(StaffRecord.id),
        col(Assignment.superseded_at).is_(None),
        not_over_on(Assignment, found.effective_on),
    )
    named = exists().where(
        and_(
            col(ImportLine.import_id) == found.id,
            col(ImportLine.staff_record_id) == col(StaffRecord.id),
        )
    )
    query = (
        select(StaffRecord)
        .where(col(StaffRecord.organisation_id) == found.organisation_id, placed, ~named)
        .order_by(col(StaffRecord.staff_number))
        .limit(page.limit + 1)
    )
    if page.after:
        query = query.where(col(StaffRecord.staff_number) > page.after_text())
    return (await session.scalars(query)).all()
