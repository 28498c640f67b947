"""Asking people to manage a company, or to be linked to a staff record. Answers: `answering.py`."""

from dataclasses import dataclass
from uuid import UUID

from lms.audit.service import record
from lms.issuer.queries import issuer_day
from lms.kernel.problems import Conflict, Fault, Invalid
from lms.kernel.work import Work
from lms.orgs.invitations.models import Invitation, InvitationKind
from lms.orgs.invitations.permissions import INVITE
from lms.orgs.invitations.queries import (
    invitable_staff,
    open_invitations_of,
    open_invitations_to,
    require_invitation,
)
from lms.orgs.organisations.models import Organisation, OrganisationState
from lms.orgs.organisations.queries import lock_organisation
from lms.orgs.staff.links import refuse_linked
from lms.orgs.staff.models import StaffLink, StaffRecord
from lms.orgs.staff.queries import records_with_link, require_record
from lms.people.links.models import Purpose
from lms.people.links.service import cancel_link, make_link, resend_link
from lms.people.persons.addresses import faults_of_address, normal_address
from lms.people.persons.names import Language

PURPOSES = {
    InvitationKind.MANAGER: Purpose.INVITE_MANAGER,
    InvitationKind.STAFF: Purpose.INVITE_STAFF,
}
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that was not invited, and why."""

    staff_record_id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class Invited:
    """What became of a list; `remaining` more could be invited by asking again."""

    invitations: list[Invitation]
    skipped: list[Skipped]
    remaining: int = 0


async def invite_manager(
    work: Work, organisation_id: UUID, email: str, language: Language
) -> Invitation:
    """Ask somebody to manage a company.

    Raises:
        Conflict: `organisation_not_open`.
        Invalid: the address is none.
        Problem: `already_invited`, when it is written.
    """
    await _open(work, organisation_id)
    return await _ask(
        work, organisation_id, InvitationKind.MANAGER, normal_address(email), language
    )


async def invite_staff(
    work: Work,
    organisation_id: UUID,
    staff_record_id: UUID,
    email: str | None,
    language: Language,
) -> Invitation:
    """Ask somebody to be linked to a staff record; at its work address unless one is given.

    Raises:
        NotFound: the company has no such record.
        Conflict: `already_linked`, `organisation_not_open`.
        Invalid: there is no address, or it is none.
        Problem: `already_invited`, when it is written.
    """
    await _open(work, organisation_id)
    staff = await require_record(work.session, organisation_id, staff_record_id)
    await refuse_linked(work, staff.id)
    address = email or staff.work_email
    if address is None:
        raise Invalid([Fault("/email", "email_missing", "the record has no work address")])
    return await _ask(
        work,
        organisation_id,
        InvitationKind.STAFF,
        normal_address(address),
        language,
        staff_record_id=staff.id,
    )


async def invite_many(
    work: Work, organisation_id: UUID, staff_record_ids: list[UUID] | None, language: Language
) -> Invited:
    """Ask a list, or (None) everybody who has a work address and was not asked yet.

    Whoever cannot be asked is named with the reason; the others are asked all the same.
    """
    await _open(work, organisation_id)
    wanted, remaining, today = staff_record_ids, 0, await issuer_day(work)
    if wanted is None:
        wanted, total = await invitable_staff(
            work.session, organisation_id, today=today, most=MOST_AT_ONCE
        )
        remaining = total - len(wanted)
    asked_before = await open_invitations_to(work.session, wanted)
    known = await records_with_link(work.session, organisation_id, wanted, today)
    invitations, skipped = [], []
    for staff_record_id in dict.fromkeys(wanted):
        staff, link = known.get(staff_record_id, (None, None))
        code = _hindrance(staff, link, asked_before)
        if code is not None or staff is None or staff.work_email is None:
            skipped.append(Skipped(staff_record_id, code or "email_missing"))
            continue
        invitations.append(
            await _ask(
                work,
                organisation_id,
                InvitationKind.STAFF,
                normal_address(staff.work_email),
                language,
                staff_record_id=staff.id,
            )
        )
    return Invited(invitations, skipped, remaining)


async def resend(work: Work, organisation_id: UUID, invitation_id: UUID) -> Invitation:
    """Write the letter again, with a new token and the full time; the old token opens nothing.

    Raises:
        NotFound: the company has none such.
        Conflict: `invitation_settled`, it was answered or cancelled.
    """
    invitation = await _unsettled(work, organisation_id, invitation_id)
    link = await resend_link(work, invitation.link_id, scope_id=organisation_id)
    invitation.sent_at = work.now()
    invitation.expires_at = link.expires_at
    await work.session.flush()
    await record(work, action="invitation.resent", subject=("invitation", invitation.id))
    return invitation


async def cancel(work: Work, organisation_id: UUID, invitation_id: UUID) -> Invitation:
    """Take an invitation back.

    Raises:
        NotFound: the company has none such.
        Conflict: `invitation_settled`, it was answered or cancelled.
    """
    invitation = await _unsettled(work, organisation_id, invitation_id)
    await _cancel(work, invitation)
    return invitation


async def cancel_all(work: Work, organisation_id: UUID) -> None:
    """Take back whatever a company, which is closed, has open."""
    await lock_organisation(work, organisation_id)
    for invitation in await open_invitations_of(work.session, organisation_id):
        await _cancel(work, invitation)


async def _cancel(work: Work, invitation: Invitation) -> None:
    await cancel_link(work, invitation.link_id, scope_id=invitation.organisation_id)
    invitation.cancelled_at = work.now()
    await work.session.flush()
    await record(work, action="invitation.cancelled", subject=("invitation", invitation.id))


async def _open(work: Work, organisation_id: UUID) -> Organisation:
    """The registered company under its lock; who is asked changes no roster."""
    work.actor.require(INVITE, organisation_id)
    organisation = await lock_organisation(work, organisation_id)
    if organisation.state is not OrganisationState.REGISTERED:
        raise Conflict("organisation_not_open", "the company is not registered")
    return organisation


async def _unsettled(work: Work, organisation_id: UUID, invitation_id: UUID) -> Invitation:
    await _open(work, organisation_id)
    invitation = await require_invitation(work.session, organisation_id, invitation_id)
    if invitation.answered_at is not None or invitation.cancelled_at is not None:
        raise Conflict("invitation_settled", "it was answered or cancelled")
    return invitation


def _hindrance(
    staff: StaffRecord | None, link: StaffLink | None, asked_before: set[UUID]
) -> str | None:
    """Why somebody cannot be asked, if so."""
    if staff is None:
        return "not_found"
    if staff.id in asked_before:
        return "already_invited"
    if staff.work_email is None:
        return "email_missing"
    if faults_of_address(staff.work_email):
        return "email"
    if link is not None:
        return "already_linked"
    return None


async def _ask(
    work: Work,
    organisation_id: UUID,
    kind: InvitationKind,
    email: str,
    language: Language,
    *,
    staff_record_id: UUID | None = None,
) -> Invitation:
    invitation_id = work.new_id()
    link = await make_link(
        work,
        PURPOSES[kind],
        email=email,
        subject={"invitation_id": invitation_id},
        language=language,
        scope_id=organisation_id,
    )
    invitation = Invitation(
        id=invitation_id,
        organisation_id=organisation_id,
        kind=kind,
        staff_record_id=staff_record_id,
        email=email,
        language=language.value,
        link_id=link.id,
        invited_by=work.actor.person_id,
        invited_at=work.now(),
        sent_at=work.now(),
        expires_at=link.expires_at,
    )
    work.session.add(invitation)
    await work.session.flush()
    await record(
        work,
        action="invitation.made",
        subject=("invitation", invitation.id),
        after={"kind": kind.value, "staff_record_id": staff_record_id},
    )
    return invitation
