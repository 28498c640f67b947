"""Reading certificates, what happened to them, and orders.

Public reading is in certs/verify, with its own statement.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from certs.centres.decisions.models import CentreAward, CentreDecision
from certs.centres.decisions.rules import DecisionKind
from certs.issuing.changes.status import Status
from certs.issuing.models import Certificate, CertificateOrder, OrderState, StatusEvent
from certs.issuing.numbers.number import Kind, read_number
from lms.issuer.queries import the_issuer
from lms.kernel.paging import PageRequest
from lms.kernel.problems import Fault, Invalid, NotFound

BATCH = 100
"""How many unfinished things a tick takes at once."""

CERTIFIED = text(
    """
    SELECT asked.person_id, w.course_code, w.from_day, w.last_day
    FROM unnest(CAST(:people AS uuid[]), CAST(:days AS date[])) AS asked (person_id, day)
    JOIN award AS w ON w.person_id = asked.person_id AND w.state <> 'void'
        AND w.from_day <= asked.day AND coalesce(w.last_day, 'infinity') >= asked.day
    JOIN issuer AS i ON i.id = w.issuer_id
    LEFT JOIN LATERAL (
        SELECT e.happened FROM certificate AS c
        JOIN status_event AS e ON e.certificate_id = c.id
        WHERE c.person_id = w.person_id AND c.award_id = w.id AND e.day <= asked.day
            AND e.happened IN ('suspended', 'reinstated', 'revoked')
        ORDER BY c.id DESC, e.position DESC LIMIT 1
    ) AS latest ON true
    WHERE coalesce(latest.happened, 'reinstated') = 'reinstated'
        AND (w.revoked_at IS NULL OR CAST(w.revoked_at AT TIME ZONE i.zone AS date) > asked.day)
        AND (w.decider = 'rule' OR CAST(w.made_at AT TIME ZONE i.zone AS date) <= asked.day)
    ORDER BY w.last_day ASC NULLS LAST, w.id
    """
)
"""An award's status changes only with a document's, so the events of all its documents, of which
each supersedes the one before, are its own history; but it may be revoked before it has one. Only
void reaches back.

What people decided counts from the day on which they did; what the rule decides, from its pass,
since the worker may be late.
"""


async def require_certificate(session: AsyncSession, certificate_id: UUID) -> Certificate:
    """One certificate as it is now.

    Raises:
        NotFound: there is none.
    """
    found = await session.get(Certificate, certificate_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


async def certificates_of_person(session: AsyncSession, person_id: UUID) -> Sequence[Certificate]:
    """All documents of one person, newest first."""
    return (
        await session.scalars(
            select(Certificate)
            .where(col(Certificate.person_id) == person_id)
            .order_by(col(Certificate.id).desc())
            .execution_options(populate_existing=True)
        )
    ).all()


async def standing_certificate_of_award(
    session: AsyncSession, award_id: UUID
) -> Certificate | None:
    """The document of a person's award that nothing has superseded; None before it is made."""
    return (
        await session.scalars(
            select(Certificate).where(
                col(Certificate.award_id) == award_id,
                col(Certificate.status) != Status.SUPERSEDED,
            )
        )
    ).one_or_none()


async def standing_certificate_of_centre_award(
    session: AsyncSession, centre_award_id: UUID
) -> Certificate | None:
    """The document of a centre's award that nothing has superseded."""
    return (
        await session.scalars(
            select(Certificate).where(
                col(Certificate.centre_award_id) == centre_award_id,
                col(Certificate.status) != Status.SUPERSEDED,
            )
        )
    ).one_or_none()


async def centre_award_of(session: AsyncSession, certificate: Certificate) -> CentreAward | None:
    """The award that a centre's document is of; None for a person's."""
    if certificate.centre_award_id is None:
        return None
    return await session.get_one(CentreAward, certificate.centre_award_id)


async def certificates(
    session: AsyncSession,
    page: PageRequest,
    *,
    kind: Kind | None = None,
    person_id: UUID | None = None,
    status: Status | None = None,
    number: str | None = None,
) -> Sequence[Certificate]:
    """Certificates, newest first, one more than the page holds."""
    query = select(Certificate).order_by(col(Certificate.id).desc()).limit(page.limit + 1)
    if kind is not None:
        query = query.where(col(Certificate.kind) == kind)
    if person_id is not None:
        query = query.where(col(Certificate.person_id) == person_id)
    if status is not None:
        query = query.where(col(Certificate.status) == status)
    if number is not None:
        query = query.where(col(Certificate.number) == number)
    if page.after:
        query = query.where(col(Certificate.id) < page.after_id())
    return (await session.scalars(query)).all()


async def require_number(session: AsyncSession, text: str) -> None:
    """Refuse what cannot be a number of the issuer's certificates.

    Raises:
        Invalid: it has another form, or its check digit does not match.
    """
    try:
        read_number(text, (await the_issuer(session)).short_name)
    except ValueError as error:
        raise Invalid([Fault("/number", "certificate_number", str(error))]) from error


async def history(session: AsyncSession, certificate_id: UUID) -> Sequence[StatusEvent]:
    """What happened to a certificate, from its issue on."""
    return (
        await session.scalars(
            select(StatusEvent)
            .where(col(StatusEvent.certificate_id) == certificate_id)
            .order_by(col(StatusEvent.position))
        )
    ).all()


async def certified(
    session: AsyncSession, days: Mapping[UUID, date]
) -> dict[UUID, dict[str, tuple[date, date | None]]]:
    """First and last day of awards in force at the end of each person's day.

    Of each course the longest. Days are the issuer's. Enrolment's port CertifiedDays.
    """
    asked = {"people": list(days), "days": list(days.values())}
    found: dict[UUID, dict[str, tuple[date, date | None]]] = {}
    for row in await session.execute(CERTIFIED, asked):
        found.setdefault(row.person_id, {})[row.course_code] = (row.from_day, row.last_day)
    return found


async def orders(
    session: AsyncSession, page: PageRequest, *, state: OrderState
) -> Sequence[CertificateOrder]:
    """Orders in one state, oldest first, one more than the page holds."""
    query = (
        select(CertificateOrder)
        .where(col(CertificateOrder.state) == state)
        .order_by(col(CertificateOrder.id))
        .limit(page.limit + 1)
    )
    if page.after:
        query = query.where(col(CertificateOrder.id) > page.after_id())
    return (await session.scalars(query)).all()


async def overdue_orders(session: AsyncSession, before: datetime) -> Sequence[UUID]:
    """Open orders that were not tried since `before`, those never tried first."""
    query = (
        select(col(CertificateOrder.id))
        .where(
            col(CertificateOrder.state) == OrderState.OPEN,
            func.coalesce(col(CertificateOrder.tried_at), col(CertificateOrder.requested_at))
            < before,
        )
        .order_by(col(CertificateOrder.tried_at).asc().nulls_first(), col(CertificateOrder.id))
        .limit(BATCH)
    )
    return list(await session.scalars(query))


async def unsigned_certificates(session: AsyncSession, before: datetime) -> Sequence[UUID]:
    """Certificates that were issued before a time and are not signed yet."""
    query = (
        select(col(Certificate.id))
        .where(col(Certificate.token).is_(None), col(Certificate.issued_at) < before)
        .order_by(col(Certificate.id))
        .limit(BATCH)
    )
    return list(await session.scalars(query))


async def latest_centre_decision(
    session: AsyncSession, centre_award_id: UUID, kind: DecisionKind
) -> CentreDecision:
    """The last decision of its kind about a centre's award: why its document changes."""
    query = (
        select(CentreDecision)
        .where(
            col(CentreDecision.centre_award_id) == centre_award_id,
            col(CentreDecision.kind) == kind,
        )
        .order_by(col(CentreDecision.seq).desc())
        .limit(1)
    )
    return (await session.scalars(query)).one()
