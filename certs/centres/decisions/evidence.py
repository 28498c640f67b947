"""What a decision froze, as bytes with a hash: recomputing from them gives the same for ever.

The shapes are a stored format: a change is a new `format` number, and the old one stays readable.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from certs.centres.counting.rules import (
    Evaluation,
    HeldAward,
    Line,
    Member,
    evaluate,
    evaluation_of,
)
from certs.centres.policy.rules import Policy

FORMAT = 1


class AwardLine(msgspec.Struct, frozen=True, kw_only=True):
    award_id: UUID
    course_code: str
    live: bool
    from_day: date
    last_day: date | None
    counted: bool


class PersonLine(msgspec.Struct, frozen=True, kw_only=True):
    staff_record_id: UUID
    person_id: UUID | None
    job_role: str | None
    reason: str
    awards: list[AwardLine]


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    format: int
    centre_id: UUID
    zone: str
    day: date
    policy_version: int
    policy_effective_from: date
    policy: dict[str, Any]
    people: list[PersonLine]
    counted: int
    qualified: int
    required: int | None
    outcome: str


def freeze(
    centre_id: UUID, zone: str, policy: Policy, day: date, lines: Iterable[Line]
) -> Evidence:
    """What the decision rests on: the company reads it, so of certificates only qualifying ones."""
    lines = list(lines)
    evaluation = evaluation_of(policy, day, lines)
    return Evidence(
        format=FORMAT,
        centre_id=centre_id,
        zone=zone,
        day=day,
        policy_version=policy.version,
        policy_effective_from=policy.effective_from,
        policy=policy.document(),
        people=[_person_line(policy, line) for line in lines],
        counted=evaluation.tally.counted,
        qualified=evaluation.tally.qualified,
        required=evaluation.required,
        outcome=evaluation.outcome.value,
    )


def encode(evidence: Evidence) -> bytes:
    """The one spelling of an evidence: fields and people in a fixed order."""
    return msgspec.json.encode(evidence)


def decode(body: bytes) -> Evidence:
    return msgspec.json.decode(body, type=Evidence)


def digest(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def recompute(evidence: Evidence) -> Evaluation:
    """Evaluate again from what was frozen, and from nothing else."""
    return evaluate(policy_of(evidence), evidence.day, map(_member, evidence.people))


def stands(evidence: Evidence) -> bool:
    """Whether the frozen result is what its own facts give."""
    again = recompute(evidence)
    return (again.tally.counted, again.tally.qualified, again.required, again.outcome.value) == (
        evidence.counted,
        evidence.qualified,
        evidence.required,
        evidence.outcome,
    )


def corrected(
    evidence: Evidence,
    known_now: Iterable[Member],
    *,
    joined_later: Collection[UUID],
    linked_later: Collection[UUID],
    counted_before: Collection[UUID],
    void: Collection[UUID],
) -> Evaluation:
    """The evaluation of the frozen day as it would have been, had today's knowledge been there.

    `known_now` is that day's roster as known now. Whom it tells as was frozen stays as frozen. The
    staff records in `joined_later` got their place, and those in `linked_later` their link, after
    the decision in the course of its day: nothing that it should have known. Nor is a role that is
    counted, where one that is not was frozen, unless they are in `counted_before`: had a role that
    is counted before the decision. `void` names awards void from their issue; what was later
    suspended or revoked only affects health.
    """
    policy = policy_of(evidence)
    frozen = {award.award_id: award.live for line in evidence.people for award in line.awards}
    now = {member.staff_record_id: member for member in known_now}

    def as_then(award: HeldAward) -> HeldAward:
        live = award.award_id not in void and frozen.get(award.award_id, award.live)
        return replace(award, live=live)

    def told_now(line: PersonLine) -> Member | None:
        told = now.pop(line.staff_record_id, None)
        if told is None:
            return None
        later = line.person_id is None and line.staff_record_id in linked_later
        member = _member(line) if later or told.person_id == line.person_id else told
        kept = policy.leaves_out(line.job_role) and line.staff_record_id not in counted_before
        return replace(member, job_role=line.job_role if kept else told.job_role)

    members = [member for line in evidence.people if (member := told_now(line)) is not None]
    members += [member for staff_id, member in now.items() if staff_id not in joined_later]
    members = [replace(member, awards=tuple(map(as_then, member.awards))) for member in members]
    return evaluate(policy, evidence.day, members)


def policy_of(evidence: Evidence) -> Policy:
    return Policy.of(evidence.policy_version, evidence.policy_effective_from, evidence.policy)


def _person_line(policy: Policy, line: Line) -> PersonLine:
    member = line.member
    return PersonLine(
        staff_record_id=member.staff_record_id,
        person_id=member.person_id,
        job_role=member.job_role,
        reason=line.reason.value,
        awards=[
            AwardLine(
                award_id=award.award_id,
                course_code=award.course_code,
                live=award.live,
                from_day=award.from_day,
                last_day=award.last_day,
                counted=award.award_id in line.counted_awards,
            )
            for award in sorted(member.awards, key=lambda award: award.award_id)
            if award.course_code in policy.qualifying_courses
        ],
    )


def _member(line: PersonLine) -> Member:
    return Member(
        staff_record_id=line.staff_record_id,
        person_id=line.person_id,
        job_role=line.job_role,
        awards=tuple(
            HeldAward(a.award_id, a.course_code, a.live, a.from_day, a.last_day)
            for a in line.awards
        ),
    )
