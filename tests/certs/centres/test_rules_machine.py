"""Random lives of a centre: the product's rules against the plain model, without a database."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from certs.centres.counting.rules import HeldAward, Member, evaluate
from certs.centres.decisions.rules import (
    CentreState,
    Conditions,
    DecisionKind,
    HeldCertificate,
    decide,
)
from certs.centres.decisions.validity import last_day_of, renewal_day
from certs.centres.policy.rules import FIRST
from tests.certs.centres.plain_model import PlainAward, PlainCentre

STAFF = [UUID(int=number) for number in range(1, 13)]
PEOPLE = {staff: UUID(int=100 + staff.int) for staff in STAFF}
START = date(2027, 2, 26)


class RuledCentre:
    """A centre run by the product's pure rules; looks only at changes and at known dates."""

    def __init__(self) -> None:
        self.today = START
        self.state = CentreState.APPLIED
        self.barred = False
        self.places: dict = {}
        self.links: dict = {}
        self.awards: dict = {}
        self.held: HeldCertificate | None = None
        self.held_from: date | None = None
        self.log: list = []

    def members(self):
        return [
            Member(staff, self.links.get(staff), None, tuple(self.awards.get(PEOPLE[staff], ())))
            for staff, (first, last) in self.places.items()
            if first <= self.today and (last is None or self.today <= last)
        ]

    def look(self):
        evaluation = evaluate(FIRST, self.today, self.members())
        conditions = Conditions(self.today, self.state, self.barred, self.held)
        kind = decide(evaluation.outcome, conditions)
        if kind is None:
            return
        self.log.append((kind.value, self.today))
        if kind in (DecisionKind.ISSUE, DecisionKind.RENEW):
            self.held = HeldCertificate(last_day_of(self.today))
        elif kind is DecisionKind.REFUSE_RENEWAL:
            self.held = replace(self.held, settled=True)
        else:
            self.held = None

    def known_dates(self):
        for first, last in self.places.values():
            yield first
            if last is not None:
                yield renewal_day(last)
        for awards in self.awards.values():
            for award in awards:
                yield award.from_day
                if award.last_day is not None:
                    yield renewal_day(award.last_day)
        if self.held is not None:
            yield renewal_day(self.held.last_day)

    def wait_until(self, day):
        while True:
            coming = [known for known in self.known_dates() if self.today < known <= day]
            if not coming:
                break
            self.today = min(coming)
            self.look()
        self.today = day


class Life(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.ruled = RuledCentre()
        self.plain = PlainCentre(START)

    def _look(self):
        self.ruled.look()
        self.plain.look()

    @initialize(size=st.integers(0, len(STAFF)), registered=st.sampled_from([True, True, False]))
    def begins(self, size, registered):
        if registered:
            self.is_registered()
        for staff in STAFF[:size]:
            self.joins(staff, 0)

    @rule(staff=st.sampled_from(STAFF), ahead=st.sampled_from([0, 0, 0, 3]))
    def joins(self, staff, ahead):
        place = (self.plain.today + timedelta(days=ahead), None)
        self.ruled.places[staff] = self.plain.places[staff] = place
        self._look()

    @rule(staff=st.sampled_from(STAFF), ahead=st.sampled_from([-1, 0, 5]))
    def leaves(self, staff, ahead):
        if staff in self.plain.places:
            first, _ = self.plain.places[staff]
            place = (first, self.plain.today + timedelta(days=ahead))
            self.ruled.places[staff] = self.plain.places[staff] = place
            self._look()

    @rule(staff=st.sampled_from(STAFF), linked=st.sampled_from([True, True, False]))
    def links(self, staff, linked):
        for centre in (self.ruled, self.plain):
            centre.links.pop(staff, None)
            if linked:
                centre.links[staff] = PEOPLE[staff]
        self._look()

    @rule(staff=st.sampled_from(STAFF), days=st.sampled_from([None, None, 0, 20, 200, 364, 500]))
    def passes(self, staff, days):
        today = self.plain.today
        last = None if days is None else today + timedelta(days=days)
        person = PEOPLE[staff]
        self.plain.awards.setdefault(person, []).append(PlainAward(today, last))
        held = self.ruled.awards.setdefault(person, [])
        held.append(
            HeldAward(
                UUID(int=10_000 + len(held)), "CPCS", live=True, from_day=today, last_day=last
            )
        )
        self._look()

    @rule(staff=st.sampled_from(STAFF), live=st.booleans())
    def awards_are_suspended_or_reinstated(self, staff, live):
        person = PEOPLE[staff]
        for award in self.plain.awards.get(person, []):
            award.state = "in_force" if live else "suspended"
        held = self.ruled.awards.get(person, [])
        held[:] = [replace(award, live=live) for award in held]
        self._look()

    @rule(everybody=st.booleans(), days=st.sampled_from([None, 200, 364, 366, 800]))
    def most_of_the_staff_pass(self, everybody, days):
        for staff in list(self.plain.places):
            if everybody or staff.int % 10:
                self.links(staff, linked=True)
                self.passes(staff, days)

    @rule(barred=st.booleans())
    def is_barred_or_freed(self, barred):
        self.ruled.barred = self.plain.barred = barred
        self._look()

    @rule()
    def is_registered(self):
        if self.plain.state == "applied":
            self.ruled.state, self.plain.state = CentreState.REGISTERED, "registered"
            self._look()

    @precondition(lambda self: len(self.plain.log) > 3)
    @rule()
    def closes(self):
        self.ruled.state, self.plain.state = CentreState.CLOSED, "closed"
        self._look()

    @precondition(lambda self: self.ruled.held is not None)
    @rule(suspended=st.booleans())
    def certificate_is_suspended_or_reinstated(self, suspended):
        self.ruled.held = replace(self.ruled.held, suspended=suspended)
        self.plain.certificates[-1].state = "suspended" if suspended else "in_force"
        self._look()

    @precondition(lambda self: self.ruled.held is not None)
    @rule()
    def certificate_is_revoked(self):
        self.ruled.held, self.ruled.barred = None, True
        self.plain.certificates[-1].state, self.plain.barred = "revoked", True
        self._look()

    @rule(days=st.integers(1, 10) | st.sampled_from([200, 364, 365, 366, 400]))
    def time_passes(self, days):
        day = self.plain.today + timedelta(days=days)
        self.ruled.wait_until(day)
        self.plain.wait_until(day)

    @precondition(lambda self: self.ruled.held is not None and not self.ruled.held.settled)
    @rule(after=st.sampled_from([0, 1, 1, 30]))
    def the_certificate_runs_out(self, after):
        day = max(self.plain.today, self.plain.certificates[-1].last) + timedelta(days=after)
        self.ruled.wait_until(day)
        self.plain.wait_until(day)

    @invariant()
    def the_same_decisions_have_fallen(self):
        assert self.ruled.log == self.plain.log

    @invariant()
    def both_count_the_same(self):
        tally = evaluate(FIRST, self.ruled.today, self.ruled.members()).tally
        assert (tally.counted, tally.qualified) == self.plain.numbers()


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
