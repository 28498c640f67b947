"""Somebody whose last day was set is linked until it is over."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.clock import FrozenClock
from lms.kernel.problems import Conflict, NotFound
from lms.orgs.roster.leaving import leave
from lms.orgs.roster.queries import assignments_of_record
from lms.orgs.roster.service import Stay, Whose, correct
from lms.orgs.staff import consents
from lms.orgs.staff.ends import tell_due_ends
from lms.orgs.staff.links import make_link
from lms.people.grants.queries import open_grant
from lms.people.grants.roles import Role
from lms.people.grants.service import enter_grant
from tests.builders.orgs import SYSTEM, Watched, a_centre, a_company, a_link, a_member
from tests.builders.people import a_person, signed_in, somebody

DAY = timedelta(days=1)
LAST_DAY = date(2026, 3, 31)
OVER = datetime(2026, 3, 31, 16, tzinfo=UTC)
"""00:00 on the day after in Hong Kong, where the issuer is."""
NOT_YET = OVER - timedelta(microseconds=1)


@dataclass
class OnNotice:
    company_id: UUID
    record_id: UUID
    person_id: UUID

    @property
    def whose(self) -> Whose:
        return Whose(self.company_id, self.record_id)


@pytest.fixture
async def on_notice(opened: Platform) -> OnNotice:
    async with opened.works.write(SYSTEM) as work:
        company = await a_company(work)
        record = await a_member(work, company, "1001", centre=await a_centre(work, company))
    one = OnNotice(company.id, record.id, await a_link(opened.works, company, record))
    async with opened.works.write(SYSTEM) as work:
        await leave(work, Watched(), one.whose, LAST_DAY)
    return one


async def test_the_staff_list_shows_them_linked_until_the_last_day_is_over(
    client: AsyncTestClient[Litestar], opened: Platform, clock: FrozenClock, on_notice: OnNotice
) -> None:
    manager, _ = await somebody(opened, Role.COMPANY_MANAGER, on_notice.company_id)
    path = f"/api/v1/organisations/{on_notice.company_id}/staff"

    async def seen() -> list[Any]:
        headers = await signed_in(opened, manager)
        one = await client.get(f"{path}/{on_notice.record_id}", headers=headers)
        edited = await client.put(
            f"{path}/{on_notice.record_id}",
            json={"staff_number": "1001"},
            headers={**headers, "If-Match": f'"{one.json()["revision"]}"'},
        )
        lists = [
            (await client.get(path, params=query, headers=headers)).json()["items"]
            for query in ({}, {"linked": True}, {"linked": False})
        ]
        return [
            one.json()["person_id"],
            edited.json()["person_id"],
            *([row["person_id"] for row in rows] for rows in lists),
        ]

    them = str(on_notice.person_id)
    clock.at = NOT_YET
    assert await seen() == [them, them, [them], [them], []]
    clock.at = OVER
    assert await seen() == [None, None, [None], [], [None]]


async def test_a_link_to_somebody_else_from_the_day_after_is_not_shown_before_it(
    client: AsyncTestClient[Litestar], opened: Platform, clock: FrozenClock, on_notice: OnNotice
) -> None:
    async with opened.works.write(SYSTEM) as work:
        successor = await a_person(work)
    async with opened.works.write(SYSTEM) as work:
        await make_link(
            work, Watched(), on_notice.company_id, on_notice.record_id, person_id=successor.id
        )
    manager, _ = await somebody(opened, Role.COMPANY_MANAGER, on_notice.company_id)
    path = f"/api/v1/organisations/{on_notice.company_id}/staff"
    for now, person_id in ((NOT_YET, on_notice.person_id), (OVER, successor.id)):
        clock.at = now
        answer = await client.get(path, headers=await signed_in(opened, manager))
        assert [row["person_id"] for row in answer.json()["items"]] == [str(person_id)]


async def test_they_give_consent_until_the_last_day_is_over_and_take_it_back_at_any_time(
    opened: Platform, clock: FrozenClock, on_notice: OnNotice
) -> None:
    works, company_id = opened.works, on_notice.company_id
    theirs = Actor(kind="person", person_id=on_notice.person_id).reaching_issuer("own consent")
    for act in (consents.give, consents.withdraw, consents.give):
        clock.at = NOT_YET
        async with works.write(theirs) as work:
            await act(work, company_id)
    clock.at = OVER
    async with works.write(theirs) as work:
        await consents.withdraw(work, company_id)
    with pytest.raises(NotFound):
        async with works.write(theirs) as work:
            await consents.give(work, company_id)


async def test_a_last_day_is_moved_earlier_by_another_departure_and_later_by_their_place(
    opened: Platform, on_notice: OnNotice
) -> None:
    async def leaves(last_day: date) -> None:
        async with opened.works.write(SYSTEM) as work:
            await leave(work, Watched(), on_notice.whose, last_day)

    await leaves(LAST_DAY - DAY)
    with pytest.raises(Conflict, match="a later one by correcting their last place") as refused:
        await leaves(LAST_DAY)
    assert refused.value.code == "not_placed"
    async with opened.works.write(SYSTEM) as work:
        [place] = await assignments_of_record(work.session, on_notice.record_id, superseded=False)
        stay = Stay(place.centre_id, place.valid_from, LAST_DAY)
        await correct(work, Watched(), on_notice.whose, place.id, stay, "a longer contract")


@pytest.mark.parametrize("last_day", [date(2026, 3, 2), LAST_DAY])
async def test_who_is_linked_only_while_on_notice_is_out_when_the_last_day_is_over(
    opened: Platform, clock: FrozenClock, last_day: date
) -> None:
    works = opened.works
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        record = await a_member(work, company, "1001", centre=await a_centre(work, company))
        await leave(work, Watched(), Whose(company.id, record.id), last_day)
    person_id = await a_link(works, company, record)
    with pytest.raises(Conflict, match="already"):
        await a_link(works, company, record)
    async with works.write(SYSTEM) as work:
        await enter_grant(work, person_id, Role.COMPANY_MANAGER, scope_id=company.id, reason="test")

    async def manages() -> bool:
        await tell_due_ends(works)
        async with works.read(SYSTEM) as work:
            role = Role.COMPANY_MANAGER
            return await open_grant(work.session, person_id, role, company.id) is not None

    clock.at = NOT_YET - (LAST_DAY - last_day)
    assert await manages()
    clock.at = OVER - (LAST_DAY - last_day)
    assert not await manages()
