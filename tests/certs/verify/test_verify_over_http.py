"""The public address: hits for ever, misses throttled, nothing to enumerate."""

import hashlib
import json
from typing import Any

from certs.verify.misses import MISSES_MOST
from certs.verify.queries import BY_CODE
from tests.builders.certs import ASchool, Settle
from tests.builders.people import signed_in

BROWSER = {"Accept": "text/html,application/xhtml+xml"}
NOWHERE = "0" * 26


async def test_anybody_sees_what_was_certified_and_how_it_stands(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    answer = await client.get(f"/verify/{row['verification_code']}")
    told = answer.json()
    assert (answer.status_code, told["standing"], told["valid"]) == (200, "valid", True)
    assert told["certificate"] == json.loads(row["payload"])
    assert told["payload_sha256"] == hashlib.sha256(row["payload"]).hexdigest()
    assert told["as_of"] == "2026-03-02T01:00:00Z"
    assert told["token"] == row["token"]


async def test_it_says_nothing_more_than_the_certificate(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    body = (await client.get(f"/verify/{row['verification_code']}")).text
    email = await school.opened.pool.fetchval(
        "SELECT email FROM person WHERE id = $1", row["person_id"]
    )
    for secret in (email, str(row["person_id"]), str(row["award_id"]), str(row["id"])):
        assert secret not in body.replace(row["token"], "")


async def test_browsers_get_a_page(school: ASchool, settle: Settle, client: Any) -> None:
    row = await school.certified(settle)
    answer = await client.get(f"/verify/{row['verification_code']}", headers=BROWSER)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "陳大文" in answer.text
    assert row["number"] in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-robots-tag"].startswith("noindex")
    assert answer.headers["cache-control"] == "no-store"


async def test_the_address_lives_on_whatever_becomes_of_the_certificate(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    superseded = await school.certified(settle)
    await school.opened.pool.execute(
        "UPDATE certificate SET status = 'superseded' WHERE id = $1", superseded["id"]
    )
    told = (await client.get(f"/verify/{superseded['verification_code']}")).json()
    assert (told["standing"], told["valid"]) == ("superseded", False)
    for status in ("suspended", "revoked", "void"):
        await school.opened.pool.execute(
            "UPDATE certificate SET status = $1 WHERE id = $2", status, row["id"]
        )
        told = (await client.get(f"/verify/{row['verification_code']}")).json()
        assert (told["standing"], told["valid"]) == (status, False)
        assert told["certificate"]["holder"]["zh"] == "陳大文"


async def test_a_number_is_no_way_in(school: ASchool, settle: Settle, client: Any) -> None:
    row = await school.certified(settle)
    for guess in (row["number"], row["number"].lower(), str(row["id"]), "1"):
        assert (await client.get(f"/verify/{guess}")).status_code == 404


async def test_only_misses_are_throttled(school: ASchool, settle: Settle, client: Any) -> None:
    row = await school.certified(settle)
    for _ in range(MISSES_MOST):
        assert (await client.get(f"/verify/{NOWHERE}")).status_code == 404
    refused = await client.get(f"/verify/{NOWHERE}")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    page = await client.get(f"/verify/{NOWHERE}", headers=BROWSER)
    assert (page.status_code, "請稍後再試" in page.text) == (429, True)
    assert int(page.headers["retry-after"]) > 0
    for _ in range(MISSES_MOST + 5):
        assert (await client.get(f"/verify/{row['verification_code']}")).status_code == 200


async def test_a_miss_is_a_page_for_people_and_a_problem_for_programs(client: Any) -> None:
    people = await client.get(f"/verify/{NOWHERE}", headers=BROWSER)
    assert (people.status_code, people.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "沒有證書使用這個查證編碼" in people.text
    programs = await client.get(f"/verify/{NOWHERE}")
    assert programs.headers["content-type"] == "application/problem+json"


async def test_the_code_is_read_as_people_type_it(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    code = row["verification_code"]
    typed = "-".join(code[start : start + 5] for start in range(0, 26, 5)).lower()
    assert (await client.get(f"/verify/{typed}")).status_code == 200


async def test_the_read_is_one_look_into_a_unique_index(school: ASchool, settle: Settle) -> None:
    await school.certified(settle)
    async with school.opened.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        plan = await connection.fetch("EXPLAIN " + BY_CODE.replace("$1", f"'{NOWHERE}'"))
    text = "\n".join(row[0] for row in plan)
    assert "Index Scan using uq_certificate_verification_code" in text


async def test_holders_see_their_own_and_nobody_elses(
    school: ASchool, settle: Settle, client: Any
) -> None:
    mine = await school.certified(settle)
    await school.certified(settle)
    headers = await signed_in(school.opened, mine["person_id"])
    listed = (await client.get("/api/v1/me/certificates", headers=headers)).json()
    assert [row["number"] for row in listed] == [mine["number"]]
    assert listed[0]["standing"] == "valid"
    assert listed[0]["status_url"].endswith(mine["verification_code"])
    assert (await client.get("/api/v1/me/certificates")).status_code == 401
    assert (await client.get("/api/v1/certificates", headers=headers)).status_code == 403
