"""Puts a page of a company's view together, in a bounded number of statements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from courses.enrolment.models import Enrolment
from courses.enrolment.ports import CertifiedDays
from courses.enrolment.progress import queries
from courses.enrolment.progress.schemas import CourseProgressOut, SponsoredOut, StaffProgressOut
from courses.enrolment.progress.view import Learner, Seat, learners, progress, state_shown
from courses.enrolment.queries import codes_of
from lms.issuer.queries import the_issuer
from lms.kernel.clock import local_day
from lms.kernel.work import Work
from lms.orgs.days import last_day_of
from lms.orgs.staff.visibility import Employment


async def staff_progress(
    work: Work, certified: CertifiedDays, organisation_id: UUID, rows: queries.Rows
) -> dict[UUID, StaffProgressOut]:
    """The answers for some staff records, by record."""
    zone = (await the_issuer(work.session)).zone
    people = [row.person_id for row in rows if row.person_id is not None]
    seats = await _seats(work, organisation_id, people, zone)
    day = local_day(work.now(), zone)
    certificates = await certified.certified(work.session, people, day)
    known = learners(people, seats, certificates)
    return {row.id: _shown(row, known, day) for row in rows}


async def sponsored(
    work: Work, organisation_id: UUID, rows: Sequence[Enrolment]
) -> dict[UUID, SponsoredOut]:
    """The answers for some enrolments that a company pays, by enrolment."""
    zone = (await the_issuer(work.session)).zone
    people = {row.person_id for row in rows}
    employments = await queries.employments(work.session, organisation_id, people)
    codes = await codes_of(work.session, rows)
    return {
        row.id: SponsoredOut.of(
            row,
            codes[row.course_id],
            state_shown(row, employments.get(row.person_id), zone).value,
        )
        for row in rows
    }


async def _seats(
    work: Work, organisation_id: UUID, people: Sequence[UUID], zone: str
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
            ),
        )
        for row in await queries.places(work.session, people)
    ]


def _shown(row: queries.StaffRow, known: Mapping[UUID, Learner], day: date) -> StaffProgressOut:
    courses: Iterable[CourseProgressOut] = ()
    linked = False
    if row.person_id is not None:
        employment = Employment(row.valid_from, last_day_of(row.valid_to))
        linked = employment.knows(day)
        seen = progress(known[row.person_id], employment)
        courses = (CourseProgressOut.of(code, found) for code, found in seen.items())
    return StaffProgressOut(
        staff_record_id=row.id,
        staff_number=row.staff_number,
        name_zh=row.name_zh,
        name_en=row.name_en,
        linked=linked,
        courses=list(courses),
    )
