"""Proposals made and decided, told to the floors above."""

from uuid import UUID

from lms.kernel.events import event


@event("approvals.proposal-made")
class ProposalMade:
    proposal_id: UUID


@event("approvals.proposal-decided")
class ProposalDecided:
    """A second person approved or refused it; what its proposer takes back is not decided."""

    proposal_id: UUID
