"""Suspension, revocation and bars: what people do to a certificate, and what the rule then may."""

from datetime import date, timedelta
from functools import partial

import pytest

from certs.centres.evaluations.midnight import evaluate_due
from certs.centres.sanctions import service
from lms.kernel.clock import day_start
from lms.kernel.problems import Conflict, Invalid, NotFound, Problem
from tests.certs.centres.people_of_the_issuer import admin, two_people

MONDAY = date(2026, 3, 2)
NEXT_YEAR = date(2027, 3, 2)
HONG_KONG = "Asia/Hong_Kong"


async def suspend(world, centre):
    async with world.works.write(admin(world)) as work:
        await service.suspend(work, centre, "a finding")


async def reinstate(world, centre):
    async with world.works.write(admin(world)) as work:
        await service.reinstate(work, centre, "put right")


def revoking(centre, *, from_issue=False, until_day=None):
    return partial(
        service.propose_revocation,
        centre_id=centre,
        reason="a finding",
        from_issue=from_issue,
        until_day=until_day,
    )


async def state(world, centre):
    rows = await world.rows(
        "SELECT state FROM centre_award WHERE centre_id = :id ORDER BY from_day", id=centre
    )
    return [row.state for row in rows]


async def kinds(world, centre):
    return [kind for kind, _ in await world.decisions(centre)]


@pytest.fixture
async def centre(world):
    made = await world.centre()
    await world.certified(made, 2)
    return made


async def test_a_suspension_is_not_cured_by_another_pass(world, centre):
    await suspend(world, centre)
    await world.certified(centre, 1)
    assert await state(world, centre) == ["suspended"]
    assert await kinds(world, centre) == ["issue", "suspend"]


async def test_reinstating_keeps_the_last_day(world, centre):
    await suspend(world, centre)
    await reinstate(world, centre)
    [award] = await world.rows("SELECT * FROM centre_award WHERE centre_id = :id", id=centre)
    assert (award.state, award.last_day) == ("in_force", date(2027, 3, 1))
    assert await kinds(world, centre) == ["issue", "suspend", "reinstate"]


async def test_one_that_ends_suspended_is_not_renewed_and_reinstating_it_then_issues(world, centre):
    await suspend(world, centre)
    world.clock.at = day_start(NEXT_YEAR, HONG_KONG)
    await evaluate_due(world.works)
    await world.certified(centre, 1)
    assert await kinds(world, centre) == ["issue", "suspend", "refuse_renewal"]
    await reinstate(world, centre)
    assert (await kinds(world, centre))[-2:] == ["reinstate", "issue"]
    assert await state(world, centre) == ["in_force", "in_force"]


async def test_revoking_takes_two_people_and_bars_the_centre(world, centre):
    await two_people(world, revoking(centre))
    assert await kinds(world, centre) == ["issue", "revoke"]
    assert await state(world, centre) == ["revoked"]
    await world.certified(centre, 1)
    assert await kinds(world, centre) == ["issue", "revoke"]


async def test_a_certificate_can_be_void_as_from_its_issue(world, centre):
    await two_people(world, revoking(centre, from_issue=True))
    assert await kinds(world, centre) == ["issue", "void"]
    assert await state(world, centre) == ["void"]


async def test_a_bar_ends_with_its_last_day_by_itself(world, centre):
    await two_people(world, revoking(centre, until_day=date(2026, 3, 5)))
    for day, count in ((5, 2), (6, 3)):
        world.clock.at = day_start(date(2026, 3, day), HONG_KONG)
        await evaluate_due(world.works)
        assert len(await kinds(world, centre)) == count
    assert (await world.decisions(centre))[-1] == ("issue", date(2026, 3, 6))


async def test_a_bar_still_holds_on_its_last_day(world, centre):
    await two_people(world, revoking(centre, until_day=date(2026, 3, 5)))
    world.clock.at = day_start(date(2026, 3, 5), HONG_KONG)
    await world.certified(centre, 1)
    assert await kinds(world, centre) == ["issue", "revoke"]


async def test_a_bar_that_is_over_is_refused_when_asked_for_and_when_approved(world, centre):
    with pytest.raises(Invalid):
        async with world.works.write(admin(world)) as work:
            await service.open_investigation(work, centre, "too late", date(2026, 3, 1))
    propose = revoking(centre, until_day=MONDAY)
    async with world.works.write(admin(world)) as work:
        proposal = await propose(work)
    world.clock.advance(timedelta(days=1))
    with pytest.raises(Invalid):
        async with world.works.write(admin(world, 1)) as work:
            await service.apply_revocation(work, proposal.payload, proposal)
    with pytest.raises(Invalid):
        async with world.works.write(admin(world)) as work:
            await propose(work)
    assert await kinds(world, centre) == ["issue"]


async def test_lifting_a_bar_takes_two_people_and_the_rule_issues_at_once(world, centre):
    await two_people(world, revoking(centre))
    [bar] = await world.rows("SELECT id FROM centre_bar WHERE centre_id = :id", id=centre)
    lifting = partial(service.propose_lifting, bar_id=bar.id, reason="settled")
    await two_people(world, lifting)
    assert await kinds(world, centre) == ["issue", "revoke", "issue"]
    with pytest.raises(Conflict):
        await two_people(world, lifting)


async def test_an_open_investigation_holds_the_issue(world):
    centre = await world.centre()
    async with world.works.write(admin(world)) as work:
        bar = await service.open_investigation(work, centre, "a complaint", None)
    await world.certified(centre, 1)
    assert await kinds(world, centre) == []
    await two_people(world, partial(service.propose_lifting, bar_id=bar.id, reason="settled"))
    assert await kinds(world, centre) == ["issue"]


async def test_a_barred_centre_is_not_renewed(world, centre):
    async with world.works.write(admin(world)) as work:
        await service.open_investigation(work, centre, "a complaint", None)
    assert await state(world, centre) == ["in_force"]
    world.clock.at = day_start(NEXT_YEAR, HONG_KONG)
    await evaluate_due(world.works)
    assert await kinds(world, centre) == ["issue", "refuse_renewal"]


async def test_there_is_nothing_to_suspend_reinstate_or_revoke(world):
    centre = await world.centre()
    for verb in (
        partial(service.suspend, reason="no"),
        partial(service.reinstate, reason="no"),
        partial(service.propose_revocation, reason="no", from_issue=False, until_day=None),
    ):
        with pytest.raises(Conflict, match="no_centre_certificate"):
            async with world.works.write(admin(world)) as work:
                await verb(work, centre_id=centre)


async def test_a_revocation_that_comes_after_the_certificate_ended_is_refused(world, centre):
    async with world.works.write(admin(world)) as work:
        proposal = await revoking(centre)(work)
    world.clock.at = day_start(NEXT_YEAR, HONG_KONG) + timedelta(hours=1)
    await evaluate_due(world.works)
    with pytest.raises(Conflict, match="no_centre_certificate"):
        async with world.works.write(admin(world, 1)) as work:
            await service.apply_revocation(work, proposal.payload, proposal)


async def test_only_whoever_may_sanction_does(world, centre):
    manager = admin(world)
    for actor in (type(manager)("person", world.deciders[0]),):
        with pytest.raises(Problem, match=r"forbidden|not_found"):
            async with world.works.write(actor) as work:
                await service.suspend(work, centre, "no")


async def test_an_unknown_centre_is_not_found(world):
    with pytest.raises(NotFound):
        async with world.works.write(admin(world)) as work:
            await service.suspend(work, world.organisation_id, "no")


async def test_sanctions_are_in_the_audit_trail(world, centre):
    await suspend(world, centre)
    rows = await world.rows(
        "SELECT action, reason, actor_id FROM audit_entry WHERE subject_id = :id "
        "AND action LIKE '%certificate%'",
        id=centre,
    )
    assert [tuple(row) for row in rows] == [
        ("centre_certificate.suspend", "a finding", world.deciders[0])
    ]
