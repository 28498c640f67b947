"""The tick that tells ends: after the last day, and one by one."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from lms.app import Platform
from lms.kernel.clock import FrozenClock
from lms.orgs.roster.leaving import leave
from lms.orgs.roster.service import Whose
from lms.orgs.staff.ends import tell_due_ends
from lms.orgs.staff.models import Consent
from tests.builders.orgs import SYSTEM, Watched, a_centre, a_company, a_link, a_member, rows

LAST_DAY = date(2026, 3, 31)
OVER = datetime(2026, 3, 31, 16, tzinfo=UTC)
"""00:00 on the day after in Hong Kong, where the issuer is."""


async def told(opened: Platform) -> list[UUID]:
    async with opened.works.read(SYSTEM) as work:
        found = await rows(
            work, "SELECT person_id FROM staff_link WHERE end_told_at IS NOT NULL ORDER BY id"
        )
    return [one.person_id for one in found]


async def test_a_last_day_is_whole_and_an_end_that_fails_holds_up_no_other_and_is_tried_again(
    opened: Platform, clock: FrozenClock
) -> None:
    async with opened.works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        staff = [await a_member(work, company, number, centre=centre) for number in "123"]
    people = [await a_link(opened.works, company, one) for one in staff]
    for one in staff:
        async with opened.works.write(SYSTEM) as work:
            await leave(work, Watched(), Whose(company.id, one.id), LAST_DAY)
    async with opened.works.write(SYSTEM) as work:
        work.session.add(
            Consent(
                id=work.new_id(),
                organisation_id=company.id,
                person_id=people[0],
                given_at=OVER + timedelta(hours=1),  # the database lets none end before it began
            )
        )
    clock.at = OVER - timedelta(microseconds=1)
    await tell_due_ends(opened.works)
    assert await told(opened) == []
    clock.at = OVER
    await tell_due_ends(opened.works)
    assert await told(opened) == people[1:]
    clock.at = OVER + timedelta(hours=1)
    await tell_due_ends(opened.works)
    assert await told(opened) == people
