"""Answering: what an invitation gives is given in the transaction that uses its link up."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from lms.audit.service import record
from lms.kernel.actor import Actor
from lms.kernel.problems import Conflict, Problem
from lms.kernel.work import Work, Works
from lms.orgs.invitations.models import Answer, Invitation, InvitationKind
from lms.orgs.invitations.queries import invitation_of_link
from lms.orgs.invitations.service import PURPOSES
from lms.orgs.organisations.models import OrganisationState
from lms.orgs.organisations.queries import lock_organisation
from lms.orgs.ports import FractionListener
from lms.orgs.roster.queries import let_go_since, person_let_go_since
from lms.orgs.staff.links import make_link
from lms.people.grants.roles import Role
from lms.people.grants.service import enter_grant
from lms.people.links.models import OneTimeLink
from lms.people.links.queries import open_link
from lms.people.links.service import use_link
from lms.people.signup.service import Newcomer, accept_invitation


async def link_of_invitation(works: Works, token: str) -> OneTimeLink:
    """The open one-time link behind an invitation's token; not used up.

    Raises:
        Problem: `link_not_open`.
    """
    async with works.read(Actor.system("reads an invitation")) as work:
        for purpose in PURPOSES.values():
            link = await open_link(work.session, purpose, token, work.now())
            if link is not None:
                return link
    raise Problem(code="link_not_open")


async def accept(
    work: Work,
    listener: FractionListener,
    link: OneTimeLink,
    token: str,
    newcomer: Newcomer | None,
) -> tuple[UUID, Invitation]:
    """Accept, as whoever is signed in or as a newcomer, who is entered; answers who it is.

    The company is locked before the link is used, as whoever cancels does.

    Raises:
        Problem: `link_not_open`; `email_taken`, the newcomer has an account and signs in first.
        Unauthenticated: neither is anybody signed in, nor is there a newcomer.
        Conflict: `already_linked`, `organisation_not_open`; `not_placed`, the company has let them
            go since it asked.
    """
    invitation = await _locked(work, link)
    purpose = PURPOSES[invitation.kind]
    person_id, _ = await accept_invitation(work, purpose, token, newcomer)
    await _refuse_let_go(work, invitation, person_id)
    if invitation.kind is InvitationKind.STAFF and invitation.staff_record_id is not None:
        await make_link(
            work,
            listener,
            invitation.organisation_id,
            invitation.staff_record_id,
            person_id=person_id,
            reason="accepted an invitation",
        )
    else:
        await enter_grant(
            work,
            person_id,
            Role.COMPANY_MANAGER,
            scope_id=invitation.organisation_id,
            reason="accepted an invitation",
        )
    await _answer(work, invitation, Answer.ACCEPTED, person_id)
    return person_id, invitation


async def decline(work: Work, link: OneTimeLink, token: str) -> Invitation:
    """Decline; whoever holds the letter may.

    Raises:
        Problem: `link_not_open`.
    """
    invitation = await _locked(work, link)
    await use_link(work, PURPOSES[invitation.kind], token)
    await _answer(work, invitation, Answer.DECLINED, work.actor.person_id)
    return invitation


async def invitation_behind(session: AsyncSession, link: OneTimeLink) -> Invitation:
    """The invitation whose letter has this link.

    Raises:
        Problem: `link_not_open`, it is no invitation's.
    """
    found = await invitation_of_link(session, link.id)
    if found is None:
        raise Problem(code="link_not_open")
    return found


async def _locked(work: Work, link: OneTimeLink) -> Invitation:
    invitation = await invitation_behind(work.session, link)
    organisation = await lock_organisation(work, invitation.organisation_id)
    if organisation.state is not OrganisationState.REGISTERED:
        raise Conflict("organisation_not_open", "the company is not registered")
    return invitation


async def _refuse_let_go(work: Work, invitation: Invitation, person_id: UUID) -> None:
    """Refuse whom the company let go since it asked: the record's, or its staff as a manager."""
    session, record_id, asked_at = work.session, invitation.staff_record_id, invitation.sent_at
    if record_id is not None:
        gone = await let_go_since(session, record_id, asked_at)
    else:
        company_id = invitation.organisation_id
        gone = await person_let_go_since(session, company_id, person_id, asked_at)
    if gone:
        raise Conflict("not_placed", "the company has let them go since it asked")


async def _answer(
    work: Work, invitation: Invitation, answer: Answer, person_id: UUID | None
) -> None:
    invitation.answer = answer
    invitation.answered_at = work.now()
    invitation.answered_by = person_id
    await work.session.flush()
    await record(
        work,
        action=f"invitation.{answer.value}",
        subject=("invitation", invitation.id),
        after={"answered_by": person_id},
    )
