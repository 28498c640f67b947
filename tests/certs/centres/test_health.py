from dataclasses import replace
from datetime import date

from certs.centres.fraction import Tally
from certs.centres.health import Foreseen, Health, HealthReport, health_of, nobody_to_spare
from certs.centres.policy import FIRST

SOON = date(2026, 12, 1)
LATER = date(2026, 12, 24)


def test_with_somebody_to_spare_and_nothing_ending_it_is_ok():
    assert health_of(FIRST, Tally(20, 19)) == HealthReport(Health.OK)


def test_nobody_to_spare_is_a_risk():
    assert health_of(FIRST, Tally(20, 18)) == HealthReport(Health.AT_RISK, nobody_to_spare=True)
    assert nobody_to_spare(FIRST, Tally(1, 1))
    assert not nobody_to_spare(FIRST, Tally(20, 17))
    assert not nobody_to_spare(FIRST, Tally(0, 0))


def test_the_first_day_on_which_known_dates_break_it_is_named():
    coming = [
        Foreseen(LATER, Tally(20, 16)),
        Foreseen(SOON, Tally(20, 17)),
        Foreseen(date(2026, 11, 30), Tally(20, 18)),
    ]
    report = health_of(FIRST, Tally(20, 20), coming)
    assert report == HealthReport(Health.AT_RISK, nobody_to_spare=False, breaks_on=SOON)


def test_coming_days_that_keep_it_are_no_risk():
    assert health_of(FIRST, Tally(20, 20), [Foreseen(SOON, Tally(20, 18))]).health is Health.OK


def test_a_centre_that_will_be_empty_breaks_it_too():
    assert health_of(FIRST, Tally(20, 20), [Foreseen(SOON, Tally(0, 0))]).breaks_on == SOON


def test_not_met_today_is_below_whatever_comes():
    assert health_of(FIRST, Tally(20, 17), [Foreseen(SOON, Tally(20, 20))]).health is Health.BELOW
    assert health_of(FIRST, Tally(0, 0)).health is Health.BELOW
    assert health_of(replace(FIRST, smallest_centre=5), Tally(4, 4)).health is Health.BELOW
