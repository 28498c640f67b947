"""Lists and single rows: filters, pages, and what is not there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from certs.centres.cases import queries as cases
from certs.centres.cases.models import CaseState
from certs.centres.cases.service import CaseKind, open_case
from certs.centres.decisions.queries import decisions, require_decision
from certs.centres.evaluations.service import CentreFractions
from certs.centres.policy.rules import FIRST
from certs.centres.policy.timeline import PolicyTimeline
from certs.centres.sanctions import queries as bars
from certs.centres.sanctions import service as sanctions
from certs.centres.standing import attesting, oversight, queries
from certs.centres.standing.report import report_on
from certs.centres.standing.schemas import StandingOut
from lms.kernel.actor import Actor
from lms.kernel.clock import day_start
from lms.kernel.ids import new_id
from lms.kernel.paging import PageRequest
from lms.kernel.problems import Conflict, NotFound
from tests.certs.centres.crowd import a_crowd
from tests.certs.centres.people_of_the_issuer import admin, two_people

ONE = PageRequest(limit=1)


def after(row):
    return PageRequest(limit=1, after=(str(row.id),))


def reading(world):
    return world.works.read(Actor.system("test"))


async def test_decisions_by_centre_and_page(world):
    first, second = await world.centre(), await world.centre()
    for centre in (first, second):
        await world.certified(centre, 1)
    async with reading(world) as work:
        newest, more = await decisions(work.session, ONE)
        assert newest.centre_id == second
        assert (await decisions(work.session, after(newest)))[0].id == more.id
        of_first = await decisions(work.session, ONE, centre_id=first, roster_fell=False)
        assert [row.centre_id for row in of_first] == [first]
        assert await decisions(work.session, ONE, roster_fell=True) == []
        with pytest.raises(NotFound):
            await require_decision(work.session, newest.id, centre_id=first)


async def test_a_decision_after_a_shrunken_roster_is_flagged(world):
    centre = await world.centre()
    leavers = [await world.hire(centre) for _ in range(3)]
    await a_crowd(world, centre, size=8, qualified=8)
    world.clock.at = day_start(world.today + timedelta(days=7), "Asia/Hong_Kong")
    for leaver in leavers:
        await world.leave(leaver, world.today - timedelta(days=1))
    async with reading(world) as work:
        [flagged] = await decisions(work.session, ONE, roster_fell=True)
    assert (flagged.counted, flagged.qualified, flagged.kind.value) == (8, 8, "issue")


async def test_cases_by_state_centre_and_page(world):
    centre = await world.centre()
    async with world.write() as work:
        for kind in (CaseKind.CORRECTION, CaseKind.RECONCILIATION):
            await open_case(
                work,
                centre_id=centre,
                organisation_id=world.organisation_id,
                kind=kind,
                findings={},
            )
    async with reading(world) as work:
        wanted = {"state": CaseState.OPEN, "centre_id": centre}
        newest, older = await cases.cases(work.session, ONE, **wanted)
        assert [row.id for row in await cases.cases(work.session, after(newest), **wanted)] == [
            older.id
        ]
        with pytest.raises(NotFound):
            await cases.require_case(work.session, new_id())


async def test_bars_by_page_and_none_that_is_unknown(world):
    centre = await world.centre()
    async with world.works.write(admin(world)) as work:
        for _ in range(2):
            await sanctions.open_investigation(work, centre, "a complaint", None)
    async with reading(world) as work:
        newest, older = await bars.bars(work.session, ONE, centre_id=None)
        assert [row.id for row in await bars.bars(work.session, after(newest), centre_id=centre)]
        assert older.centre_id == centre
    with pytest.raises(NotFound):
        async with world.works.write(admin(world)) as work:
            await sanctions.propose_lifting(work, new_id(), "no such")


async def test_suspending_twice_is_refused(world):
    centre = await world.centre()
    await world.certified(centre, 1)
    async with world.works.write(admin(world)) as work:
        await sanctions.suspend(work, centre, "a finding")
    with pytest.raises(Conflict):
        async with world.works.write(admin(world)) as work:
            await sanctions.suspend(work, centre, "again")
    async with world.works.write(admin(world)) as work:
        await sanctions.reinstate(work, centre, "put right")
    with pytest.raises(Conflict):
        async with world.works.write(admin(world)) as work:
            await sanctions.reinstate(work, centre, "again")


async def test_a_centre_that_was_never_evaluated_has_no_line_but_a_standing(world):
    centre = await world.centre(registered=False)
    async with reading(world) as work:
        with pytest.raises(NotFound):
            await oversight.standing_of(work.session, centre, work.now())
        report = await report_on(work, world.organisation_id, centre)
    out = StandingOut.of(report)
    assert (out.outcome, out.percentage, out.certificate) == ("not_evaluable", None, None)


async def test_the_forecast_and_an_expired_certificate_in_the_standing(world):
    centre = await world.centre()
    await world.certified(centre, 1)
    for ahead, forecast, status in ((100, None, "in_force"), (364, True, "in_force")):
        world.clock.at = day_start(world.today.replace(year=2026, month=3, day=2), "Asia/Hong_Kong")
        world.clock.advance(timedelta(days=ahead))
        async with reading(world) as work:
            out = StandingOut.of(await report_on(work, world.organisation_id, centre))
            line = await oversight.standing_of(work.session, centre, work.now())
        assert (out.would_renew_today, out.certificate.status) == (forecast, status)
        assert line.certificate_status == status
    world.clock.advance(timedelta(days=5))
    async with reading(world) as work:
        out = StandingOut.of(await report_on(work, world.organisation_id, centre))
        line = await oversight.standing_of(work.session, centre, work.now())
    assert (out.certificate.status, out.certified) == ("expired", False)
    assert line.certificate_status == "expired"


async def test_attestations_by_page(world):
    centre = await world.centre()
    async with world.works.write(
        Actor("person", world.deciders[0], {attesting.ATTEST_ROSTER: None}, reach="issuer")
    ) as work:
        for _ in range(2):
            await attesting.attest(work, world.organisation_id, centre)
    async with reading(world) as work:
        scope = (world.organisation_id, centre)
        newest, older = await attesting.attestations(work.session, *scope, ONE)
        found = await attesting.attestations(work.session, *scope, after(newest))
        assert [row.id for row in found] == [older.id]


async def test_nothing_to_count_locks_and_writes_nothing(world):
    fractions = CentreFractions()
    async with world.write() as work:
        await fractions.before(work, [])
        await fractions.changed(work, [])
        assert not any(work.locked.values())


async def test_a_change_without_the_first_call_still_settles_earlier_days_first(world):
    centre = await world.centre()
    await world.certified(centre, 1)
    world.clock.at = day_start(world.today + timedelta(days=368), "Asia/Hong_Kong")
    async with world.write() as work:
        await CentreFractions().changed(work, [centre])
    kinds = [kind for kind, _ in await world.decisions(centre)]
    assert kinds == ["issue", "renew"]


def test_before_every_version_the_first_is_in_force():
    timeline = PolicyTimeline([])
    assert timeline.on(FIRST.effective_from - timedelta(days=1)) == FIRST
    assert timeline.turns_after(FIRST.effective_from) is None


async def test_a_revocation_is_decided_with_evidence_and_by_whom(world):
    centre = await world.centre()
    await world.certified(centre, 1)

    async def propose(work):
        return await sanctions.propose_revocation(
            work, centre, reason="a finding", from_issue=False, until_day=None
        )

    await two_people(world, propose)
    async with reading(world) as work:
        [row, *_] = await decisions(work.session, ONE, centre_id=centre)
    assert (row.kind.value, row.decided_by, row.reason) == (
        "revoke",
        world.deciders[1],
        "a finding",
    )


async def test_missing_is_whoever_counts_and_holds_nothing_in_force_that_day(world):
    centre = await world.centre()
    await world.certified(centre, 1, last_day=world.today)
    [(suspended, person)] = await world.certified(centre, 1)
    [award] = await world.rows("SELECT id FROM award WHERE person_id = :id", id=person)
    await world.set_award(person, award.id, "suspended")
    cleaner = await world.hire(centre, job_role="cleaner")
    not_counted = replace(FIRST, job_roles_not_counted=frozenset({"cleaner"}))

    async def missing_by(policy):
        async with reading(world) as work:
            rows = await queries.missing(
                work.session,
                world.organisation_id,
                centre,
                day=world.today,
                policy=policy,
                page=PageRequest(limit=5),
            )
        return {row.id: row.ever for row in rows}

    assert await missing_by(not_counted) == {suspended: True}
    assert (await missing_by(FIRST)).keys() == {suspended, cleaner}
