"""Two companies that live the same: one by the API's verbs, the other by roster files alone."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from lms.kernel.actor import Actor
from lms.kernel.problems import Problem
from lms.orgs.imports.models import Absent
from lms.orgs.organisations.service import CompanyNames, register_new
from lms.orgs.roster import leaving
from lms.orgs.roster import service as roster
from lms.orgs.roster.exporting import roster_file
from lms.orgs.roster.queries import places_of_records
from lms.orgs.roster.service import Stay, Whose
from lms.orgs.roster.timeline import Place
from lms.orgs.staff import consents, links
from lms.orgs.staff import service as staff
from lms.orgs.staff.queries import require_record
from lms.orgs.staff.service import StaffFacts
from lms.people.grants.queries import open_grant
from lms.people.grants.roles import Role
from lms.people.grants.service import enter_grant
from tests.certs.centres.world import World
from tests.lms.orgs.imports.files import committed

DAY = timedelta(days=1)
PLACES = """
    SELECT r.staff_number, a.centre_id, a.is_primary, a.valid_from, a.valid_to
    FROM assignment a JOIN staff_record r ON r.id = a.staff_record_id
    WHERE a.organisation_id = :id AND a.superseded_at IS NULL
"""
LINKS = """
    SELECT r.staff_number, k.person_id, k.valid_from, k.valid_to, k.ended_at, k.end_told_at
    FROM staff_link k JOIN staff_record r ON r.id = k.staff_record_id
    WHERE k.organisation_id = :id ORDER BY k.valid_from, k.valid_to, r.staff_number
"""
ROLES = """
    SELECT person_id, granted_at, revoked_at FROM role_grant WHERE scope_id = :id
    ORDER BY person_id, granted_at, revoked_at
"""
CONSENTS = """
    SELECT person_id, given_at, withdrawn_at FROM consent WHERE organisation_id = :id
    ORDER BY person_id, given_at, withdrawn_at
"""
LEFT = """
    SELECT payload ->> 'person_id' AS person_id, payload ->> 'last_day' AS last_day FROM event
    WHERE type = 'orgs.staff-left.v1' AND CAST(payload ->> 'organisation_id' AS uuid) = :id
    ORDER BY 1, 2
"""
TALLIES = """
    SELECT s.counted, s.qualified FROM centre c JOIN centre_standing s ON s.centre_id = c.id
    WHERE c.organisation_id = :id ORDER BY c.id
"""
ROLES_HELD = "SELECT staff_number, job_role FROM staff_record WHERE organisation_id = :id"
PAST_ROLES = """
    SELECT r.staff_number, p.job_role, p.held_until
    FROM past_job_role p JOIN staff_record r ON r.id = p.staff_record_id
    WHERE p.organisation_id = :id
"""


class RefusedError(Exception):
    """An act that the verbs refuse, or that a file has no words for; neither company does it."""


@dataclass
class Side:
    """One company; what it does alike in both, and what can be seen of it."""

    world: World
    people: dict[str, UUID]
    centres: list[UUID] = field(default_factory=list)
    records: dict[str, UUID] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        return self.world.organisation_id

    def whose(self, number: str) -> Whose:
        return Whose(self.id, self.record(number))

    def record(self, number: str) -> UUID:
        if number not in self.records:
            raise RefusedError
        return self.records[number]

    async def places(self, number: str) -> list[Place]:
        if number not in self.records:
            return []
        async with self.world.write() as work:
            found = await places_of_records(work.session, [self.records[number]])
        return [place for place in found[self.records[number]] if place.is_primary]

    async def goes_on(self, number: str, day: date) -> bool:
        """Whether they have any place on a day or later."""
        if number not in self.records:
            return False
        async with self.world.write() as work:
            found = await places_of_records(work.session, [self.records[number]])
        places = found[self.records[number]]
        return any(place.valid_to is None or place.valid_to > day for place in places)

    async def learn_records(self) -> None:
        found = await self.world.rows(
            "SELECT staff_number, id FROM staff_record WHERE organisation_id = :id", id=self.id
        )
        self.records = {row.staff_number: row.id for row in found}

    async def link(self, number: str) -> None:
        """The member accepts, manages the company and lets it see results."""
        person_id = self.people[number]
        record_id = self.record(number)
        async with self.world.write() as work:
            await links.make_link(
                work, self.world.fractions, self.id, record_id, person_id=person_id
            )
            if await open_grant(work.session, person_id, Role.COMPANY_MANAGER, self.id) is None:
                await enter_grant(
                    work, person_id, Role.COMPANY_MANAGER, scope_id=self.id, reason="test"
                )
        theirs = Actor(kind="person", person_id=person_id).reaching_issuer("own consent")
        try:
            async with self.world.works.write(theirs) as work:
                await consents.give(work, self.id)
        except Problem:
            pass  # the link is not yet, or does not give any more

    async def beside(self, number: str, centre: int, first: date) -> None:
        """A second place, which no file can tell."""
        stay = Stay(self.centres[centre], first, is_primary=False)
        whose = self.whose(number)
        async with self.world.write() as work:
            await roster.assign(work, self.world.fractions, whose, stay)

    async def seen(self, days: list[date]) -> dict[str, Any]:
        """Everything that can be told of the company, its own ids left out."""
        look = self.world.rows
        places = [
            (row.staff_number, self.centres.index(row.centre_id), row.is_primary, row)
            for row in await look(PLACES, id=self.id)
        ]
        rosters = {
            day: sorted(
                place[:3]
                for place in places
                if place[3].valid_from <= day
                and (place[3].valid_to is None or day < place[3].valid_to)
            )
            for day in days
        }
        others = {"links": LINKS, "grants": ROLES, "consents": CONSENTS, "left": LEFT}
        others |= {"tallies": TALLIES, "roles": ROLES_HELD, "past roles": PAST_ROLES}
        return {"rosters": rosters} | {
            name: sorted((tuple(row) for row in await look(query, id=self.id)), key=str)
            for name, query in others.items()
        }


class ByVerbs(Side):
    """Everything by the verbs of the API."""

    async def join(self, number: str, centre: int, first: date, last: date | None) -> None:
        stay = Stay(self.centres[centre], first, last)
        async with self.world.write() as work:
            record_id = self.records.get(number)
            if record_id is None:
                record_id = (await staff.add(work, self.id, StaffFacts(number))).id
            whose = Whose(self.id, record_id)
            await roster.assign(work, self.world.fractions, whose, stay)
        self.records[number] = record_id
        await self._until(number, last)

    async def move(self, number: str, centre: int, first: date) -> None:
        async with self.world.write() as work:
            whose = self.whose(number)
            await roster.transfer(work, self.world.fractions, whose, self.centres[centre], first)

    async def restate(self, number: str, old: Place, first: date) -> None:
        await self._correct(number, old, first, old.valid_to and old.valid_to - DAY)

    async def lasts(self, number: str, old: Place, last: date | None) -> None:
        await self._correct(number, old, old.valid_from, last)
        await self._until(number, last)

    async def leave(self, number: str, last: date) -> None:
        async with self.world.write() as work:
            await leaving.leave(work, self.world.fractions, self.whose(number), last)

    async def is_now(self, number: str, job_role: str) -> None:
        async with self.world.write() as work:
            record = await require_record(work.session, self.id, self.record(number))
            facts = StaffFacts(number, job_role=job_role)
            await staff.edit(
                work, self.world.fractions, self.id, record.id, facts, revision=record.revision
            )

    async def _correct(self, number: str, old: Place, first: date, last: date | None) -> None:
        (mine,) = [p for p in await self.places(number) if p.valid_from == old.valid_from]
        assert mine.id is not None
        stay = Stay(mine.centre_id, first, last)
        async with self.world.write() as work:
            await roster.correct(
                work, self.world.fractions, self.whose(number), mine.id, stay, "a slip"
            )

    async def _until(self, number: str, last: date | None) -> None:
        """In a file a last day is that of the employment."""
        if last is None:
            return
        try:
            await self.leave(number, last)
        except Problem as refused:
            if refused.code != "not_placed":  # nothing of theirs goes on after it
                raise


class ByFiles(Side):
    """Everything that a file can say by a file; what it does not name, it says no column of."""

    async def join(self, number: str, centre: int, first: date, last: date | None) -> None:
        if last is None:
            await self._file(f"{number},{self.centres[centre]},{first}")
        else:
            await self._file(f"{number},{self.centres[centre]},{first},{last}")

    async def move(self, number: str, centre: int, first: date) -> None:
        await self._file(f"{number},{self.centres[centre]},{first}")

    async def restate(self, number: str, old: Place, first: date) -> None:
        await self._file(f"{number},{old.centre_id},{first}")

    async def lasts(self, number: str, old: Place, last: date | None) -> None:
        await self._file(f"{number},{old.centre_id},{old.valid_from},{last or ''}")

    async def leave(self, number: str, last: date) -> None:
        """Of the roster of the day after, sent as a whole file, their line is missing."""
        day = last + DAY
        async with self.world.write() as work:
            exported = (await roster_file(work, self.id, day)).decode()
        header, *lines = exported.splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(f"{number},")]
        named = {line.split(",")[0] for line in kept} | {number}
        for other in self.records.keys() - named:  # begins later, or has gone
            for place in (await self.places(other))[-1:]:
                until = "" if place.valid_to is None else place.valid_to - DAY
                kept.append(f"{other},,,,,{place.centre_id},{place.valid_from},{until}\r\n")
        await self._commit("".join([header, *kept]), effective_on=day, absent=Absent.LEAVE)

    async def is_now(self, number: str, job_role: str) -> None:
        places = await self.places(number)
        (here,) = [place for place in places if place.on(self.world.today)]
        await self._commit(f"staff number,centre,job role\n{number},{here.centre_id},{job_role}\n")

    async def _file(self, line: str) -> None:
        columns = ["staff number", "centre", "first day", "last day"][: line.count(",") + 1]
        await self._commit(f"{','.join(columns)}\n{line}\n")
        await self.learn_records()

    async def _commit(self, content: str, **wishes: Any) -> None:
        made = await committed(self.world.works, self.id, content, self.world.fractions, **wishes)
        assert made.faults == 0


async def two_companies(world: World, numbers: str) -> tuple[ByVerbs, ByFiles]:
    """Both, with two centres each; everybody of `numbers` is certified but the last."""
    people = {number: await world.person() for number in numbers}
    for number in numbers[:-1]:
        await world.award(people[number])
    async with world.write() as work:
        ids = [(await register_new(work, CompanyNames(None, name), None)).id for name in ("A", "B")]
    one, other = [replace(world, organisation_id=made) for made in ids]
    sides = ByVerbs(one, people), ByFiles(other, people)
    for side in sides:
        side.centres = [await side.world.centre() for _ in range(2)]
    return sides
