"""Reading invitations. The organisation is the scope, but for the letter's own token."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Row, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import and_, col, or_

from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound
from lms.orgs.invitations.models import Answer, Invitation, InvitationKind
from lms.orgs.roster.queries import ever_placed, placed_from
from lms.orgs.staff.models import StaffLink, StaffRecord
from lms.orgs.staff.spans import is_or_is_to_come


class InvitationStanding(StrEnum):
    """What became of an invitation; `open` is who has not answered, expired or not."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"


async def require_invitation(
    session: AsyncSession, organisation_id: UUID, invitation_id: UUID
) -> Invitation:
    """One invitation of a company, as the database has it now.

    Raises:
        NotFound: the company has none such.
    """
    query = (
        select(Invitation)
        .where(
            col(Invitation.id) == invitation_id,
            col(Invitation.organisation_id) == organisation_id,
        )
        .execution_options(populate_existing=True)
    )
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        raise NotFound
    return found


async def invitation_of_link(session: AsyncSession, link_id: UUID) -> Invitation | None:
    """The invitation whose newest letter has this link."""
    query = (
        select(Invitation)
        .where(col(Invitation.link_id) == link_id)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).one_or_none()


async def invitations_of_organisation(
    session: AsyncSession,
    organisation_id: UUID,
    page: PageRequest,
    *,
    standing: InvitationStanding | None = None,
    kind: InvitationKind | None = None,
) -> Sequence[Row[Invitation, StaffRecord | None]]:
    """A company's invitations with the staff record of each, the oldest first."""
    query = (
        select(Invitation, StaffRecord)
        .join(StaffRecord, col(StaffRecord.id) == col(Invitation.staff_record_id), isouter=True)
        .where(col(Invitation.organisation_id) == organisation_id)
        .order_by(col(Invitation.id))
        .limit(page.limit + 1)
    )
    if standing is not None:
        query = query.where(_stands(standing))
    if kind is not None:
        query = query.where(col(Invitation.kind) == kind)
    if page.after:
        query = query.where(col(Invitation.id) > page.after_id())
    return (await session.execute(query)).all()


async def open_invitations_to(session: AsyncSession, staff_record_ids: Sequence[UUID]) -> set[UUID]:
    """Of these records, those that have an unanswered invitation."""
    query = select(col(Invitation.staff_record_id)).where(
        col(Invitation.staff_record_id).in_(staff_record_ids), _stands(InvitationStanding.OPEN)
    )
    return {one for one in (await session.scalars(query)).all() if one is not None}


async def open_invitations_of(session: AsyncSession, organisation_id: UUID) -> Sequence[Invitation]:
    """Everything that a company asked and that nobody has answered."""
    query = (
        select(Invitation)
        .where(col(Invitation.organisation_id) == organisation_id, _stands(InvitationStanding.OPEN))
        .order_by(col(Invitation.id))
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).all()


async def invitable_staff(
    session: AsyncSession, organisation_id: UUID, *, today: date, most: int
) -> tuple[list[UUID], int]:
    """Whom nobody has asked yet: the first, and how many in all.

    Records with a work address that are not linked, wait for no answer, have not declined, and
    are not of somebody who has left.
    """
    linked = exists().where(
        col(StaffLink.staff_record_id) == col(StaffRecord.id),
        is_or_is_to_come(StaffLink, today),
    )
    asked = exists().where(
        col(Invitation.staff_record_id) == col(StaffRecord.id),
        or_(_stands(InvitationStanding.OPEN), _stands(InvitationStanding.DECLINED)),
    )
    wanted = and_(
        col(StaffRecord.organisation_id) == organisation_id,
        col(StaffRecord.work_email).is_not(None),
        ~linked,
        ~asked,
        or_(placed_from(today), ~ever_placed()),
    )
    first = select(col(StaffRecord.id)).where(wanted).order_by(col(StaffRecord.id)).limit(most)
    total = select(func.count()).select_from(StaffRecord).where(wanted)
    return (
        list((await session.scalars(first)).all()),
        (await session.execute(total)).scalar_one(),
    )


def _stands(standing: InvitationStanding) -> ColumnElement[bool]:
    if standing is InvitationStanding.OPEN:
        return and_(col(Invitation.answered_at).is_(None), col(Invitation.cancelled_at).is_(None))
    if standing is InvitationStanding.CANCELLED:
        return col(Invitation.cancelled_at).is_not(None)
    return col(Invitation.answer) == Answer(standing.value)
