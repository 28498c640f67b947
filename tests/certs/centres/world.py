"""A small world for centres: a company, its roster and people's awards, changed by the real verbs.

Only an award's row is written here directly, between the same two calls that awards make: what
leads to one is certs/awards' own matter.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from sqlalchemy import text

from certs.awards.counting import hold_counts
from certs.centres.evaluations.service import CentreFractions
from certs.centres.policy.rules import ALL_THIRTEEN
from lms.issuer.models import ISSUER_ID
from lms.kernel.actor import Actor
from lms.kernel.clock import FrozenClock, local_day
from lms.kernel.ids import new_id
from lms.kernel.work import Work, Works
from lms.orgs.centres import service as centres
from lms.orgs.organisations import service as organisations
from lms.orgs.organisations.service import CompanyNames
from lms.orgs.roster import leaving
from lms.orgs.roster import service as roster
from lms.orgs.roster.service import Stay, Whose
from lms.orgs.staff import links
from lms.orgs.staff import service as staff
from lms.orgs.staff.queries import require_record
from lms.orgs.staff.service import StaffFacts
from tests.builders.people import a_person

CODES = sorted(ALL_THIRTEEN)
COURSE = text(
    """
    INSERT INTO course (id, issuer_id, code, title_zh_hant, title_en, title_en_status,
        cef_reimbursable, family, position, revision)
    VALUES (:id, :issuer_id, :code, '課程', 'Course', 'unverified', false, 'workshop', :position, 1)
    """
)
VERSION = text(
    """
    INSERT INTO course_version (id, course_id, number, state, effective_from, prerequisites_decided,
        validity_kind, attendance_gates, issue, revision)
    VALUES (:id, :id, 1, 'draft', '2020-01-01', true, 'none', false, 'automatic', 1)
    """
)
SCHEME = text(
    """
    INSERT INTO scheme (id, issuer_id, kind, course_id, version, automatic, signatories,
        approved_by, approved_at, reason)
    VALUES (:id, :issuer_id, 'course', :id, 1, true, '[]', :person_id, now(), 'test')
    """
)
AWARD = text(
    """
    INSERT INTO award (id, issuer_id, person_id, course_id, course_code, version_id, scheme_id,
        scheme_version, from_day, last_day, state, decider, decided_by, approved_by, ground,
        made_at, revision)
    VALUES (:id, :issuer_id, :person_id, :course_id, :code, :course_id, :course_id, 1, :from_day,
        :last_day, 'in_force', 'two_people', :one, :other, 'prior result', :at, 1)
    """
)
STATE = text("UPDATE award SET state = :state WHERE id = :id")


@dataclass
class World:
    works: Works
    clock: FrozenClock
    organisation_id: UUID
    deciders: tuple[UUID, UUID]
    courses: dict[str, UUID]
    fractions: CentreFractions = field(default_factory=CentreFractions)
    numbers: int = 0

    @property
    def today(self) -> date:
        return local_day(self.clock.now(), "Asia/Hong_Kong")

    def write(self, reason: str = ""):
        return self.works.write(Actor.system(reason or "test"))

    async def centre(self, *, zone: str = "Asia/Hong_Kong", registered: bool = True) -> UUID:
        async with self.write() as work:
            names = CompanyNames("中心", "Centre")
            made = await centres.apply_for(work, self.organisation_id, names, zone)
            if registered:
                await centres.register(work, self.fractions, self.organisation_id, made.id)
        return made.id

    async def person(self) -> UUID:
        async with self.write() as work:
            return (await a_person(work)).id

    async def hire(
        self,
        centre_id: UUID,
        *,
        first_day: date | None = None,
        last_day: date | None = None,
        job_role: str | None = None,
    ) -> UUID:
        self.numbers += 1
        facts = StaffFacts(f"S{self.numbers:05}", "陳大文", "Chan Tai Man", None, job_role)
        async with self.write() as work:
            record = await staff.add(work, self.organisation_id, facts)
            stay = Stay(centre_id, first_day, last_day)
            await roster.assign(work, self.fractions, self.whose(record.id), stay)
        return record.id

    async def change_role(self, staff_id: UUID, job_role: str | None) -> None:
        async with self.write() as work:
            known = await require_record(work.session, self.organisation_id, staff_id)
            facts = replace(staff.facts_of(known), job_role=job_role)
            await staff.edit(
                work,
                self.fractions,
                self.organisation_id,
                staff_id,
                facts,
                revision=known.revision,
            )

    async def link(self, staff_id: UUID, person_id: UUID | None = None) -> UUID:
        person_id = person_id or await self.person()
        async with self.write() as work:
            await links.make_link(
                work, self.fractions, self.organisation_id, staff_id, person_id=person_id
            )
        return person_id

    async def unlink(self, staff_id: UUID) -> None:
        async with self.write() as work:
            await links.unlink(
                work, self.fractions, self.organisation_id, staff_id, last_day=None, reason="test"
            )

    async def leave(self, staff_id: UUID, last_day: date | None = None) -> None:
        async with self.write() as work:
            await leaving.leave(work, self.fractions, self.whose(staff_id), last_day)

    async def award(
        self,
        person_id: UUID,
        *,
        code: str = "CPCS",
        from_day: date | None = None,
        last_day: date | None = None,
    ) -> UUID:
        async with self.write() as work:
            return await self.award_in(
                work, person_id, code=code, from_day=from_day, last_day=last_day
            )

    async def award_in(
        self,
        work: Work,
        person_id: UUID,
        *,
        code: str = "CPCS",
        from_day: date | None = None,
        last_day: date | None = None,
    ) -> UUID:
        centre_ids = await hold_counts(work, self.fractions, [person_id])
        award_id = new_id()
        await work.session.execute(
            AWARD,
            {
                "id": award_id,
                "issuer_id": ISSUER_ID,
                "person_id": person_id,
                "course_id": self.courses[code],
                "code": code,
                "from_day": from_day or self.today,
                "last_day": last_day,
                "one": self.deciders[0],
                "other": self.deciders[1],
                "at": work.now(),
            },
        )
        await self.fractions.changed(work, centre_ids)
        return award_id

    async def set_award(self, person_id: UUID, award_id: UUID, state: str) -> None:
        async with self.write() as work:
            centre_ids = await hold_counts(work, self.fractions, [person_id])
            await work.session.execute(STATE, {"id": award_id, "state": state})
            await self.fractions.changed(work, centre_ids)

    async def certified(self, centre_id: UUID, count: int, **award) -> list[tuple[UUID, UUID]]:
        """Hire so many, link them and give each an award; answers (staff record, person)."""
        made = []
        for _ in range(count):
            staff_id = await self.hire(centre_id)
            person_id = await self.link(staff_id)
            await self.award(person_id, **award)
            made.append((staff_id, person_id))
        return made

    def whose(self, staff_id: UUID) -> Whose:
        return Whose(self.organisation_id, staff_id)

    async def decisions(self, centre_id: UUID) -> list[tuple[str, date]]:
        rows = await self.rows(
            "SELECT kind, day FROM centre_decision WHERE centre_id = :id ORDER BY seq", id=centre_id
        )
        return [(row.kind, row.day) for row in rows]

    async def standing(self, centre_id: UUID):
        [row] = await self.rows("SELECT * FROM centre_standing WHERE centre_id = :id", id=centre_id)
        return row

    async def rows(self, statement: str, **parameters):
        async with self.works.read(Actor.system("test")) as work:
            return (await work.session.execute(text(statement), parameters)).all()


async def a_world(works: Works, clock: FrozenClock) -> World:
    async with works.write(Actor.system("test")) as work:
        company = await organisations.register_new(work, CompanyNames("公司", "Company"), None)
        deciders = ((await a_person(work)).id, (await a_person(work)).id)
        courses = {}
        for position, code in enumerate(CODES, start=1):
            courses[code] = new_id()
            row = {"id": courses[code], "issuer_id": ISSUER_ID}
            await work.session.execute(COURSE, {**row, "code": code, "position": position})
            await work.session.execute(VERSION, {"id": courses[code]})
            await work.session.execute(SCHEME, {**row, "person_id": deciders[0]})
    return World(works, clock, company.id, deciders, courses)
