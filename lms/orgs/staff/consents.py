"""Leave for a company to see results: the person alone gives it and takes it back."""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from lms.audit.service import record
from lms.issuer.queries import issuer_day
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import NotFound
from lms.kernel.work import Work
from lms.orgs.staff.models import Consent, StaffLink
from lms.orgs.staff.queries import open_consent
from lms.orgs.staff.spans import gives_on


async def give(work: Work, organisation_id: UUID) -> Consent:
    """Let a company that one is linked to see results; given twice, it is given once.

    Raises:
        NotFound: no link joins the person to such a company today.
    """
    person_id = work.actor.person
    await lock(work, Locked.PERSON, [person_id])
    today = await issuer_day(work)
    linked = select(col(StaffLink.id)).where(
        col(StaffLink.organisation_id) == organisation_id,
        col(StaffLink.person_id) == person_id,
        gives_on(today),
    )
    if (await work.session.execute(linked)).first() is None:
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
    standing.withdrawn_at = work.now()
    await work.session.flush()
    await record(work, action="consent.withdrawn", subject=("consent", standing.id))
    return standing
