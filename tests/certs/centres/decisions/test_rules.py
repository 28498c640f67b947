from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from certs.centres.decisions.rules import (
    CentreState,
    Conditions,
    DecisionKind,
    HeldCertificate,
    decide,
    forecast,
)
from certs.centres.policy.fraction import Outcome

TODAY = date(2026, 11, 22)
FREE = Conditions(day=TODAY, centre=CentreState.REGISTERED, barred=False)
VALID = HeldCertificate(last_day=TODAY + timedelta(days=100))
ENDED = HeldCertificate(last_day=TODAY - timedelta(days=1))


def holding(held, **changes):
    return replace(FREE, held=held, **changes)


def test_a_registered_centre_that_meets_the_rule_gets_its_certificate():
    assert decide(Outcome.MET, FREE) is DecisionKind.ISSUE


@pytest.mark.parametrize("outcome", set(Outcome) - {Outcome.MET})
def test_no_other_outcome_issues(outcome):
    assert decide(outcome, FREE) is None


@pytest.mark.parametrize("state", [CentreState.APPLIED, CentreState.CLOSED])
def test_a_centre_that_is_not_registered_gets_none(state):
    assert decide(Outcome.MET, replace(FREE, centre=state)) is None


def test_a_bar_holds_the_issue():
    assert decide(Outcome.MET, replace(FREE, barred=True)) is None


@pytest.mark.parametrize("outcome", Outcome)
def test_while_one_is_in_force_nothing_is_decided_and_a_dip_leaves_it(outcome):
    assert decide(outcome, holding(VALID)) is None


@pytest.mark.parametrize("outcome", Outcome)
def test_a_suspension_is_never_cured_by_another_issue(outcome):
    assert decide(outcome, holding(replace(VALID, suspended=True))) is None


def test_on_the_last_day_itself_nothing_happens():
    assert decide(Outcome.MET, holding(replace(VALID, last_day=TODAY))) is None


def test_the_day_after_the_last_day_renews_when_met():
    assert decide(Outcome.MET, holding(ENDED)) is DecisionKind.RENEW


@pytest.mark.parametrize("outcome", set(Outcome) - {Outcome.MET})
def test_the_day_after_the_last_day_refuses_when_not_met(outcome):
    assert decide(outcome, holding(ENDED)) is DecisionKind.REFUSE_RENEWAL


def test_a_barred_or_suspended_centre_is_not_renewed():
    assert decide(Outcome.MET, holding(ENDED, barred=True)) is DecisionKind.REFUSE_RENEWAL
    suspended = replace(ENDED, suspended=True)
    assert decide(Outcome.MET, holding(suspended)) is DecisionKind.REFUSE_RENEWAL


def test_after_a_refused_renewal_automatic_issue_stays_on():
    settled = replace(ENDED, settled=True)
    assert decide(Outcome.NOT_MET, holding(settled)) is None
    assert decide(Outcome.MET, holding(settled)) is DecisionKind.ISSUE


def test_a_certificate_that_ended_while_suspended_still_keeps_others_away():
    stuck = replace(ENDED, settled=True, suspended=True)
    assert decide(Outcome.MET, holding(stuck)) is None
    assert decide(Outcome.MET, holding(replace(stuck, suspended=False))) is DecisionKind.ISSUE


@pytest.mark.parametrize(("outcome", "held"), list(product(Outcome, [VALID, ENDED])))
def test_closing_the_centre_lets_its_certificate_lapse(outcome, held):
    assert decide(outcome, holding(held, centre=CentreState.CLOSED)) is DecisionKind.LAPSE


@pytest.mark.parametrize(
    ("days_left", "shown"), [(60, None), (59, True), (1, True), (0, True), (-1, None)]
)
def test_the_forecast_speaks_during_the_last_sixty_days(days_left, shown):
    held = HeldCertificate(last_day=TODAY + timedelta(days=days_left))
    assert forecast(Outcome.MET, holding(held), look_ahead_days=60) is shown


def test_the_forecast_says_no_for_whatever_would_refuse_the_renewal():
    soon = HeldCertificate(last_day=TODAY + timedelta(days=5))
    assert forecast(Outcome.NOT_MET, holding(soon), look_ahead_days=60) is False
    assert forecast(Outcome.MET, holding(soon, barred=True), look_ahead_days=60) is False
    suspended = replace(soon, suspended=True)
    assert forecast(Outcome.MET, holding(suspended), look_ahead_days=60) is False
    settled = replace(soon, settled=True)
    assert forecast(Outcome.MET, holding(settled), look_ahead_days=60) is None
    assert forecast(Outcome.MET, FREE, look_ahead_days=60) is None
