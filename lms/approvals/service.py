"""Propose, approve, refuse, withdraw: the one mechanism for what needs two people."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from lms.approvals.effects import Effects
from lms.approvals.events import ProposalDecided, ProposalMade
from lms.approvals.models import Proposal, ProposalState
from lms.approvals.queries import lock_proposal
from lms.audit.service import record
from lms.kernel.problems import Conflict
from lms.kernel.work import Work


async def propose(
    work: Work, *, kind: str, subject_id: UUID, payload: Mapping[str, Any], reason: str
) -> Proposal:
    """Ask for a second person. At most one open proposal per kind and subject.

    The caller has checked that the actor may propose this.
    """
    proposal = Proposal(
        id=work.new_id(),
        kind=kind,
        subject_id=subject_id,
        payload=msgspec.to_builtins(dict(payload)),
        reason=reason,
        state=ProposalState.OPEN,
        proposed_by=work.actor.person,
        proposed_at=work.now(),
    )
    work.session.add(proposal)
    await record(
        work,
        action="proposal.made",
        subject=("proposal", proposal.id),
        after={"kind": kind, "subject_id": subject_id, "payload": proposal.payload},
        reason=reason,
    )
    await work.emit(ProposalMade(proposal_id=proposal.id))
    return proposal


async def approve(work: Work, effects: Effects, proposal_id: UUID, reason: str) -> Proposal:
    """Decide for it, and let its effect happen, in this transaction.

    Raises:
        Conflict: it has been decided, or the actor proposed it.
    """
    proposal = await _decide(work, effects, proposal_id, ProposalState.APPROVED, reason)
    await effects[proposal.kind].apply(work, proposal.payload, proposal)
    return proposal


async def refuse(work: Work, effects: Effects, proposal_id: UUID, reason: str) -> Proposal:
    """Decide against it: nothing else happens.

    Raises:
        Conflict: it has been decided, or the actor proposed it.
    """
    return await _decide(work, effects, proposal_id, ProposalState.REFUSED, reason)


async def withdraw(work: Work, proposal_id: UUID, reason: str) -> Proposal:
    """Take one's own proposal back.

    Raises:
        Conflict: it has been decided, or somebody else proposed it.
    """
    proposal = await lock_proposal(work.session, proposal_id)
    if proposal.proposed_by != work.actor.person:
        raise Conflict("conflict", "only its proposer takes a proposal back")
    return await _close(work, proposal, ProposalState.WITHDRAWN, reason)


async def _decide(
    work: Work, effects: Effects, proposal_id: UUID, state: ProposalState, reason: str
) -> Proposal:
    proposal = await lock_proposal(work.session, proposal_id)
    work.actor.require(effects[proposal.kind].permission)
    if proposal.proposed_by == work.actor.person:
        raise Conflict("second_person_needed", "whoever proposes does not decide")
    await _close(work, proposal, state, reason)
    await work.emit(ProposalDecided(proposal_id=proposal.id))
    return proposal


async def _close(work: Work, proposal: Proposal, state: ProposalState, reason: str) -> Proposal:
    if proposal.state is not ProposalState.OPEN:
        raise Conflict("proposal_decided", f"it was {proposal.state.value} before")
    proposal.state = state
    proposal.decided_by = work.actor.person
    proposal.decided_at = work.now()
    proposal.decision_reason = reason
    proposal.revision += 1
    await work.session.flush()
    await record(
        work,
        action=f"proposal.{state.value}",
        subject=("proposal", proposal.id),
        after={"kind": proposal.kind, "subject_id": proposal.subject_id},
        reason=reason,
    )
    return proposal
