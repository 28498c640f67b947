"""Reconciling: a difference is told, healed, and opens a case."""

from datetime import timedelta

import asyncpg
from sqlalchemy import text

from certs.centres.cases import reconciler
from lms.kernel.db import plain_dsn

CASES = "SELECT * FROM centre_case WHERE centre_id = :id ORDER BY id"


async def test_reconciling_a_world_that_is_right_finds_nothing(world):
    centre = await world.centre()
    await world.certified(centre, 2)
    await world.centre()
    await reconciler.reconcile(world.works)
    assert await world.rows(CASES, id=centre) == []


async def test_reconciling_tells_and_heals_what_was_written_behind_its_back(world):
    centre = await world.centre()
    await world.certified(centre, 1)
    await world.hire(centre)
    async with world.write() as work:
        await work.session.execute(
            text("UPDATE assignment SET superseded_at = :at WHERE id = :id"),
            {
                "at": work.now(),
                "id": (
                    await work.session.execute(
                        text("SELECT id FROM assignment ORDER BY id DESC LIMIT 1")
                    )
                ).scalar_one(),
            },
        )
    await reconciler.reconcile(world.works)
    [case] = await world.rows(CASES, id=centre)
    assert case.kind == "reconciliation"
    assert case.findings == {
        "what": "standing_differs",
        "stood": [2, 1, "not_met"],
        "recounted": [1, 1, "met"],
    }
    assert (await world.standing(centre)).counted == 1
    await reconciler.reconcile(world.works)
    assert len(await world.rows(CASES, id=centre)) == 1


async def test_reconciling_finds_a_missed_decision(world):
    centre = await world.centre()
    await world.certified(centre, 1)
    async with world.write() as work:
        await work.session.execute(text("UPDATE centre_award SET state = 'void'"))
    await reconciler.reconcile(world.works)
    [case] = await world.rows(CASES, id=centre)
    assert case.findings == {"what": "decision_missed", "decision": "issue"}
    assert [kind for kind, _ in await world.decisions(centre)] == ["issue", "issue"]


async def test_reconciling_finds_a_risk_that_was_not_foreseen(world):
    centre = await world.centre()
    await world.certified(centre, 11)
    soon = world.today + timedelta(days=9)
    await world.certified(centre, 2, last_day=soon)
    breaks_on = (soon + timedelta(days=1)).isoformat()
    async with world.write() as work:
        await work.session.execute(
            text("UPDATE centre_standing SET health = 'ok', breaks_on = NULL")
        )
    await reconciler.reconcile(world.works)
    [case] = await world.rows(CASES, id=centre)
    assert case.findings == {
        "what": "health_differs",
        "stood": ["ok", False, None],
        "foreseen": ["at_risk", False, breaks_on],
    }
    assert (await world.standing(centre)).health == "at_risk"


async def test_evidence_that_was_tampered_with_is_an_alarm(world, server, database):
    centre = await world.centre()
    await world.certified(centre, 1)
    owner = await asyncpg.connect(plain_dsn(server.url(database)))
    await owner.execute("ALTER TABLE centre_decision DISABLE TRIGGER centre_decision_append_only")
    await owner.execute("UPDATE centre_decision SET evidence = convert_to('{}', 'UTF8')")
    await owner.execute("ALTER TABLE centre_decision ENABLE TRIGGER centre_decision_append_only")
    await owner.close()
    await reconciler.reconcile(world.works)
    [case] = await world.rows(CASES, id=centre)
    assert case.findings["what"] == "evidence_broken"


async def test_a_centre_that_was_never_evaluated_is_a_difference(world):
    centre = await world.centre(registered=False)
    refused = await world.centre(registered=False)
    async with world.write() as work:
        await work.session.execute(
            text("UPDATE centre SET state = 'registered', registered_on = :day WHERE id = :id"),
            {"day": world.today, "id": centre},
        )
        await work.session.execute(
            text("UPDATE centre SET state = 'closed', closed_on = :day WHERE id = :id"),
            {"day": world.today, "id": refused},
        )
    await reconciler.reconcile(world.works)
    [case] = await world.rows(CASES, id=centre)
    assert case.findings["what"] == "never_evaluated"
    assert (await world.standing(centre)).outcome == "not_evaluable"
    assert await world.rows(CASES, id=refused) == []


async def test_a_centre_that_cannot_be_recomputed_holds_up_no_other(world):
    bad, good = await world.centre(), await world.centre()
    for centre in (bad, good):
        await world.certified(centre, 1)
    async with world.write() as work:
        await work.session.execute(
            text("UPDATE centre SET zone = 'Nowhere/Lost' WHERE id = :id"), {"id": bad}
        )
        await work.session.execute(text("UPDATE centre_standing SET counted = counted + 1"))
    await reconciler.reconcile(world.works)
    assert len(await world.rows(CASES, id=good)) == 1
    assert await world.rows(CASES, id=bad) == []
