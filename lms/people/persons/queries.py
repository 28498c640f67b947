"""Reading the register of people. Scope is a parameter: `own` reads take the acting person's id."""

from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lms.issuer.models import ISSUER_ID
from lms.kernel.paging import PageRequest
from lms.kernel.problems import Fault, Invalid, NotFound
from lms.people.persons.grams import wanted_grams
from lms.people.persons.models import Person, PersonState
from lms.people.persons.names import NameOrder, Names, Printed


class NamedRow(Protocol):
    """Any row that has a person's name columns."""

    name_zh: str | None
    family_name_en: str | None
    given_name_en: str | None
    name_order: NameOrder


def names_of(row: NamedRow) -> Names:
    """A row's names."""
    return Names(
        zh=row.name_zh,
        family_en=row.family_name_en,
        given_en=row.given_name_en,
        order=NameOrder(row.name_order),
    )


def printed_name(row: NamedRow) -> Printed:
    """The row's name as documents print it."""
    return names_of(row).printed()


async def person_by_id(session: AsyncSession, person_id: UUID) -> Person | None:
    return await session.get(Person, person_id)


async def known_people(session: AsyncSession, person_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the ids that somebody in the register has."""
    query = select(col(Person.id)).where(col(Person.id).in_(list(person_ids)))
    return set(await session.scalars(query))


async def require_person(session: AsyncSession, person_id: UUID) -> Person:
    """One person.

    Raises:
        NotFound: there is none.
    """
    found = await session.get(Person, person_id)
    if found is None:
        raise NotFound
    return found


async def lock_person(session: AsyncSession, person_id: UUID) -> Person:
    """One person, read again under a row lock.

    Raises:
        NotFound: there is none.
    """
    found = await session.get(
        Person, person_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if found is None:
        raise NotFound
    return found


async def person_by_email(session: AsyncSession, email: str) -> Person | None:
    """The person with this address, which the caller has brought into its one spelling."""
    query = select(Person).where(col(Person.issuer_id) == ISSUER_ID, col(Person.email) == email)
    return (await session.scalars(query)).one_or_none()


async def people_of_issuer(
    session: AsyncSession, page: PageRequest, *, search: str | None, state: PersonState | None
) -> Sequence[Person]:
    """The register, in order of entry, one more than the page holds.

    Raises:
        Invalid: the search text is too short to find anything by.
    """
    query = (
        select(Person)
        .where(col(Person.issuer_id) == ISSUER_ID)
        .order_by(col(Person.id))
        .limit(page.limit + 1)
    )
    if search is not None:
        wanted = wanted_grams(search)
        if not wanted:
            raise Invalid([Fault("/search", "too_short", "two letters or one Chinese character")])
        query = query.where(col(Person.search_grams).contains(wanted))
    if state is not None:
        query = query.where(col(Person.state) == state)
    if page.after:
        query = query.where(col(Person.id) > page.after_id())
    return (await session.scalars(query)).all()
