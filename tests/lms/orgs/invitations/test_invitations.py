import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lms.kernel.clock import FrozenClock
from lms.orgs.organisations.queries import lock_organisation
from lms.people.grants.roles import Role
from lms.people.links.models import Purpose
from lms.people.links.service import make_link
from tests.builders.orgs import SYSTEM, a_link, a_member
from tests.builders.people import signed_in, somebody
from tests.builders.queueing import at_once, in_line
from tests.lms.orgs.invitations.desk import ADDRESS, API, NEWCOMER, Desk, code


async def test_a_newcomer_accepts_and_is_linked(desk: Desk) -> None:
    await desk.invite()
    token = await desk.token()
    status, shown = await desk.post("/invitations/lookup", {"token": token}, {})
    assert (status, shown["organisation_name_en"]) == (200, "Harbour Telecom")
    status, answered = await desk.post(
        "/invitations/acceptance", {"token": token, "newcomer": NEWCOMER}, {}
    )
    assert status == 200, answered
    assert (await desk.staff())["person_id"] == answered["person_id"]
    again, body = await desk.post("/invitations/acceptance", {"token": token}, desk.manager)
    assert (again, code(body)) == (410, "link_not_open")


async def test_somebody_signed_in_accepts_with_their_own_account(desk: Desk) -> None:
    person_id, headers = await somebody(desk.opened)
    await desk.invite()
    status, answered = await desk.post(
        "/invitations/acceptance", {"token": await desk.token()}, headers
    )
    assert (status, answered["person_id"]) == (200, str(person_id))
    mine = await desk.client.get(f"{API}/me/employments", headers=headers)
    assert [one["organisation_id"] for one in mine.json()] == [str(desk.company.id)]
    given = await desk.post("/me/consents", {"organisation_id": str(desk.company.id)}, headers)
    assert given[0] == 201
    path = f"{API}/me/consents/{desk.company.id}"
    assert (await desk.client.delete(path, headers=headers)).status_code == 200
    listed = (await desk.client.get(f"{API}/me/consents", headers=headers)).json()
    assert [one["withdrawn_at"] is not None for one in listed] == [True]


async def test_who_is_neither_signed_in_nor_a_newcomer_is_asked_to_sign_in(desk: Desk) -> None:
    await desk.invite()
    status, _ = await desk.post("/invitations/acceptance", {"token": await desk.token()}, {})
    assert status == 401


async def test_a_newcomers_faults_are_told_under_the_newcomer_and_the_link_stays_good(
    desk: Desk,
) -> None:
    await desk.invite()
    token = await desk.token()
    wrong = {**NEWCOMER, "password": "short"}
    status, body = await desk.post(
        "/invitations/acceptance", {"token": token, "newcomer": wrong}, {}
    )
    assert status == 422
    assert {fault["pointer"] for fault in body["errors"]} == {"/newcomer/password"}
    status, _ = await desk.post(
        "/invitations/acceptance", {"token": token, "newcomer": NEWCOMER}, {}
    )
    assert status == 200


async def test_a_declined_invitation_stays_declined_and_can_be_made_anew(desk: Desk) -> None:
    made = await desk.invite()
    token = await desk.token()
    status, _ = await desk.post("/invitations/refusal", {"token": token}, {})
    assert status == 200
    for act in ("resending", "cancellation"):
        status, body = await desk.own(f"/invitations/{made['id']}/{act}")
        assert (status, code(body)) == (409, "invitation_settled")
    with pytest.raises(DBAPIError, match="never changed"):
        async with desk.opened.works.write(SYSTEM) as work:
            await work.session.execute(text("UPDATE invitation SET answer = 'accepted'"))
    await desk.invite()


async def test_a_resent_letter_replaces_the_one_before(desk: Desk, clock: FrozenClock) -> None:
    made = await desk.invite()
    before = await desk.token()
    clock.advance(timedelta(hours=73))
    assert (await desk.post("/invitations/lookup", {"token": before}, {}))[0] == 410
    path = f"/organisations/{desk.company.id}/invitations/{made['id']}/resending"
    later = await signed_in(desk.opened, desk.manager_id)
    status, again = await desk.post(path, headers=later)
    assert (status, again["expires_at"] > made["expires_at"]) == (200, True)
    after = await desk.token()
    assert (await desk.post("/invitations/lookup", {"token": before}, {}))[0] == 410
    assert (await desk.post("/invitations/lookup", {"token": after}, {}))[0] == 200


async def test_a_cancelled_invitation_opens_nothing(desk: Desk) -> None:
    made = await desk.invite()
    token = await desk.token()
    assert (await desk.own(f"/invitations/{made['id']}/cancellation"))[0] == 200
    status, body = await desk.post(
        "/invitations/acceptance", {"token": token, "newcomer": NEWCOMER}, {}
    )
    assert (status, code(body)) == (410, "link_not_open")


@pytest.mark.parametrize("first", ["acceptance", "cancellation"])
async def test_accepting_and_cancelling_at_once_has_one_outcome(desk: Desk, first: str) -> None:
    made = await desk.invite()
    token = await desk.token()
    calls = {
        "acceptance": desk.post(
            "/invitations/acceptance", {"token": token, "newcomer": NEWCOMER}, {}
        ),
        "cancellation": desk.own(f"/invitations/{made['id']}/cancellation"),
    }
    waiting = {}
    async with desk.opened.works.write(SYSTEM) as work:
        await lock_organisation(work, desk.company.id)
        for act in sorted(calls, key=lambda act: act != first):
            waiting[act] = asyncio.create_task(at_once(calls[act]))
            await in_line(desk.opened, len(waiting))
    [(accepted, _)], [(cancelled, _)] = await waiting["acceptance"], await waiting["cancellation"]
    assert (accepted, cancelled) == ((200, 409) if first == "acceptance" else (410, 200))
    assert ((await desk.staff())["person_id"] is not None) == (accepted == 200)


async def test_one_question_at_a_time(desk: Desk) -> None:
    await desk.invite()
    status, body = await desk.own("/invitations", {"staff_record_id": desk.record_id})
    assert (status, code(body)) == (409, "already_invited")


async def test_a_list_is_invited_as_far_as_possible_and_the_rest_is_named(desk: Desk) -> None:
    async with desk.opened.works.write(SYSTEM) as work:
        silent = await a_member(work, desk.company, "1002")
        reachable = await a_member(work, desk.company, "1003", work_email="c@example.org")
    wanted = [desk.record_id, str(silent.id), str(reachable.id), str(desk.company.id)]
    status, done = await desk.own("/invitations/list", {"staff_record_ids": wanted})
    assert status == 201
    assert [one["email"] for one in done["invited"]] == [ADDRESS, "c@example.org"]
    assert {one["staff_record_id"]: one["code"] for one in done["skipped"]} == {
        str(silent.id): "email_missing",
        str(desk.company.id): "not_found",
    }
    status, again = await desk.own("/invitations/list")
    assert (again["invited"], again["remaining"]) == ([], 0)
    listed = await desk.client.get(
        f"{API}/organisations/{desk.company.id}/invitations",
        params={"standing": "open", "limit": 1},
        headers=desk.manager,
    )
    page = listed.json()
    assert [one["staff_number"] for one in page["items"]] == ["1001"]
    assert page["next_cursor"] is not None


async def test_a_manager_invites_a_manager(desk: Desk) -> None:
    assert (await desk.own("/manager-invitations", {"email": ADDRESS}))[0] == 201
    status, answered = await desk.post(
        "/invitations/acceptance", {"token": await desk.token(), "newcomer": NEWCOMER}, {}
    )
    assert (status, answered["kind"]) == (200, "manager")
    listed = await desk.client.get(
        f"{API}/organisations/{desk.company.id}/managers", headers=desk.manager
    )
    assert answered["person_id"] in {one["person_id"] for one in listed.json()}


async def test_an_admin_registers_a_company_and_invites_its_first_manager(desk: Desk) -> None:
    _, admin = await somebody(desk.opened, Role.ADMIN)
    _, company = await desk.post("/organisations", {"name_en": "Peak Retail"}, admin)
    path = f"/organisations/{company['id']}"
    body = {"email": "first@example.org"}
    assert (await desk.post(f"{path}/manager-invitations", body, desk.manager))[0] == 404
    assert (await desk.post(f"{path}/manager-invitations", body, admin))[0] == 201
    account, headers = await somebody(desk.opened)
    token = await desk.token("first@example.org")
    status, _ = await desk.post("/invitations/acceptance", {"token": token}, headers)
    assert status == 200
    listed = await desk.client.get(f"{API}{path}/managers", headers=headers)
    assert [one["person_id"] for one in listed.json()] == [str(account)]
    assert (await desk.post(f"{path}/centres", {"name_en": "Peak"}, headers))[0] == 201


async def test_who_cannot_be_asked_is_told_why(desk: Desk) -> None:
    async with desk.opened.works.write(SYSTEM) as work:
        silent = await a_member(work, desk.company, "1002")
        unreachable = await a_member(work, desk.company, "1003", work_email="nobody@nowhere@")
        linked = await a_member(work, desk.company, "1004", work_email="d@example.org")
    await a_link(desk.opened.works, desk.company, linked)
    await desk.invite()
    status, body = await desk.own("/invitations", {"staff_record_id": str(silent.id)})
    assert [fault["code"] for fault in body["errors"]] == ["email_missing"]
    status, body = await desk.own("/invitations", {"staff_record_id": str(linked.id)})
    assert (status, code(body)) == (409, "already_linked")
    wanted = [desk.record_id, str(unreachable.id), str(linked.id)]
    _, done = await desk.own("/invitations/list", {"staff_record_ids": wanted})
    assert [one["code"] for one in done["skipped"]] == [
        "already_invited",
        "email",
        "already_linked",
    ]
    status, _ = await desk.own(f"/invitations/{desk.company.id}/cancellation")
    assert status == 404


async def test_the_list_tells_what_became_of_each(desk: Desk) -> None:
    made = await desk.invite()
    await desk.own(f"/invitations/{made['id']}/cancellation")
    await desk.own("/manager-invitations", {"email": "boss@example.org"})
    token = await desk.token("boss@example.org")
    await desk.post("/invitations/refusal", {"token": token}, {})
    path = f"{API}/organisations/{desk.company.id}/invitations"
    for query, kinds in (
        ({}, ["staff", "manager"]),
        ({"standing": "cancelled"}, ["staff"]),
        ({"standing": "declined"}, ["manager"]),
        ({"kind": "manager"}, ["manager"]),
        ({"standing": "open"}, []),
    ):
        listed = await desk.client.get(path, params=query, headers=desk.manager)
        assert [one["kind"] for one in listed.json()["items"]] == kinds, query
    first = (await desk.client.get(path, params={"limit": 1}, headers=desk.manager)).json()
    query = {"limit": 1, "cursor": first["next_cursor"]}
    rest = (await desk.client.get(path, params=query, headers=desk.manager)).json()
    assert [one["kind"] for one in rest["items"]] == ["manager"]


async def test_a_closed_companys_invitation_is_not_accepted(desk: Desk) -> None:
    await desk.invite()
    token = await desk.token()
    async with desk.opened.works.write(SYSTEM) as work:
        closing = "UPDATE organisation SET state = 'closed', closed_at = decided_at"
        await work.session.execute(text(closing))
    status, body = await desk.post(
        "/invitations/acceptance", {"token": token, "newcomer": NEWCOMER}, {}
    )
    assert (status, code(body)) == (409, "organisation_not_open")


async def test_a_link_that_is_no_invitations_opens_nothing_here(desk: Desk) -> None:
    async with desk.opened.works.write(SYSTEM) as work:
        await make_link(work, Purpose.INVITE_STAFF, email=ADDRESS, scope_id=desk.company.id)
    token = await desk.token()
    status, body = await desk.post("/invitations/lookup", {"token": token}, {})
    assert (status, code(body)) == (410, "link_not_open")


async def test_an_auditor_reads_and_does_not_invite(desk: Desk) -> None:
    _, auditor = await somebody(desk.opened, Role.AUDITOR)
    path = f"/organisations/{desk.company.id}/invitations"
    assert (await desk.client.get(f"{API}{path}", headers=auditor)).status_code == 200
    status, _ = await desk.post(path, {"staff_record_id": desk.record_id}, auditor)
    assert status == 403
