"""Leave for a company to see results: the person alone gives it and takes it back.

It ends with the employment in which it was given: who comes back gives it anew, or does not.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from lms.audit.service import record
from lms.issuer.queries import issuer_day
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import NotFound
from lms.kernel.work import Work
from lms.orgs.days import ONE_DAY
from lms.orgs.staff.models import Consent, StaffLink
from lms.orgs.staff.queries import open_consent
from lms.orgs.staff.spans import gives_on, holds_on


async def give(work: Work, organisation_id: UUID) -> Consent:
    """Let a company that one is linked to see results; given twice, it is given once.

    Raises:
        NotFound: no link joins the person to such a company today.
    """
    person_id = work.actor.person
    await lock(work, Locked.PERSON, [person_id])
    today = await issuer_day(work)
    if not await _linked(work, organisation_id, person_id, gives_on(today)):
        raise NotFound
    standing = await open_consent(work.session, organisation_id, person_id)
    if standing is not None:
        return standing
    given = Consent(
        id=work.new_id(),
        organisation_id=organisation_id,
        person_id=person_id,
        given_at=work.now(),
    )
    work.session.add(given)
    await work.session.flush()
    await record(work, action="consent.given", subject=("consent", given.id))
    return given


async def withdraw(work: Work, organisation_id: UUID) -> Consent:
    """Take it back: from now on the company sees no result.

    Raises:
        NotFound: none stands.
    """
    await lock(work, Locked.PERSON, [work.actor.person])
    standing = await open_consent(work.session, organisation_id, work.actor.person)
    if standing is None:
        raise NotFound
    await _close(work, standing, "consent.withdrawn")
    return standing


async def end_with_employment(work: Work, organisation_id: UUID, person_id: UUID) -> None:
    """End the leave of somebody who has left. The caller holds the company's and their lock."""
    standing = await open_consent(work.session, organisation_id, person_id)
    if standing is not None:
        await _close(work, standing, "consent.ended")


async def end_after_gap(
    work: Work, organisation_id: UUID, person_id: UUID, first_day: date
) -> None:
    """End what stands from before, unless a link from `first_day` follows another without a gap.

    For whoever is linked again before the worker has told their end. The caller holds the locks.
    """
    day_before = holds_on(StaffLink, first_day - ONE_DAY)
    if not await _linked(work, organisation_id, person_id, day_before):
        await end_with_employment(work, organisation_id, person_id)


async def _linked(
    work: Work, organisation_id: UUID, person_id: UUID, when: ColumnElement[bool]
) -> bool:
    theirs = select(col(StaffLink.id)).where(
        col(StaffLink.organisation_id) == organisation_id,
        col(StaffLink.person_id) == person_id,
        when,
    )
    return (await work.session.execute(theirs)).first() is not None


async def _close(work: Work, standing: Consent, action: str) -> None:
    standing.withdrawn_at = work.now()
    await work.session.flush()
    await record(work, action=action, subject=("consent", standing.id))
