"""Consent ends with the employment in which it was given, however late the worker comes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from courses.enrolment.progress.queries import consenting
from lms.app import Platform
from lms.issuer.queries import issuer_day
from lms.kernel.actor import Actor
from lms.kernel.clock import FrozenClock
from lms.orgs.roster.leaving import leave
from lms.orgs.roster.service import Whose
from lms.orgs.staff import consents
from lms.orgs.staff.ends import tell_due_ends
from lms.orgs.staff.links import make_link
from tests.builders.orgs import SYSTEM, Watched, a_centre, a_company, a_link, a_member

DAY = timedelta(days=1)
TODAY = date(2026, 3, 2)
LAST_DAY = date(2026, 3, 31)
OVER = datetime(2026, 3, 31, 16, tzinfo=UTC)
"""00:00 on the day after in Hong Kong, where the issuer is."""
NEXT_MONTH = datetime(2026, 5, 4, 1, tzinfo=UTC)


@dataclass
class Consenting:
    opened: Platform
    company_id: UUID
    record_id: UUID
    person_id: UUID

    async def gives(self) -> None:
        theirs = Actor(kind="person", person_id=self.person_id).reaching_issuer("own consent")
        async with self.opened.works.write(theirs) as work:
            await consents.give(work, self.company_id)

    async def leaves(self, last_day: date) -> None:
        async with self.opened.works.write(SYSTEM) as work:
            await leave(work, Watched(), Whose(self.company_id, self.record_id), last_day)

    async def linked_again(self) -> None:
        async with self.opened.works.write(SYSTEM) as work:
            await make_link(
                work, Watched(), self.company_id, self.record_id, person_id=self.person_id
            )

    async def shows_results(self) -> bool:
        async with self.opened.works.read(SYSTEM) as work:
            today, them = await issuer_day(work), {self.person_id}
            return bool(await consenting(work.session, self.company_id, them, on=today))


@pytest.fixture
async def somebody(opened: Platform) -> Consenting:
    async with opened.works.write(SYSTEM) as work:
        company = await a_company(work)
        record = await a_member(work, company, "1001", centre=await a_centre(work, company))
    one = Consenting(opened, company.id, record.id, await a_link(opened.works, company, record))
    await one.gives()
    return one


@pytest.mark.parametrize("in_time", [True, False])
async def test_who_comes_back_after_a_gap_gives_it_anew(
    somebody: Consenting, clock: FrozenClock, in_time: bool
) -> None:
    await somebody.leaves(LAST_DAY)
    clock.at = OVER - timedelta(microseconds=1)
    assert await somebody.shows_results()
    clock.at = OVER
    assert not await somebody.shows_results()
    if in_time:
        await tell_due_ends(somebody.opened.works)
    clock.at = NEXT_MONTH
    await somebody.linked_again()
    assert not await somebody.shows_results()
    await somebody.gives()
    await tell_due_ends(somebody.opened.works)
    assert await somebody.shows_results()
    done = await somebody.opened.pool.fetch(
        "SELECT action FROM audit_entry WHERE action LIKE 'consent.%' ORDER BY id"
    )
    assert [row["action"] for row in done] == ["consent.given", "consent.ended", "consent.given"]


async def test_it_goes_on_where_a_link_follows_without_a_gap(
    somebody: Consenting, clock: FrozenClock
) -> None:
    await somebody.leaves(LAST_DAY)
    await somebody.linked_again()
    clock.at = OVER
    await tell_due_ends(somebody.opened.works)
    assert await somebody.shows_results()


async def test_who_is_dismissed_on_the_spot_and_taken_back_for_the_next_day_gives_it_anew(
    somebody: Consenting, clock: FrozenClock
) -> None:
    await somebody.leaves(TODAY)
    assert not await somebody.shows_results()
    await somebody.linked_again()
    clock.advance(DAY)
    assert not await somebody.shows_results()
