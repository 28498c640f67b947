"""Looking back and reconciling: what opens a case, and what does not."""

from datetime import date, timedelta

import asyncpg
import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import DBAPIError

from certs.centres.cases import look_back, reconciler, service
from certs.events import CertificateStatusChanged
from lms.kernel.clock import day_start
from lms.kernel.db import metadata, plain_dsn
from lms.kernel.ids import new_id
from lms.kernel.problems import Conflict, NotFound, StaleRevision
from lms.web.dependencies import ExpectedRevision
from tests.certs.centres.people_of_the_issuer import admin

CASES = "SELECT * FROM centre_case WHERE centre_id = :id ORDER BY id"


async def award_of(world, person):
    [row] = await world.rows("SELECT id FROM award WHERE person_id = :id", id=person)
    return row.id


def days_later(world, days):
    world.clock.at = day_start(world.today + timedelta(days=days), "Asia/Hong_Kong")


async def test_a_void_award_that_carried_the_decision_opens_a_case(world):
    centre = await world.centre()
    [(_, person)] = await world.certified(centre, 1)
    days_later(world, 3)
    await world.set_award(person, await award_of(world, person), "void")
    await look_back.look_back_where_changed(world.works)
    [case] = await world.rows(CASES, id=centre)
    assert (case.kind, case.state) == ("award_void", "open")
    assert case.findings["decided"] == [1, 1, "met"]
    assert case.findings["corrected"] == [0, 1, "not_met"]


async def test_a_void_award_of_somebody_who_has_left_is_found_by_its_event(world):
    centre = await world.centre()
    [(staff, person)] = await world.certified(centre, 1)
    await world.hire(centre)
    days_later(world, 3)
    await world.leave(staff, world.today - timedelta(days=1))
    await look_back.look_back_where_changed(world.works)
    days_later(world, 2)
    await world.set_award(person, await award_of(world, person), "void")
    async with world.write() as work:
        await look_back.on_status_changed(
            work,
            CertificateStatusChanged(
                certificate_id=new_id(),
                happened="void",
                number="1",
                person_id=person,
                organisation_id=None,
                centre_id=None,
            ),
        )
    [case] = await world.rows(CASES, id=centre)
    assert case.kind == "award_void"


async def test_a_later_revocation_opens_no_case(world):
    centre = await world.centre()
    [(_, person)] = await world.certified(centre, 1)
    days_later(world, 3)
    await world.set_award(person, await award_of(world, person), "revoked")
    await look_back.look_back_where_changed(world.works)
    assert await world.rows(CASES, id=centre) == []


async def test_a_back_dated_joiner_who_would_have_changed_it_opens_a_case_once(world):
    centre = await world.centre()
    await world.certified(centre, 1)
    day = world.today
    days_later(world, 5)
    await world.hire(centre, first_day=day)
    await look_back.look_back_where_changed(world.works)
    assert [case.kind for case in await world.rows(CASES, id=centre)] == ["correction"]
    await world.hire(centre)
    await look_back.look_back_where_changed(world.works)
    assert len(await world.rows(CASES, id=centre)) == 1


async def test_a_back_dated_joiner_who_would_not_have_changed_it_opens_none(world):
    centre = await world.centre()
    people = [await world.link(await world.hire(centre)) for _ in range(11)]
    for person in people:
        await world.award(person)
    [(kind, day)] = await world.decisions(centre)
    assert (kind, day) == ("issue", world.today)
    days_later(world, 5)
    await world.leave((await world.certified(centre, 1))[0][0], world.today - timedelta(days=1))
    await world.hire(centre, first_day=day + timedelta(days=1))
    await look_back.look_back_where_changed(world.works)
    assert await world.rows(CASES, id=centre) == []


async def test_somebody_hired_after_the_decision_on_its_day_is_no_correction(world):
    centre = await world.centre()
    await world.certified(centre, 1)
    world.clock.advance(timedelta(hours=3))
    await world.hire(centre)
    days_later(world, 5)
    await world.hire(centre)
    await look_back.look_back_where_changed(world.works)
    assert await world.rows(CASES, id=centre) == []


async def test_an_ordinary_leaver_opens_none(world):
    centre = await world.centre()
    staff = (await world.certified(centre, 9))[0][0]
    days_later(world, 5)
    await world.leave(staff)
    await look_back.look_back_where_changed(world.works)
    assert await world.rows(CASES, id=centre) == []


async def a_case(world, centre, **findings):
    async with world.write() as work:
        return await service.open_case(
            work,
            centre_id=centre,
            organisation_id=world.organisation_id,
            kind=service.CaseKind.RECONCILIATION,
            findings=findings,
        )


async def test_a_case_is_open_once_and_settled_once(world):
    centre = await world.centre()
    case_id = await a_case(world, centre, what="one")
    assert await a_case(world, centre, what="two") is None
    async with world.works.write(admin(world)) as work:
        settled = await service.settle_case(work, case_id, ExpectedRevision(1), "looked at")
        assert settled.revision == 2
    with pytest.raises(StaleRevision):
        async with world.works.write(admin(world)) as work:
            await service.settle_case(work, case_id, ExpectedRevision(1), "again")
    with pytest.raises(Conflict, match="case_settled"):
        async with world.works.write(admin(world)) as work:
            await service.settle_case(work, case_id, ExpectedRevision(2), "again")
    assert await a_case(world, centre, what="three") is not None


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


async def test_decisions_and_evaluations_are_refused_any_change(world):
    centre = await world.centre()
    await world.certified(centre, 1)
    for table in ("centre_decision", "centre_evaluation", "centre_policy"):
        with pytest.raises(DBAPIError, match="never changed"):
            async with world.write() as work:
                await work.session.execute(delete(metadata.tables[table]))


async def test_a_day_of_the_evidence_is_the_centres(world):
    centre = await world.centre()
    await world.certified(centre, 1)
    [row] = await world.rows("SELECT * FROM centre_decision WHERE centre_id = :id", id=centre)
    assert (row.day, row.zone, row.policy_version) == (date(2026, 3, 2), "Asia/Hong_Kong", 1)


async def test_a_case_that_a_person_settled_is_not_opened_again(world):
    centre = await world.centre()
    await world.certified(centre, 1)
    day = world.today
    days_later(world, 5)
    await world.hire(centre, first_day=day)
    await look_back.look_back_where_changed(world.works)
    [case] = await world.rows(CASES, id=centre)
    async with world.works.write(admin(world)) as work:
        await service.settle_case(work, case.id, ExpectedRevision(1), "let it be")
    await world.hire(centre)
    await look_back.look_back_where_changed(world.works)
    assert [case.state for case in await world.rows(CASES, id=centre)] == ["settled"]


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


async def test_an_unknown_case_is_not_found(world):
    with pytest.raises(NotFound):
        async with world.works.write(admin(world)) as work:
            await service.settle_case(work, new_id(), ExpectedRevision(1), "no such")
