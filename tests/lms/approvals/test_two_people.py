"""What needs two people: one proposes, another decides, and only then it happens."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from lms.approvals import service
from lms.approvals.effects import Effect, Effects
from lms.approvals.models import Proposal
from lms.kernel.actor import Actor, Permission
from lms.kernel.db import ISSUER_REACH
from lms.kernel.ids import new_id
from lms.kernel.problems import Conflict, Forbidden, NotFound
from lms.kernel.work import Work, Works
from tests.conftest import gather

PAINT = Permission("tests.paint")


def somebody(*, may_paint: bool = True) -> Actor:
    rights: dict[Permission, Any] = {PAINT: None} if may_paint else {Permission("other"): None}
    return Actor(kind="person", person_id=new_id(), rights=rights, reach=ISSUER_REACH)


@pytest.fixture
def painted() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def effects(painted: list[dict[str, Any]]) -> Effects:
    async def paint(work: Work, payload: dict[str, Any], proposal: Proposal) -> None:
        if payload.get("colour") == "impossible":
            raise Conflict("conflict", "there is no such paint")
        painted.append(payload)

    return Effects([Effect("tests.paint", PAINT, paint)])


async def proposed(works: Works, actor: Actor, colour: str = "red") -> UUID:
    async with works.write(actor) as work:
        proposal = await service.propose(
            work, kind="tests.paint", subject_id=new_id(), payload={"colour": colour}, reason="dull"
        )
    return proposal.id


async def test_a_second_person_makes_it_happen(
    works: Works, effects: Effects, painted: list[dict[str, Any]]
) -> None:
    proposal_id = await proposed(works, somebody())
    assert painted == []
    async with works.write(somebody()) as work:
        await service.approve(work, effects, proposal_id, "agreed")
    assert painted == [{"colour": "red"}]


async def test_whoever_proposes_does_not_decide(works: Works, effects: Effects) -> None:
    first = somebody()
    proposal_id = await proposed(works, first)
    with pytest.raises(Conflict, match="second_person_needed"):
        async with works.write(first) as work:
            await service.approve(work, effects, proposal_id, "agreed with myself")


async def test_the_database_refuses_it_too(works: Works, system: Actor) -> None:
    first = somebody()
    proposal_id = await proposed(works, first)
    with pytest.raises(Exception, match="ck_proposal_second_person"):
        async with works.write(system) as work:
            await work.session.execute(
                text(
                    "UPDATE proposal SET state = 'approved', decided_by = proposed_by, "
                    "decided_at = proposed_at WHERE id = :id"
                ),
                {"id": proposal_id},
            )


async def test_without_the_permission_nobody_decides(works: Works, effects: Effects) -> None:
    proposal_id = await proposed(works, somebody())
    with pytest.raises(Forbidden):
        async with works.write(somebody(may_paint=False)) as work:
            await service.approve(work, effects, proposal_id, "agreed")


async def test_a_refused_proposal_never_happens(
    works: Works, effects: Effects, painted: list[dict[str, Any]]
) -> None:
    proposal_id = await proposed(works, somebody())
    async with works.write(somebody()) as work:
        await service.refuse(work, effects, proposal_id, "too loud")
    with pytest.raises(Conflict, match="refused"):
        async with works.write(somebody()) as work:
            await service.approve(work, effects, proposal_id, "after all")
    assert painted == []


async def test_what_its_effect_cannot_do_undoes_the_approval(
    works: Works, effects: Effects
) -> None:
    proposal_id = await proposed(works, somebody(), colour="impossible")
    with pytest.raises(Conflict):
        async with works.write(somebody()) as work:
            await service.approve(work, effects, proposal_id, "agreed")
    async with works.write(somebody()) as work:
        refused = await service.refuse(work, effects, proposal_id, "there is no such paint")
    assert refused.state == "refused"


async def test_of_two_who_decide_at_once_one_wins(
    works: Works, effects: Effects, painted: list[dict[str, Any]]
) -> None:
    proposal_id = await proposed(works, somebody())

    async def decide() -> None:
        async with works.write(somebody()) as work:
            await service.approve(work, effects, proposal_id, "agreed")

    outcomes = await gather(*(decide() for _ in range(5)))
    assert sum(outcome is None for outcome in outcomes) == 1
    assert len(painted) == 1


async def test_only_the_proposer_withdraws(works: Works) -> None:
    first = somebody()
    proposal_id = await proposed(works, first)
    with pytest.raises(Conflict):
        async with works.write(somebody()) as work:
            await service.withdraw(work, proposal_id, "not mine")
    async with works.write(first) as work:
        withdrawn = await service.withdraw(work, proposal_id, "a mistake")
    assert withdrawn.state == "withdrawn"


async def test_a_proposal_that_is_not_there_is_not_found(works: Works, effects: Effects) -> None:
    with pytest.raises(NotFound):
        async with works.write(somebody()) as work:
            await service.approve(work, effects, new_id(), "agreed")


async def test_every_step_leaves_a_trace(works: Works, effects: Effects, system: Actor) -> None:
    proposal_id = await proposed(works, somebody())
    async with works.write(somebody()) as work:
        await service.approve(work, effects, proposal_id, "agreed")
    async with works.read(system) as work:
        rows = await work.session.execute(
            text("SELECT action, reason FROM audit_entry WHERE subject_id = :id ORDER BY id"),
            {"id": proposal_id},
        )
        assert [tuple(row) for row in rows] == [
            ("proposal.made", "dull"),
            ("proposal.approved", "agreed"),
        ]
