"""Answering an invitation at the API: by its letter's token, signed in or as a newcomer."""

from dataclasses import replace

from litestar import Router, post

from lms.kernel.actor import PUBLIC, Actor
from lms.kernel.problems import Invalid, Unauthenticated
from lms.kernel.work import Works
from lms.orgs.invitations import answering
from lms.orgs.invitations.models import Answer
from lms.orgs.invitations.schemas import (
    AcceptanceIn,
    AnsweredOut,
    InvitationShownOut,
    InvitationTokenIn,
)
from lms.orgs.organisations.queries import require_organisation
from lms.orgs.ports import FractionListener
from lms.people.credentials.service import PasswordDesk
from lms.people.signup.schemas import NewcomerIn
from lms.people.signup.service import Newcomer, accepted_newcomer

ANSWERS = "answers an invitation"


@post("/lookup", operation_id="lookUpInvitation", needs=PUBLIC, status_code=200)
async def look_up(data: InvitationTokenIn, works: Works, actor: Actor) -> InvitationShownOut:
    """What an invitation is, before it is answered."""
    link = await answering.link_of_invitation(works, data.token)
    async with works.read(actor.reaching_issuer(ANSWERS)) as work:
        found = await answering.invitation_behind(work.session, link)
        company = await require_organisation(work.session, found.organisation_id)
        return InvitationShownOut.of(found, company)


@post("/acceptance", operation_id="acceptInvitation", needs=PUBLIC, status_code=200)
async def accept(
    data: AcceptanceIn,
    works: Works,
    actor: Actor,
    desk: PasswordDesk,
    fractions: FractionListener,
) -> AnsweredOut:
    """Accept, signed in or as a newcomer, who then has an account with the invited address."""
    link = await answering.link_of_invitation(works, data.token)
    newcomer = None
    if actor.person_id is None:
        newcomer = await _newcomer(desk, link.email, data.newcomer)
    async with works.write(actor.reaching_issuer(ANSWERS)) as work:
        person_id, invitation = await answering.accept(work, fractions, link, data.token, newcomer)
    return AnsweredOut(
        kind=invitation.kind.value,
        organisation_id=invitation.organisation_id,
        answer=Answer.ACCEPTED.value,
        person_id=person_id,
    )


@post("/refusal", operation_id="declineInvitation", needs=PUBLIC, status_code=200)
async def decline(data: InvitationTokenIn, works: Works, actor: Actor) -> AnsweredOut:
    """Decline an invitation."""
    link = await answering.link_of_invitation(works, data.token)
    async with works.write(actor.reaching_issuer(ANSWERS)) as work:
        invitation = await answering.decline(work, link, data.token)
    return AnsweredOut(
        kind=invitation.kind.value,
        organisation_id=invitation.organisation_id,
        answer=Answer.DECLINED.value,
        person_id=actor.person_id,
    )


async def _newcomer(desk: PasswordDesk, email: str, wanted: NewcomerIn | None) -> Newcomer:
    if wanted is None:
        raise Unauthenticated
    try:
        return await accepted_newcomer(
            desk, email, wanted.names(), wanted.language, wanted.password
        )
    except Invalid as refused:
        faults = [replace(one, pointer=f"/newcomer{one.pointer}") for one in refused.faults]
        raise Invalid(faults) from refused


router = Router(
    path="/invitations", tags=["invitations"], route_handlers=[look_up, accept, decline]
)
