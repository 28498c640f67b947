"""Known dates: renewal, refusal, expiry, and what downtime must not lose."""

from datetime import date, timedelta

from sqlalchemy import text

from certs.centres.evaluations.midnight import evaluate_due
from lms.kernel.clock import day_start

HONG_KONG = "Asia/Hong_Kong"
MONDAY = date(2026, 3, 2)
LAST = date(2027, 3, 1)
NEXT = date(2027, 3, 2)


async def until(world, day, zone=HONG_KONG, seconds=30):
    world.clock.at = day_start(day, zone) + timedelta(seconds=seconds)
    await evaluate_due(world.works)


async def test_it_renews_on_the_day_after_the_last_day(world):
    centre = await world.centre()
    await world.certified(centre, 2)
    await until(world, LAST)
    assert await world.decisions(centre) == [("issue", MONDAY)]
    await until(world, NEXT)
    assert await world.decisions(centre) == [("issue", MONDAY), ("renew", NEXT)]
    old, new = await world.rows(
        "SELECT * FROM centre_award WHERE centre_id = :id ORDER BY from_day", id=centre
    )
    assert (new.from_day, new.last_day) == (NEXT, date(2028, 3, 1))
    assert new.renews_id == old.id
    assert old.state == "in_force"


async def test_it_is_refused_when_not_met_and_issued_the_day_it_is_met_again(world):
    centre = await world.centre()
    [(_, person)] = await world.certified(centre, 1, last_day=date(2027, 2, 1))
    await until(world, NEXT)
    assert await world.decisions(centre) == [("issue", MONDAY), ("refuse_renewal", NEXT)]
    assert (await world.standing(centre)).health is None
    await world.award(person, code="CCCP")
    assert (await world.decisions(centre))[-1] == ("issue", NEXT)


async def test_downtime_loses_no_day(world):
    """A tick three days late renews from the day that was due, on that day's facts."""
    centre = await world.centre()
    await world.certified(centre, 1, last_day=NEXT)
    await until(world, NEXT + timedelta(days=3))
    assert await world.decisions(centre) == [("issue", MONDAY), ("renew", NEXT)]
    assert (await world.standing(centre)).health == "below"


async def test_a_change_before_a_late_tick_first_settles_what_was_due(world):
    centre = await world.centre()
    [(_, person)] = await world.certified(centre, 1)
    [award] = await world.rows("SELECT id FROM award WHERE person_id = :id", id=person)
    world.clock.at = day_start(NEXT + timedelta(days=2), HONG_KONG)
    await world.set_award(person, award.id, "revoked")
    assert await world.decisions(centre) == [("issue", MONDAY), ("renew", NEXT)]


async def test_midnight_is_the_centres_own(world):
    """In New York it is still Sunday when a link and an award of Hong Kong's Monday are made."""
    centre = await world.centre(zone="America/New_York")
    await world.certified(centre, 1)
    assert await world.decisions(centre) == []
    await until(world, MONDAY, "America/New_York")
    assert await world.decisions(centre) == [("issue", MONDAY)]
    await until(world, NEXT, HONG_KONG)
    assert await world.decisions(centre) == [("issue", MONDAY)]
    await until(world, NEXT, "America/New_York")
    assert await world.decisions(centre) == [("issue", MONDAY), ("renew", NEXT)]


async def test_expiries_joiners_and_leavers_of_a_coming_day_are_evaluated_on_it(world):
    centre = await world.centre()
    await world.certified(centre, 2, last_day=date(2026, 3, 9))
    leaver = await world.hire(centre, last_day=date(2026, 3, 5))
    await world.hire(centre, first_day=date(2026, 3, 7))
    seen = []
    for day in range(3, 12):
        await until(world, date(2026, 3, day))
        row = await world.standing(centre)
        seen.append((day, row.counted, row.qualified))
    assert leaver
    assert seen == [
        (3, 3, 2),
        (4, 3, 2),
        (5, 3, 2),
        (6, 2, 2),
        (7, 3, 2),
        (8, 3, 2),
        (9, 3, 2),
        (10, 3, 0),
        (11, 3, 0),
    ]
    rows = await world.rows(
        "SELECT count(*) AS n FROM centre_evaluation "
        "WHERE centre_id = :id AND cause = 'a known date came'",
        id=centre,
    )
    assert rows[0].n == 3


async def test_health_tells_the_day_on_which_known_expiries_break_it(world):
    centre = await world.centre()
    await world.certified(centre, 9)
    await world.certified(centre, 1, last_day=date(2026, 4, 1))
    row = await world.standing(centre)
    assert (row.health, row.nobody_to_spare, row.breaks_on) == ("ok", False, None)
    [(_, person)] = await world.certified(centre, 1, last_day=date(2026, 4, 10))
    row = await world.standing(centre)
    assert (row.health, row.breaks_on) == ("at_risk", date(2026, 4, 11))
    await world.award(person, code="CCCP")
    row = await world.standing(centre)
    assert (row.health, row.breaks_on) == ("ok", None)


async def test_health_is_at_risk_from_the_day_on_which_the_look_ahead_reaches_the_expiry(world):
    centre = await world.centre()
    await world.certified(centre, 9)
    breaks = date(2026, 7, 1)
    await world.certified(centre, 2, last_day=breaks - timedelta(days=1))

    async def seen(day):
        await until(world, day)
        row = await world.standing(centre)
        return row.health, row.breaks_on

    assert await seen(breaks - timedelta(days=61)) == ("ok", None)
    assert await seen(breaks - timedelta(days=60)) == ("at_risk", breaks)


async def test_one_centre_that_fails_holds_up_no_other(world):
    bad, good = await world.centre(), await world.centre()
    for centre in (bad, good):
        await world.certified(centre, 1)
    await zone(world, bad, "Nowhere/Lost")
    await until(world, NEXT)
    assert len(await world.decisions(good)) == 2
    assert len(await world.decisions(bad)) == 1
    await zone(world, bad, HONG_KONG)
    await evaluate_due(world.works)
    assert len(await world.decisions(bad)) == 2


async def zone(world, centre, name):
    async with world.write() as work:
        await work.session.execute(
            text("UPDATE centre SET zone = :name WHERE id = :id"), {"name": name, "id": centre}
        )
