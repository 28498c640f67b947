"""Who counts in a centre on a day, who is qualified, and why: pure, from the facts of that day.

The database counts the same in one statement (queries.py); evidence is recomputed with this.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from certs.centres.policy.fraction import Outcome, Tally
from certs.centres.policy.rules import Policy


class Reason(StrEnum):
    """Why somebody on the roster was counted as they were."""

    HOLDS_CERTIFICATE = "holds_certificate"
    NOT_LINKED = "not_linked"
    NO_QUALIFYING_CERTIFICATE = "no_qualifying_certificate"
    NOT_IN_FORCE = "not_in_force"
    ROLE_NOT_COUNTED = "role_not_counted"
    COUNTED_ALREADY = "counted_already"


NOT_COUNTED = frozenset({Reason.ROLE_NOT_COUNTED, Reason.COUNTED_ALREADY})


@dataclass(frozen=True, slots=True)
class HeldAward:
    """A person's award as it stood; `live` is false while suspended, and once revoked or void."""

    award_id: UUID
    course_code: str
    live: bool
    from_day: date
    last_day: date | None

    def in_force(self, day: date) -> bool:
        ended = self.last_day is not None and self.last_day < day
        return self.live and self.from_day <= day and not ended


@dataclass(frozen=True, slots=True)
class Member:
    """A staff record on the roster that day; `awards` are its linked person's."""

    staff_record_id: UUID
    person_id: UUID | None
    job_role: str | None
    awards: tuple[HeldAward, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One member's place in an evaluation, with the awards that qualify them."""

    member: Member
    reason: Reason
    counted_awards: tuple[UUID, ...] = ()

    @property
    def counted(self) -> bool:
        return self.reason not in NOT_COUNTED

    @property
    def qualified(self) -> bool:
        return self.reason is Reason.HOLDS_CERTIFICATE


@dataclass(frozen=True, slots=True)
class Evaluation:
    """N and Q of a centre on a day, and what the policy makes of them."""

    policy: Policy
    day: date
    tally: Tally

    @property
    def outcome(self) -> Outcome:
        return self.policy.outcome(self.tally)

    @property
    def required(self) -> int | None:
        return self.policy.required(self.tally)


def lines_of(policy: Policy, day: date, members: Iterable[Member]) -> list[Line]:
    """Everybody on the roster with a reason, in the order of staff record ids.

    A person with two staff records in one centre counts once, with the first that counts.
    """
    lines = []
    seen: set[UUID] = set()
    for member in sorted(members, key=lambda member: member.staff_record_id):
        line = _line(policy, day, member, seen)
        if line.counted and member.person_id is not None:
            seen.add(member.person_id)
        lines.append(line)
    return lines


def evaluate(policy: Policy, day: date, members: Iterable[Member]) -> Evaluation:
    return evaluation_of(policy, day, lines_of(policy, day, members))


def evaluation_of(policy: Policy, day: date, lines: Iterable[Line]) -> Evaluation:
    counted = qualified = 0
    for line in lines:
        counted += line.counted
        qualified += line.qualified
    return Evaluation(policy, day, Tally(counted, qualified))


def _line(policy: Policy, day: date, member: Member, seen: set[UUID]) -> Line:
    if policy.leaves_out(member.job_role):
        return Line(member, Reason.ROLE_NOT_COUNTED)
    if member.person_id is None:
        return Line(member, Reason.NOT_LINKED)
    if member.person_id in seen:
        return Line(member, Reason.COUNTED_ALREADY)
    qualifying = [a for a in member.awards if a.course_code in policy.qualifying_courses]
    if not qualifying:
        return Line(member, Reason.NO_QUALIFYING_CERTIFICATE)
    counted = tuple(sorted(award.award_id for award in qualifying if award.in_force(day)))
    if not counted:
        return Line(member, Reason.NOT_IN_FORCE)
    return Line(member, Reason.HOLDS_CERTIFICATE, counted)
