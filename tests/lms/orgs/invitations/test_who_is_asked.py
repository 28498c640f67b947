"""Who is asked, and who may still answer, when people leave and companies close."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from lms.kernel.clock import FrozenClock
from lms.orgs.invitations.subscriptions import HANDLERS
from lms.orgs.organisations.events import OrganisationClosed
from lms.orgs.organisations.queries import lock_organisation
from lms.people.grants.roles import Role
from tests.builders.orgs import SYSTEM, a_link, a_member, rows
from tests.builders.people import somebody
from tests.builders.queueing import at_once, in_line
from tests.lms.orgs.imports.files import committed
from tests.lms.orgs.invitations.desk import NEWCOMER, Desk, code

YESTERDAY = date(2026, 3, 1)


async def accept(desk: Desk, token: str) -> tuple[int, Any]:
    body = {"token": token, "newcomer": NEWCOMER}
    return await desk.post("/invitations/acceptance", body, {})


async def test_everybody_is_who_works_there_and_was_not_asked(desk: Desk) -> None:
    async with desk.opened.works.write(SYSTEM) as work:
        members = {
            number: await a_member(work, desk.company, number, work_email=f"{number}@example.org")
            for number in ("new", "left", "leaves", "declined")
        }
    await a_link(desk.opened.works, desk.company, members["leaves"])
    for number, last_day in (("left", YESTERDAY), ("leaves", YESTERDAY + timedelta(days=9))):
        place = {"centre_id": desk.centre_id, "first_day": "2026-01-01"}
        await desk.own(f"/staff/{members[number].id}/assignments", place)
        await desk.own(f"/staff/{members[number].id}/departure", {"last_day": str(last_day)})
    await desk.own("/invitations", {"staff_record_id": str(members["declined"].id)})
    token = await desk.token("declined@example.org")
    assert (await desk.post("/invitations/refusal", {"token": token}, {}))[0] == 200
    _, done = await desk.own("/invitations/list")
    assert [one["staff_record_id"] for one in done["invited"]] == [
        desk.record_id,
        str(members["new"].id),
    ]
    assert (done["skipped"], done["remaining"]) == ([], 0)
    linked = str(members["leaves"].id)
    _, done = await desk.own("/invitations/list", {"staff_record_ids": [linked]})
    assert done["skipped"] == [{"staff_record_id": linked, "code": "already_linked"}]


@pytest.mark.parametrize("last_day", ["2026-03-01", "2026-03-31"])
@pytest.mark.parametrize("by_file", [False, True])
async def test_who_was_let_go_since_accepts_no_more_until_they_are_placed_again(
    desk: Desk, clock: FrozenClock, by_file: bool, last_day: str
) -> None:
    await desk.invite()
    token = await desk.token()
    clock.advance(timedelta(seconds=1))
    if by_file:
        file = f"staff number,last day\n1001,{last_day}\n"
        await committed(desk.opened.works, desk.company.id, file)
    else:
        departure = {"last_day": last_day}
        assert (await desk.own(f"/staff/{desk.record_id}/departure", departure))[0] == 200
    status, body = await accept(desk, token)
    assert (status, code(body)) == (409, "not_placed")
    place = {"centre_id": desk.centre_id, "first_day": "2026-04-01"}
    assert (await desk.own(f"/staff/{desk.record_id}/assignments", place))[0] == 201
    assert (await accept(desk, token))[0] == 200


@pytest.mark.parametrize("last_day", ["2026-03-01", "2026-03-31"])
async def test_who_was_let_go_since_becomes_no_manager_until_they_are_asked_again(
    desk: Desk, clock: FrozenClock, last_day: str
) -> None:
    _, theirs = await somebody(desk.opened)
    await desk.invite()
    staff = {"token": await desk.token()}
    assert (await desk.post("/invitations/acceptance", staff, theirs))[0] == 200
    boss = "boss@example.org"
    _, made = await desk.own("/manager-invitations", {"email": boss})
    clock.advance(timedelta(seconds=1))
    departure = {"last_day": last_day}
    assert (await desk.own(f"/staff/{desk.record_id}/departure", departure))[0] == 200
    before = {"token": await desk.token(boss)}
    status, body = await desk.post("/invitations/acceptance", before, theirs)
    assert (status, code(body)) == (409, "not_placed")
    clock.advance(timedelta(seconds=1))
    assert (await desk.own(f"/invitations/{made['id']}/resending"))[0] == 200
    again = {"token": await desk.token(boss)}
    assert (await desk.post("/invitations/acceptance", again, theirs))[0] == 200


async def test_who_is_asked_again_after_leaving_may_come_back(desk: Desk) -> None:
    await desk.own(f"/staff/{desk.record_id}/departure", {"last_day": str(YESTERDAY)})
    await desk.invite()
    assert (await accept(desk, await desk.token()))[0] == 200


async def test_of_two_acceptances_at_once_one_counts(desk: Desk) -> None:
    await desk.invite()
    token = await desk.token()
    _, other = await somebody(desk.opened)
    async with desk.opened.works.write(SYSTEM) as work:
        await lock_organisation(work, desk.company.id)
        waiting = asyncio.create_task(
            at_once(
                accept(desk, token), desk.post("/invitations/acceptance", {"token": token}, other)
            )
        )
        await in_line(desk.opened, 2)
    answers = await waiting
    assert sorted(status for status, _ in answers) == [200, 410]
    (winner,) = [body["person_id"] for status, body in answers if status == 200]
    assert (await desk.staff())["person_id"] == winner


async def test_a_closed_company_is_managed_by_nobody_and_waits_for_nobody(desk: Desk) -> None:
    await desk.invite()
    await desk.own("/manager-invitations", {"email": "boss@example.org"})
    _, admin = await somebody(desk.opened, Role.ADMIN)
    path = f"/organisations/{desk.company.id}"
    reason = {"reason": "wound up"}
    await desk.post(f"{path}/centres/{desk.centre_id}/closure", reason, admin)
    assert (await desk.post(f"{path}/closure", reason, admin))[0] == 200
    assert (await desk.own("/staff", {"staff_number": "2"}))[0] == 404
    async with desk.opened.works.write(SYSTEM) as work:
        (told,) = await rows(
            work, "SELECT payload FROM event WHERE type = 'orgs.organisation-closed.v1'"
        )
        assert told.payload == {"organisation_id": str(desk.company.id)}
        for _ in range(2):  # delivered once at least
            await HANDLERS[0].run(work, OrganisationClosed(organisation_id=desk.company.id))
        still = await rows(work, "SELECT 1 FROM invitation WHERE cancelled_at IS NULL")
        open_links = "SELECT 1 FROM one_time_link WHERE cancelled_at IS NULL AND used_at IS NULL"
        assert (still, await rows(work, open_links)) == ([], [])
