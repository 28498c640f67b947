"""Actors of the issuer's staff, with the rights that centres ask for."""

from certs.centres import permissions
from certs.centres.policy import service as policy
from certs.centres.policy.rules import FIRST
from certs.centres.subscriptions import EFFECTS
from lms.approvals import service as approvals
from lms.approvals.effects import Effects
from lms.kernel.actor import Actor
from lms.kernel.db import ISSUER_REACH

RIGHTS = {
    permissions.SANCTION_CENTRES: None,
    permissions.SETTLE_CASES: None,
    permissions.CHANGE_CENTRE_POLICY: None,
}


def admin(world, which=0):
    return Actor("person", world.deciders[which], RIGHTS, reach=ISSUER_REACH)


async def two_people(world, propose):
    """One proposes by `propose(work)`, the other approves."""
    async with world.works.write(admin(world, 0)) as work:
        proposal = await propose(work)
    async with world.works.write(admin(world, 1)) as work:
        await approvals.approve(work, Effects(EFFECTS), proposal.id, "agreed")


async def approved(world, **changes):
    """Another policy from today: the first one with these changes."""
    document = FIRST.document() | changes

    async def propose(work):
        return await policy.propose_policy(
            work, effective_from=world.today, document=document, reason="decided by the board"
        )

    await two_people(world, propose)
