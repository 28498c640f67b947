"""Companies: applied for, registered, refused, edited. Their managers are in `managers.py`."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from lms.audit.service import record
from lms.issuer.models import ISSUER_ID
from lms.kernel.problems import Conflict
from lms.kernel.work import Work
from lms.orgs.organisations.events import (
    OrganisationApplied,
    OrganisationRefused,
    OrganisationRegistered,
)
from lms.orgs.organisations.models import Organisation, OrganisationState
from lms.orgs.organisations.permissions import DECIDE_ORGANISATIONS, MANAGE_ORGANISATION
from lms.orgs.organisations.queries import lock_organisation
from lms.people.grants.roles import Role
from lms.people.grants.service import enter_grant


@dataclass(frozen=True, slots=True)
class CompanyNames:
    """A company's or centre's names; at least one of them is given."""

    zh: str | None
    en: str | None


class Named(Protocol):
    """A company's or a centre's row."""

    name_zh: str | None
    name_en: str | None


async def apply(work: Work, names: CompanyNames, note: str | None) -> Organisation:
    """Apply for a company's registration; whoever does becomes its manager with it."""
    organisation = Organisation(
        id=work.new_id(),
        issuer_id=ISSUER_ID,
        name_zh=names.zh,
        name_en=names.en,
        state=OrganisationState.APPLIED,
        note=note,
        applied_by=work.actor.person,
        applied_at=work.now(),
    )
    await _enter(work, organisation, "organisation.applied")
    await work.emit(
        OrganisationApplied(organisation_id=organisation.id, applied_by=work.actor.person)
    )
    return organisation


async def register_new(work: Work, names: CompanyNames, note: str | None) -> Organisation:
    """Register a company that has not applied; its first manager is then invited."""
    work.actor.require(DECIDE_ORGANISATIONS)
    organisation = Organisation(
        id=work.new_id(),
        issuer_id=ISSUER_ID,
        name_zh=names.zh,
        name_en=names.en,
        state=OrganisationState.REGISTERED,
        note=note,
        decided_by=work.actor.person_id,
        decided_at=work.now(),
    )
    await _enter(work, organisation, "organisation.registered")
    await work.emit(OrganisationRegistered(organisation_id=organisation.id, applied_by=None))
    return organisation


async def register(work: Work, organisation_id: UUID) -> Organisation:
    """Register a company that applied, and make the applicant its manager.

    Raises:
        Conflict: `organisation_not_open`, it has been decided on.
    """
    organisation = await _decide(work, organisation_id, OrganisationState.REGISTERED)
    await work.session.flush()
    await record(work, action="organisation.registered", subject=("organisation", organisation.id))
    if organisation.applied_by is not None:
        await enter_grant(
            work,
            organisation.applied_by,
            Role.COMPANY_MANAGER,
            scope_id=organisation.id,
            reason="applied for the company's registration",
        )
    await work.emit(
        OrganisationRegistered(organisation_id=organisation.id, applied_by=organisation.applied_by)
    )
    return organisation


async def refuse(work: Work, organisation_id: UUID, reason: str) -> Organisation:
    """Refuse a company that applied; the applicant is told the reason.

    Raises:
        Conflict: `organisation_not_open`, it has been decided on.
    """
    organisation = await _decide(work, organisation_id, OrganisationState.REFUSED)
    organisation.refusal_reason = reason
    await work.session.flush()
    await record(
        work,
        action="organisation.refused",
        subject=("organisation", organisation.id),
        reason=reason,
    )
    await work.emit(
        OrganisationRefused(
            organisation_id=organisation.id, applied_by=organisation.applied_by, reason=reason
        )
    )
    return organisation


async def rename(work: Work, organisation: Organisation, names: CompanyNames) -> Organisation:
    """Change a locked company's names."""
    work.actor.require(MANAGE_ORGANISATION, organisation.id)
    before = shown(organisation)
    organisation.name_zh = names.zh
    organisation.name_en = names.en
    organisation.revision += 1
    await work.session.flush()
    await record(
        work,
        action="organisation.renamed",
        subject=("organisation", organisation.id),
        before=before,
        after=shown(organisation),
    )
    return organisation


async def open_for_change(work: Work, organisation_id: UUID) -> Organisation:
    """Lock a registered company, so that its staff and their places change one act at a time.

    Every preview made before is stale from here on.

    Raises:
        NotFound: there is none.
        Conflict: `organisation_not_open`, it is not registered.
    """
    organisation = await lock_organisation(work, organisation_id)
    if organisation.state is not OrganisationState.REGISTERED:
        raise Conflict("organisation_not_open", "the company is not registered")
    organisation.roster_revision += 1
    return organisation


def shown(row: Named) -> dict[str, str | None]:
    """A row's names for the audit trail."""
    return {"name_zh": row.name_zh, "name_en": row.name_en}


async def _enter(work: Work, organisation: Organisation, action: str) -> None:
    work.session.add(organisation)
    await work.session.flush()
    await record(
        work,
        action=action,
        subject=("organisation", organisation.id),
        after=shown(organisation),
    )


async def _decide(work: Work, organisation_id: UUID, state: OrganisationState) -> Organisation:
    work.actor.require(DECIDE_ORGANISATIONS)
    organisation = await lock_organisation(work, organisation_id)
    if organisation.state is not OrganisationState.APPLIED:
        raise Conflict("organisation_not_open", f"it is {organisation.state.value}")
    organisation.state = state
    organisation.decided_by = work.actor.person_id
    organisation.decided_at = work.now()
    organisation.revision += 1
    return organisation
