"""Fifty candidates of one exam and the centres at which they work, written before anything crashes.

Each passes or fails as planned, so it is known beforehand who must get a certificate, and which
centres.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from courses.enrolment.models import Enrolment, EnrolmentState
from lms.app import Platform, platform
from lms.kernel.actor import Actor
from lms.kernel.work import Work
from lms.people.sessions.claims import Bearer
from lms.people.sessions.models import LoginSession
from lms.settings import Settings
from tests.builders.certs import a_scheme
from tests.builders.exams import a_bank, a_course, a_published_exam, a_sitting
from tests.builders.orgs import a_company
from tests.builders.people import a_person
from tests.certs.centres.crowd import a_crowd
from tests.certs.centres.world import World

SYSTEM = Actor.system("crashes")
STAFF = 10
FAILING = (0, 1, 2, 0, 3)
"""How many fail at each centre: with two or three of ten, nine tenths are not reached."""

QUESTIONS = 6


@dataclass(frozen=True)
class Candidate:
    """Somebody with a confirmed enrolment, and the session in which they sit the exam."""

    person_id: UUID
    centre_id: UUID
    passes: bool
    bearer: Bearer


@dataclass(frozen=True)
class ExamRoom:
    """What is planned: a sitting and who comes."""

    sitting_id: UUID
    candidates: tuple[Candidate, ...]

    @property
    def passing(self) -> set[UUID]:
        return {one.person_id for one in self.candidates if one.passes}

    @property
    def certified_centres(self) -> set[UUID]:
        """The centres at which nine tenths pass."""
        centres = {one.centre_id for one in self.candidates}
        return {centre for centre in centres if self._failing_at(centre) * 10 <= STAFF}

    def _failing_at(self, centre_id: UUID) -> int:
        return sum(one.centre_id == centre_id and not one.passes for one in self.candidates)


async def an_exam_room(opened: Platform) -> ExamRoom:
    """Fill an empty database: course, scheme, exam, company, centres, staff and enrolments."""
    async with opened.works.write(SYSTEM) as work:
        course, version, [component] = await a_course(work, "CPCS")
        bank_id = await a_bank(work, course.id, QUESTIONS + 2)
        exam_id = await a_published_exam(work, component.id, bank_id, QUESTIONS)
        sitting = await a_sitting(work, exam_id)
        deciders = ((await a_person(work)).id, (await a_person(work)).id)
        await a_scheme(work, course.id, deciders[0])
        company = await a_company(work)
    world = World(opened.works, opened.works.clock, company.id, deciders, {"CPCS": course.id})
    candidates: list[Candidate] = []
    for failing in FAILING:
        centre_id = await world.centre()
        people = await a_crowd(world, centre_id, size=STAFF, qualified=0)
        async with opened.works.write(SYSTEM) as work:
            for number, person_id in enumerate(people):
                work.session.add(_enrolment(work, person_id, course.id, version.id))
                session = _session(work, person_id)
                work.session.add(session)
                bearer = Bearer(person_id, session.id, session.epoch, ("pwd",))
                candidates.append(Candidate(person_id, centre_id, number >= failing, bearer))
    return ExamRoom(sitting.id, tuple(candidates))


def _enrolment(work: Work, person_id: UUID, course_id: UUID, version_id: UUID) -> Enrolment:
    return Enrolment(
        id=work.new_id(),
        person_id=person_id,
        course_id=course_id,
        version_id=version_id,
        state=EnrolmentState.CONFIRMED,
        requested_at=work.now(),
        confirmed_at=work.now(),
    )


def _session(work: Work, person_id: UUID) -> LoginSession:
    now = work.now()
    return LoginSession(
        id=work.new_id(),
        person_id=person_id,
        epoch=1,
        methods="pwd",
        device="test",
        started_at=now,
        last_used_at=now,
        expires_at=now.replace(year=now.year + 1),
    )


async def tokens(chosen: Settings, candidates: Iterable[Candidate]) -> dict[UUID, str]:
    """Access tokens for everybody; they live for five minutes."""
    async with platform(chosen) as opened:
        sessions = opened.people.sessions
        now = opened.works.clock.now()
        return {one.person_id: await sessions.access_token(one.bearer, now) for one in candidates}
