"""Companies for tests: registered, with centres, staff and places; and a watched listener."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from lms.kernel.actor import Actor
from lms.kernel.locks import Locked, lock
from lms.kernel.work import Work, Works
from lms.orgs.centres import service as centres
from lms.orgs.centres.models import Centre
from lms.orgs.organisations import service as organisations
from lms.orgs.organisations.models import Organisation
from lms.orgs.organisations.service import CompanyNames
from lms.orgs.ports import FractionListener
from lms.orgs.roster import service as roster
from lms.orgs.roster.service import Stay, Whose
from lms.orgs.staff import service as staff
from lms.orgs.staff.links import make_link
from lms.orgs.staff.models import StaffRecord
from lms.orgs.staff.service import StaffFacts
from tests.builders.people import a_person

SYSTEM = Actor.system("test")
NEW_YEAR = date(2026, 1, 1)


class Watched:
    """A listener that locks the centres as the real one does, and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, frozenset[UUID]]] = []

    async def before(self, work: Work, centre_ids: Iterable[UUID]) -> None:
        ids = list(centre_ids)
        await lock(work, Locked.CENTRE, ids)
        self.told.append(("before", frozenset(ids)))

    async def changed(self, work: Work, centre_ids: Iterable[UUID]) -> None:
        await work.session.flush()
        self.told.append(("changed", frozenset(centre_ids)))

    def forget(self) -> None:
        self.told.clear()

    @property
    def changes(self) -> list[frozenset[UUID]]:
        """Every change that was announced before and told after, for the same centres."""
        pairs = list(zip(self.told[::2], self.told[1::2], strict=True))
        assert all(first[0] == "before" and second[0] == "changed" for first, second in pairs)
        assert all(first[1] == second[1] for first, second in pairs)
        return [second[1] for _, second in pairs]


async def a_company(work: Work, name: str = "Harbour Telecom") -> Organisation:
    """A registered company."""
    return await organisations.register_new(work, CompanyNames(None, name), None)


async def a_centre(
    work: Work,
    company: Organisation,
    name: str = "Kowloon East",
    *,
    listener: FractionListener | None = None,
    zone: str = "Asia/Hong_Kong",
) -> Centre:
    """A registered centre."""
    centre = await centres.apply_for(work, company.id, CompanyNames(None, name), zone)
    return await centres.register(work, listener or Watched(), company.id, centre.id)


async def a_member(
    work: Work,
    company: Organisation,
    number: str = "1001",
    *,
    centre: Centre | None = None,
    first_day: date = NEW_YEAR,
    listener: FractionListener | None = None,
    **facts: Any,
) -> StaffRecord:
    """A staff record, with a place if a centre is given."""
    record = await staff.add(work, company.id, StaffFacts(number, **facts))
    if centre is not None:
        stay = Stay(centre.id, first_day)
        await roster.assign(work, listener or Watched(), Whose(company.id, record.id), stay)
    return record


async def a_link(
    works: Works,
    company: Organisation,
    record: StaffRecord,
    listener: FractionListener | None = None,
) -> UUID:
    """Somebody new, linked to a record; in units of work of their own. Answers the person."""
    async with works.write(SYSTEM) as work:
        person = await a_person(work)
    async with works.write(SYSTEM) as work:
        await make_link(work, listener or Watched(), company.id, record.id, person_id=person.id)
    return person.id


async def rows(work: Work, statement: str, **parameters: Any) -> list[Any]:
    """Whatever a test wants to see of the database, in this unit of work."""
    return list((await work.session.execute(text(statement), parameters)).all())
