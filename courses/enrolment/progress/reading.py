"""Puts a page of a company's view together, in a bounded number of statements."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from courses.enrolment.models import Enrolment, EnrolmentState
from courses.enrolment.ports import FloorsAbove, ReleasedResults
from courses.enrolment.progress import queries
from courses.enrolment.progress.schemas import CourseProgressOut, SponsoredOut, StaffProgressOut
from courses.enrolment.progress.view import (
    Learner,
    Outcome,
    Seat,
    day_of_view,
    learners,
    progress,
    state_shown,
)
from courses.enrolment.queries import codes_of
from lms.issuer.queries import the_issuer
from lms.kernel.clock import local_day
from lms.kernel.work import Work
from lms.orgs.days import last_day_of
from lms.orgs.staff.visibility import Employment


async def staff_progress(
    work: Work, above: FloorsAbove, organisation_id: UUID, rows: queries.Rows
) -> dict[UUID, StaffProgressOut]:
    """The answers for some staff records, by record."""
    zone = (await the_issuer(work.session)).zone
    today = local_day(work.now(), zone)
    days: dict[UUID, date] = {}
    for row in rows:  # somebody who came back may have two records
        if row.person_id is not None:
            day = day_of_view(_employment(row), today)
            days[row.person_id] = max(day, days.get(row.person_id, day))
    consenting = await queries.consenting(work.session, organisation_id, days, on=today)
    known = learners(
        days,
        await _seats(work, organisation_id, days, zone),
        await above.certificates.certified(work.session, days),
        await _outcomes(work, above.results, consenting, zone),
    )
    return {row.id: _shown(row, known, consenting, today) for row in rows}


async def sponsored(
    work: Work, organisation_id: UUID, rows: Sequence[Enrolment]
) -> dict[UUID, SponsoredOut]:
    """The answers for some enrolments that a company pays, by enrolment."""
    codes = await codes_of(work.session, rows)
    states = await states_shown(work, organisation_id, rows)
    return {
        row.id: SponsoredOut.of(row, codes[row.course_id], states[row.id].value) for row in rows
    }


async def states_shown(
    work: Work, organisation_id: UUID, rows: Sequence[Enrolment]
) -> dict[UUID, EnrolmentState]:
    """The states of some enrolments that a company pays, as it may know them."""
    zone = (await the_issuer(work.session)).zone
    people = {row.person_id for row in rows}
    today = local_day(work.now(), zone)
    employments = await queries.employments(work.session, organisation_id, people, on=today)
    return {row.id: state_shown(row, employments.get(row.person_id), zone) for row in rows}


async def _seats(
    work: Work, organisation_id: UUID, people: Collection[UUID], zone: str
) -> list[tuple[UUID, Seat]]:
    presences: dict[UUID, list[tuple[date, int]]] = {}
    for row in await queries.presences(work.session, organisation_id, people):
        met_on = local_day(row.starts_at, zone)
        presences.setdefault(row.enrolment_id, []).append((met_on, row.minutes))
    return [
        (
            row.person_id,
            Seat(
                course_code=row.code,
                enrolled_on=local_day(row.confirmed_at, zone),
                paid_by_company=row.organisation_id == organisation_id,
                presences=tuple(presences.get(row.id, ())),
                withdrawn_on=row.withdrawn_at and local_day(row.withdrawn_at, zone),
                withdrawn_by=row.withdrawn_reason,
            ),
        )
        for row in await queries.places(work.session, people)
    ]


async def _outcomes(
    work: Work, results: ReleasedResults, people: Collection[UUID], zone: str
) -> dict[UUID, dict[str, list[Outcome]]]:
    found: dict[UUID, dict[str, list[Outcome]]] = {}
    for person, verdicts in (await results.released_outcomes(work.session, people)).items():
        for one in verdicts:
            outcome = Outcome(local_day(one.released_at, zone), one.passed, one.percent)
            found.setdefault(person, {}).setdefault(one.course_code, []).append(outcome)
    return found


def _employment(row: queries.StaffRow) -> Employment:
    return Employment(row.valid_from, last_day_of(row.valid_to))


def _shown(
    row: queries.StaffRow,
    known: Mapping[UUID, Learner],
    consenting: Collection[UUID],
    today: date,
) -> StaffProgressOut:
    courses: Iterable[CourseProgressOut] = ()
    linked = False
    if row.person_id is not None:
        employment = _employment(row)
        linked = employment.knows(today)
        seen = progress(known[row.person_id], employment, consented=row.person_id in consenting)
        courses = (CourseProgressOut.of(code, found) for code, found in seen.items())
    return StaffProgressOut(
        staff_record_id=row.id,
        staff_number=row.staff_number,
        name_zh=row.name_zh,
        name_en=row.name_en,
        linked=linked,
        courses=list(courses),
    )
