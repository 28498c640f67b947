"""Mails about what takes two people: to those who may decide, and to whoever proposed it."""

import functools
from collections.abc import Callable, Collection
from uuid import UUID

from lms.approvals.events import ProposalDecided, ProposalMade
from lms.approvals.models import Proposal, ProposalState
from lms.approvals.queries import require_proposal
from lms.kernel.events import Handler
from lms.kernel.work import Work
from lms.notify.service import send
from lms.people.grants.queries import active_holders
from lms.people.persons.queries import printed_name, require_person

ACTS: dict[str, tuple[str, str]] = {
    "award.without_result": ("未經本系統考試頒發資格", "an award without a pass here"),
    "catalogue.pass-rule": ("更改合格規則", "another pass rule"),
    "centre.policy": ("更改中心政策", "another centre policy"),
    "centre_bar.lift": ("解除中心的頒發限制", "lifting a bar of a centre"),
    "centre_certificate.revoke": ("撤銷中心證書", "revoking a centre certificate"),
    "certificate.revoke": ("撤銷證書", "revoking a certificate"),
    "certificate.void": ("宣布證書無效", "declaring a certificate void"),
    "exam.publish": ("更改使用中的考試", "another version of an exam in use"),
    "exam.regrade": ("重新評分", "a regrade"),
    "grant.admin": ("新增管理員", "another administrator"),
    "grant.admin-removal": ("撤除管理員", "an administrator's removal"),
    "person.rename": ("更改證書姓名", "another printed name"),
}
"""What each kind of proposal is called in a mail, in Chinese and in English."""

DECIDED = {
    ProposalState.APPROVED: "proposal_approved",
    ProposalState.REFUSED: "proposal_refused",
}

Deciders = Callable[[str], Collection[str]]
"""The roles that may decide a kind of proposal: the policy table's answer, handed in."""


def handlers(deciders: Deciders) -> list[Handler]:
    """What is told after proposals."""
    return [
        Handler(
            name="notify.on_proposal_made",
            event=ProposalMade,
            run=functools.partial(on_proposal_made, deciders=deciders),
        ),
        Handler("notify.on_proposal_decided", ProposalDecided, on_proposal_decided),
    ]


async def on_proposal_made(work: Work, made: ProposalMade, *, deciders: Deciders) -> None:
    """Tell those who may decide, but for its proposer. What is proposed, they read signed in."""
    proposal = await require_proposal(work.session, made.proposal_id)
    if proposal.state is not ProposalState.OPEN:
        return
    proposer = printed_name(await require_person(work.session, proposal.proposed_by))
    context = {
        **_act(proposal),
        "proposal_id": proposal.id,
        "proposer_zh": proposer["zh"],
        "proposer_en": proposer["en"],
    }
    for person_id in await active_holders(work.session, deciders(proposal.kind)):
        if person_id != proposal.proposed_by:
            await _tell(work, "proposal_waiting", person_id, proposal, context)


async def on_proposal_decided(work: Work, decided: ProposalDecided) -> None:
    """Tell its proposer; a refusal with its reason."""
    proposal = await require_proposal(work.session, decided.proposal_id)
    context = _act(proposal)
    if proposal.state is ProposalState.REFUSED:
        context["reason"] = proposal.decision_reason or ""
    await _tell(work, DECIDED[proposal.state], proposal.proposed_by, proposal, context)


async def _tell(
    work: Work, template: str, person_id: UUID, proposal: Proposal, context: dict[str, object]
) -> None:
    await send(work, template=template, to=person_id, cause=proposal.id, context=context)


def _act(proposal: Proposal) -> dict[str, object]:
    zh, en = ACTS[proposal.kind]
    return {"act_zh": zh, "act_en": en}
