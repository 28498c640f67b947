from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from certs.centres.health.rules import (
    Foreseen,
    Health,
    HealthReport,
    health_of,
    nobody_to_spare,
    surely_safe,
)
from certs.centres.policy.fraction import Outcome, Tally
from certs.centres.policy.rules import FIRST

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


@given(
    counted=st.integers(1, 40),
    spare=st.integers(0, 5),
    joining=st.integers(0, 5),
    leaving=st.integers(0, 5),
    losing=st.integers(0, 5),
    data=st.data(),
)
def test_what_is_surely_safe_holds_whoever_joins_leaves_or_loses(
    counted, spare, joining, leaving, losing, data
):
    policy = replace(FIRST, smallest_centre=data.draw(st.sampled_from([1, 5])))
    today = Tally(counted, max(0, counted - spare))
    if not surely_safe(policy, today, joining=joining, leaving=leaving, losing=losing):
        return
    left = data.draw(st.integers(0, leaving))
    qualified_left = data.draw(st.integers(0, left))
    lost = data.draw(st.integers(0, losing))
    joined = data.draw(st.integers(0, joining))
    later = Tally(
        counted - left + joined, min(today.qualified - qualified_left - lost, counted - left)
    )
    assert policy.outcome(later) is Outcome.MET


def test_a_centre_with_nothing_coming_is_surely_safe_when_met():
    assert surely_safe(FIRST, Tally(20, 18), joining=0, leaving=0, losing=0)
    assert not surely_safe(FIRST, Tally(20, 18), joining=0, leaving=0, losing=1)
