from lms.people.grants.roles import Role
from tests.builders.exams import a_course
from tests.builders.learning import SYSTEM
from tests.builders.people import somebody
from tests.courses.catalogue.drafts import (
    COMPLETE,
    COURSES,
    a_draft,
    an_admin,
    an_open_version,
    pointers,
    problem,
)


async def test_anybody_lists_the_courses_in_their_published_order_page_by_page(opened, client):
    await an_admin(opened)
    whole = (await client.get(COURSES)).json()
    codes = [row["code"] for row in whole["items"]]
    assert (len(codes), codes[0], codes[-1]) == (13, "CRMD", "CPCS")
    assert whole["next_cursor"] is None
    assert whole["items"][-1] | {"id": ""} == {
        "id": "",
        "code": "CPCS",
        "title_zh_hant": "傑出顧客服務證書",
        "title_en": "Certificate in Professional Customer Service",
        "title_en_status": "verified",
        "cef_reimbursable": True,
        "family": "customer_service",
        "role_level": "front_line",
        "position": 13,
        "open_for_enrolment": False,
    }
    first = (await client.get(f"{COURSES}?limit=9")).json()
    rest = (await client.get(f"{COURSES}?limit=9&cursor={first['next_cursor']}")).json()
    assert [row["code"] for row in first["items"] + rest["items"]] == codes


async def test_a_cursor_of_another_list_is_refused(opened, client):
    await an_admin(opened)
    for cursor in ("WyJ4Il0", "WyJ4IiwieSJd", "W251bGwsbnVsbF0", "!!"):
        answer = await client.get(f"{COURSES}?cursor={cursor}")
        assert answer.status_code == 422, cursor


async def test_a_course_cannot_open_until_everything_is_set_and_all_that_misses_is_named(
    opened, client
):
    admin = await an_admin(opened)
    draft = await a_draft(client, admin)
    assert draft["validity"] == {"kind": "unset", "months": None}
    assert draft["prerequisites"] is None
    path = f"{COURSES}/CPCS/versions/1"
    refused = await client.post(f"{path}/opening", headers=admin | {"If-Match": '"1"'})
    assert problem(refused) == (409, "version_incomplete")
    assert pointers(refused) == [
        "/contact_minutes",
        "/fee_hkd_cents",
        "/prerequisites",
        "/validity",
        "/components",
    ]
    half = COMPLETE | {"components": [{"title_zh_hant": "筆試", "title_en": "Written"}]}
    edited = await client.patch(path, json=half, headers=admin | {"If-Match": '"1"'})
    assert edited.headers["ETag"] == '"2"'
    refused = await client.post(f"{path}/opening", headers=admin | {"If-Match": '"2"'})
    assert pointers(refused) == ["/components/0/pass_mark_percent"]
    await client.patch(path, json=COMPLETE, headers=admin | {"If-Match": '"2"'})
    assert (await client.get(f"{COURSES}/CPCS")).json()["open_version"] is None
    opened_now = await client.post(f"{path}/opening", headers=admin | {"If-Match": '"3"'})
    assert opened_now.json()["state"] == "open"
    shown = (await client.get(f"{COURSES}/CPCS")).json()
    assert shown["open_version"]["number"] == 1
    assert [part["weight"] for part in shown["open_version"]["components"]] == [2, 1]
    rows = (await client.get(COURSES)).json()["items"]
    assert [row["code"] for row in rows if row["open_for_enrolment"]] == ["CPCS"]


async def test_what_was_set_in_a_draft_can_be_unset_again(opened, client):
    admin = await an_admin(opened)
    await a_draft(client, admin, **(COMPLETE | {"prerequisites": ["CCSP", "CCSA"]}))
    path = f"{COURSES}/CPCS/versions/1"
    fewer = {"prerequisites": ["CCSP"], "validity": None, "attendance_percent": 70}
    edited = await client.patch(path, json=fewer, headers=admin | {"If-Match": '"1"'})
    assert edited.json()["prerequisites"] == ["CCSP"]
    assert edited.json()["validity"] == {"kind": "unset", "months": None}
    none = {"prerequisites": None, "components": None}
    edited = await client.patch(path, json=none, headers=admin | {"If-Match": '"2"'})
    assert (edited.json()["prerequisites"], edited.json()["components"]) == (None, [])
    shown = await client.get(path, headers=admin)
    assert shown.json() == edited.json()
    assert (await client.get(f"{COURSES}/CPCS/versions/2", headers=admin)).status_code == 404


async def test_a_component_keeps_its_id_when_the_draft_is_edited(opened, client):
    admin = await an_admin(opened)
    draft = await a_draft(client, admin, **COMPLETE)
    changed = [COMPLETE["components"][0] | {"pass_mark_percent": 70}]
    edited = await client.patch(
        f"{COURSES}/CPCS/versions/1",
        json={"components": changed},
        headers=admin | {"If-Match": '"1"'},
    )
    [part] = edited.json()["components"]
    assert (part["id"], part["pass_mark_percent"]) == (draft["components"][0]["id"], 70)


async def test_what_is_open_keeps_its_content_but_for_the_fee_and_the_last_day(opened, client):
    admin = await an_admin(opened)
    await an_open_version(client, admin)
    path = f"{COURSES}/CPCS/versions/1"
    seen = admin | {"If-Match": '"2"'}
    body = {"contact_minutes": 10, "components": [], "fee_hkd_cents": None}
    refused = await client.patch(path, json=body, headers=seen)
    assert problem(refused) == (409, "version_fixed")
    assert pointers(refused) == ["/components", "/contact_minutes", "/fee_hkd_cents"]
    body = {"fee_hkd_cents": 0, "teach_out_on": "2027-12-31"}
    edited = await client.patch(path, json=body, headers=seen)
    assert edited.json()["teach_out_on"] == "2027-12-31", edited.text


async def test_all_faults_of_a_body_are_told_at_once(opened, client):
    admin = await an_admin(opened)
    body = {
        "effective_from": "soon",
        "fee_hkd_cents": -1,
        "validity": {"kind": "years", "months": 0},
        "colour": "blue",
    }
    answer = await client.post(f"{COURSES}/CPCS/versions", json=body, headers=admin)
    assert answer.status_code == 422
    assert set(pointers(answer)) == {
        "/effective_from",
        "/fee_hkd_cents",
        "/validity/kind",
        "/validity/months",
        "/colour",
    }
    body = {"effective_from": "2026-02-01", "teach_out_on": "2026-01-31"}
    answer = await client.post(f"{COURSES}/CPCS/versions", json=body, headers=admin)
    assert pointers(answer) == ["/teach_out_on"]
    body = {"effective_from": "2026-02-01", "prerequisites": ["NONE", "CCSP", "CPCS"]}
    answer = await client.post(f"{COURSES}/CPCS/versions", json=body, headers=admin)
    assert pointers(answer) == ["/prerequisites/0", "/prerequisites/2"]


async def test_a_stale_edit_is_refused_and_one_without_a_revision_too(opened, client):
    admin = await an_admin(opened)
    await a_draft(client, admin)
    path = f"{COURSES}/CPCS/versions/1"
    assert (await client.patch(path, json={}, headers=admin)).status_code == 428
    stale = await client.patch(path, json={}, headers=admin | {"If-Match": '"7"'})
    assert stale.status_code == 412


async def test_two_open_versions_do_not_begin_on_one_day(opened, client):
    admin = await an_admin(opened)
    await an_open_version(client, admin)
    await a_draft(client, admin, **COMPLETE)
    answer = await client.post(
        f"{COURSES}/CPCS/versions/2/opening", headers=admin | {"If-Match": '"1"'}
    )
    assert problem(answer) == (409, "version_day_taken")


async def test_a_closed_version_takes_nobody_and_is_not_opened_again(opened, client):
    admin = await an_admin(opened)
    await an_open_version(client, admin)
    path = f"{COURSES}/CPCS/versions/1"
    closed = await client.post(f"{path}/closing", headers=admin | {"If-Match": '"2"'})
    assert closed.json()["state"] == "closed"
    again = await client.post(f"{path}/opening", headers=admin | {"If-Match": '"3"'})
    assert problem(again) == (409, "version_not_draft")
    assert (await client.get(f"{COURSES}/CPCS")).json()["open_version"] is None
    twice = await client.post(f"{path}/closing", headers=admin | {"If-Match": '"3"'})
    assert problem(twice) == (409, "version_not_open")
    seen = admin | {"If-Match": '"3"'}
    body = {"teach_out_on": "2026-12-31", "fee_hkd_cents": 1}
    assert pointers(await client.patch(path, json=body, headers=seen)) == ["/fee_hkd_cents"]
    body = {"teach_out_on": "2026-12-31"}
    assert (await client.patch(path, json=body, headers=seen)).json()["revision"] == 4
    lines = (await client.get(f"{COURSES}/CPCS/versions", headers=admin)).json()
    assert [(line["number"], line["state"]) for line in lines] == [(1, "closed")]


async def test_an_english_title_is_ours_until_the_issuer_confirms_it(opened, client):
    admin = await an_admin(opened)
    path = f"{COURSES}/CRMD"
    assert (await client.get(path)).json()["title_en_status"] == "unverified"
    body = {"title_en": "Certified CRM Director"}
    confirmed = await client.post(
        f"{path}/title-confirmation", json=body, headers=admin | {"If-Match": '"1"'}
    )
    assert confirmed.json()["title_en_status"] == "verified"
    edited = await client.patch(
        path, json={"title_en": "CRM Chief"}, headers=admin | {"If-Match": '"2"'}
    )
    assert edited.json()["title_en_status"] == "unverified"
    null = await client.patch(path, json={"title_en": None}, headers=admin | {"If-Match": '"3"'})
    assert pointers(null) == ["/title_en"]


async def test_a_new_course_comes_last_and_its_code_is_its_own(opened, client):
    admin = await an_admin(opened)
    body = {
        "code": "CTMS",
        "title_zh_hant": "電話推廣主管",
        "title_en": "Certified Telemarketing Supervisor",
        "family": "contact_centre",
    }
    made = await client.post(COURSES, json=body, headers=admin)
    assert (made.json()["position"], made.json()["title_en_status"]) == (14, "unverified")
    assert problem(await client.post(COURSES, json=body, headers=admin)) == (
        409,
        "course_code_taken",
    )


async def test_only_admins_run_the_catalogue_and_drafts_are_for_staff(opened, client):
    await an_admin(opened)
    async with opened.works.write(SYSTEM) as work:
        await a_course(work, "OPENED")
    body = {"effective_from": "2026-01-01"}
    path = f"{COURSES}/OPENED/versions"
    assert (await client.get(path)).status_code == 401
    for role, reads in ((None, 403), (Role.AUDITOR, 200), (Role.TRAINER, 200)):
        _, headers = await somebody(opened, role)
        assert (await client.get(path, headers=headers)).status_code == reads
        assert (await client.post(path, json=body, headers=headers)).status_code == 403
