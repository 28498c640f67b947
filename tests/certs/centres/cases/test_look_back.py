"""What opens a case when today looks back at a decision, and what does not."""

from datetime import timedelta

from certs.centres.cases import look_back, service
from certs.centres.evaluations.midnight import evaluate_due
from certs.events import CertificateStatusChanged
from certs.issuing import subscriptions as issuing
from certs.issuing.changes.service import propose_for_award
from certs.issuing.changes.status import Happened
from lms import role_rights
from lms.approvals.effects import Effects
from lms.approvals.service import approve
from lms.kernel.actor import Actor
from lms.kernel.clock import day_start
from lms.kernel.db import ISSUER_REACH
from lms.kernel.ids import new_id
from lms.orgs.roster import service as roster
from lms.orgs.roster.closing import close_centre
from lms.orgs.roster.service import Stay
from lms.orgs.staff import links
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


async def test_the_award_of_somebody_who_has_left_is_found_also_when_it_had_no_certificate(
    world, settle
):
    centre = await world.centre()
    [(staff, person)] = await world.certified(centre, 1)
    await world.hire(centre)
    days_later(world, 3)
    await world.leave(staff, world.today - timedelta(days=1))
    days_later(world, 2)
    await settle()
    await look_back.look_back_where_changed(world.works)
    award_id = await award_of(world, person)
    await _ended(world, award_id, Happened.REVOKED)
    await settle()
    assert await world.rows(CASES, id=centre) == []
    await _ended(world, award_id, Happened.VOID)
    await settle()
    [case] = await world.rows(CASES, id=centre)
    assert case.findings["void_awards"] == [str(award_id)]


async def _ended(world, award_id, happened):
    """Two admins take an award back."""
    rights = role_rights.rights([("admin", None)])
    one, other = (Actor("person", by, rights, reach=ISSUER_REACH) for by in world.deciders)
    async with world.works.write(one) as work:
        proposal = await propose_for_award(work, award_id, happened, "the paper was forged")
    async with world.works.write(other) as work:
        effects = Effects(issuing.effects(world.fractions))
        await approve(work, effects, proposal.id, "I read the file too")


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


async def cases_of(world, centre):
    await look_back.look_back_where_changed(world.works)
    return [(one.kind, one.findings["corrected"]) for one in await world.rows(CASES, id=centre)]


async def move(world, staff, centre):
    world.clock.advance(timedelta(minutes=10))
    async with world.write() as work:
        await roster.transfer(work, world.fractions, world.whose(staff), centre, None)


async def test_a_loan_of_somebody_qualified_for_part_of_a_day_opens_a_case(world):
    home, poor = await world.centre(), await world.centre()
    [(staff, _), *_] = await world.certified(home, 2)
    await move(world, staff, poor)
    assert await world.decisions(poor) == [("issue", world.today)]
    await move(world, staff, home)
    assert await cases_of(world, poor) == [("correction", [0, 0, "not_evaluable"])]


async def test_taking_out_somebody_unqualified_for_part_of_a_day_opens_a_case(world):
    centre, elsewhere = await world.centre(), await world.centre()
    unqualified = await world.hire(centre)
    await world.certified(centre, 1)
    days_later(world, 3)
    await move(world, unqualified, elsewhere)
    assert await world.decisions(centre) == [("issue", world.today)]
    await move(world, unqualified, centre)
    assert await cases_of(world, centre) == [("correction", [1, 2, "not_met"])]


async def test_leaving_yesterday_and_coming_back_today_opens_a_case(world):
    centre = await world.centre()
    unqualified = await world.hire(centre)
    await world.certified(centre, 1)
    days_later(world, 3)
    await world.leave(unqualified, world.today - timedelta(days=1))
    world.clock.advance(timedelta(hours=1))
    async with world.write() as work:
        stay = Stay(centre)
        await roster.assign(work, world.fractions, world.whose(unqualified), stay)
    assert await cases_of(world, centre) == [("correction", [1, 2, "not_met"])]


async def test_a_link_that_is_taken_back_on_the_day_of_the_decision_opens_a_case(world):
    centre = await world.centre()
    [(staff, _)] = await world.certified(centre, 1)
    world.clock.advance(timedelta(hours=1))
    await world.unlink(staff)
    assert await cases_of(world, centre) == [("correction", [0, 1, "not_met"])]


async def test_a_place_dated_back_on_the_day_of_the_decision_opens_a_case(world):
    centre = await world.centre()
    await world.certified(centre, 1)
    world.clock.advance(timedelta(hours=1))
    await world.hire(centre, first_day=world.today - timedelta(days=1))
    assert await cases_of(world, centre) == [("correction", [1, 2, "not_met"])]


async def test_a_last_day_that_is_the_day_of_the_decision_opens_none(world):
    centre = await world.centre()
    [(staff, _)] = await world.certified(centre, 1)
    world.clock.advance(timedelta(hours=1))
    await world.leave(staff)
    assert await cases_of(world, centre) == []


async def test_a_link_accepted_later_on_the_day_of_a_refusal_opens_none(world):
    centre = await world.centre()
    await world.certified(centre, 1)
    person = await world.person()
    await world.award(person)
    joiner = await world.hire(centre)
    [held] = await world.rows("SELECT last_day FROM centre_award WHERE centre_id = :id", id=centre)
    days_later(world, (held.last_day - world.today).days + 1)
    await evaluate_due(world.works)
    assert [kind for kind, _ in await world.decisions(centre)] == ["issue", "refuse_renewal"]
    world.clock.advance(timedelta(hours=8))
    await world.link(joiner, person)
    assert [kind for kind, _ in await world.decisions(centre)][2:] == ["issue"]
    assert await cases_of(world, centre) == []


async def test_a_link_dated_back_to_the_day_of_a_decision_opens_a_case(world):
    centre = await world.centre()
    person = await world.person()
    await world.award(person)
    joiner = await world.hire(centre)
    await world.certified(centre, 9)
    [held] = await world.rows("SELECT last_day FROM centre_award WHERE centre_id = :id", id=centre)
    await world.hire(centre)
    days_later(world, (held.last_day - world.today).days + 1)
    await evaluate_due(world.works)
    refused = world.today
    assert (await world.decisions(centre))[-1] == ("refuse_renewal", refused)
    days_later(world, 2)
    async with world.write() as work:
        await links.make_link(
            work,
            world.fractions,
            world.organisation_id,
            joiner,
            person_id=person,
            first_day=refused,
        )
    assert await cases_of(world, centre) == [("correction", [10, 11, "met"])]


async def test_closing_a_centre_on_the_day_of_its_decision_opens_none(world):
    centre = await world.centre()
    await world.certified(centre, 1)
    world.clock.advance(timedelta(hours=1))
    async with world.write() as work:
        company = world.organisation_id
        await close_centre(
            work, world.fractions, company, centre, closed_on=None, reason="the lease ended"
        )
    assert [kind for kind, _ in await world.decisions(centre)] == ["issue", "lapse"]
    assert await cases_of(world, centre) == []


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
