"""From a released pass to a signed certificate, and what interrupts the way."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from asyncpg.exceptions import CheckViolationError, RestrictViolationError

from certs import parts
from certs.events import AwardMade
from certs.issuing import service
from certs.issuing.documents.payload import payload_hash
from certs.issuing.finishing import finish
from certs.issuing.numbers.number import Kind, read_number
from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.queue import Delivery, TryAgain, deliver
from tests.builders.certs import ASchool, Settle, deliver_all

SYSTEM = Actor.system("test")
CHANGED = {"id", "number", "verification_code", "serial", "award_id", "payload"}


async def test_a_pass_becomes_a_signed_certificate(school: ASchool, settle: Settle) -> None:
    row = await school.certified(settle)
    stated = json.loads(row["payload"])
    assert row["number"] == stated["number"]
    assert read_number(row["number"], "APCSC").kind is Kind.PERSON
    assert row["payload_hash"] == payload_hash(row["payload"])
    assert stated["holder"] == {"zh": "陳大文", "en": "CHAN Tai Man"}
    assert stated["certified"]["title_en"] == "Course"
    assert stated["certified"]["version"] == 1
    assert stated["signatories"][0]["name"]["en"] == "Jane Wong"
    assert stated["status_url"].endswith(f"/verify/{row['verification_code']}")
    assert row["token"] is not None
    events = await school.opened.pool.fetch("SELECT happened FROM status_event")
    assert [event["happened"] for event in events] == ["issued"]


async def test_the_award_names_the_rule_and_who_approved_it(
    school: ASchool, settle: Settle
) -> None:
    row = await school.certified(settle)
    award = await school.award_of(row["person_id"])
    assert (award["decider"], award["decided_by"], award["scheme_version"]) == (
        "rule",
        school.admin,
        1,
    )


async def test_the_token_is_checked_against_the_published_keys(
    school: ASchool, settle: Settle, client: Any, clock: Any
) -> None:
    row = await school.certified(settle)
    keys = jwt.PyJWKSet.from_dict((await client.get("/.well-known/jwks.json")).json())
    header = jwt.get_unverified_header(row["token"])
    assert (header["alg"], header["typ"]) == ("ES256", "certificate+jwt")
    options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    claims = jwt.decode(row["token"], keys[header["kid"]], algorithms=["ES256"], options=options)
    assert claims["payload_sha256"] == payload_hash(row["payload"]).hex()
    assert claims["sub"] == row["number"]


@pytest.mark.parametrize("part", [0, 1, 2])
async def test_a_tampered_token_fails(
    school: ASchool, settle: Settle, client: Any, part: int
) -> None:
    row = await school.certified(settle)
    keys = jwt.PyJWKSet.from_dict((await client.get("/.well-known/jwks.json")).json())
    pieces = row["token"].split(".")
    middle = len(pieces[part]) // 2
    swapped = "A" if pieces[part][middle] != "A" else "B"
    pieces[part] = pieces[part][:middle] + swapped + pieces[part][middle + 1 :]
    kid = jwt.get_unverified_header(row["token"])["kid"]
    with pytest.raises(jwt.InvalidTokenError):
        jwt.decode(".".join(pieces), keys[kid], algorithms=["ES256"])


async def test_fifty_at_once_get_fifty_numbers_without_a_gap(
    school: ASchool, settle: Settle
) -> None:
    for _ in range(50):
        await school.passing()
    await deliver_all(school.opened)
    await deliver_all(school.opened)
    await settle()
    rows = await school.opened.pool.fetch("SELECT serial, number, token FROM certificate")
    assert sorted(row["serial"] for row in rows) == list(range(1, 51))
    assert len({row["number"] for row in rows}) == 50
    assert all(row["token"] for row in rows)
    counters = await school.opened.pool.fetch("SELECT kind, year, last FROM number_counter")
    assert [tuple(row) for row in counters] == [("person", 2026, 50)]


async def test_a_repeated_delivery_makes_nothing_twice(school: ASchool, settle: Settle) -> None:
    happened = await school.passing()
    await settle()
    async with school.opened.works.write(SYSTEM) as work:
        await work.emit(happened)
    await settle()
    for table in ("award", "certificate_order", "certificate", "status_event"):
        assert await school.opened.pool.fetchval(f"SELECT count(*) FROM {table}") == 1  # noqa: S608 - our tables


async def test_two_deliveries_of_one_award_at_once_make_one_certificate(
    school: ASchool, settle: Settle
) -> None:
    await school.passing()
    rows = await school.opened.pool.fetch("DELETE FROM queue.pgqueuer RETURNING payload")
    for row in rows:
        await deliver(school.opened.works, Delivery.of(row["payload"]))
    [made] = await school.opened.pool.fetch(
        "SELECT payload FROM event WHERE type LIKE '%award-made%'"
    )
    again = json.loads(made["payload"])
    async with school.opened.works.write(SYSTEM) as work:
        await work.emit(
            AwardMade(
                award_id=UUID(again["award_id"]),
                person_id=UUID(again["person_id"]),
                course_code="CPCS",
            )
        )
    await deliver_all(school.opened)
    await settle()
    assert await school.opened.pool.fetchval("SELECT count(*) FROM certificate") == 1


async def test_a_crash_before_the_number_leaves_none_taken(
    school: ASchool, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: Any, **__: Any) -> None:
        raise ConnectionError("the machine is gone")

    await school.passing()
    with monkeypatch.context() as broken:
        broken.setattr(service, "record", crash)
        await deliver_all(school.opened)
        with pytest.raises(TryAgain):
            await deliver_all(school.opened)
    assert await school.opened.pool.fetchval("SELECT count(*) FROM number_counter") == 0
    assert await school.opened.pool.fetchval("SELECT count(*) FROM certificate") == 0
    await _retry(school.opened)
    await settle()
    assert await school.opened.pool.fetchval("SELECT max(serial) FROM certificate") == 1


async def _retry(opened: Platform) -> None:
    """What PgQueuer does after a failure: the undone deliveries come again."""
    rows = await opened.pool.fetch(
        "SELECT event_id, handler FROM event_delivery WHERE done_at IS NULL"
    )
    for row in rows:
        await deliver(opened.works, Delivery(row["event_id"], row["handler"]))


async def test_a_certificate_that_nobody_signed_is_signed_by_the_tick(
    school: ASchool, clock: Any
) -> None:
    await school.passing()
    await deliver_all(school.opened)
    await deliver_all(school.opened)
    await school.opened.pool.execute("DELETE FROM queue.pgqueuer")
    assert await school.opened.pool.fetchval("SELECT token FROM certificate") is None
    clock.advance(timedelta(minutes=1))
    await finish(parts.press(school.opened.settings), school.opened.works)
    assert await school.opened.pool.fetchval("SELECT token FROM certificate") is not None


async def test_faults_keep_a_certificate_back_until_they_are_mended(
    school: ASchool, settle: Settle, client: Any, clock: Any
) -> None:
    await school.opened.pool.execute("UPDATE course SET title_en = ' ', title_zh_hant = ''")
    happened = await school.passing()
    await settle()
    assert await school.certificate_of(happened.person_id) is None
    answer = await client.get("/api/v1/certificate-orders", headers=school.headers)
    [order] = answer.json()["items"]
    assert [fault["pointer"] for fault in order["faults"]] == [
        "/certified/title_zh",
        "/certified/title_en",
    ]
    await school.opened.pool.execute("UPDATE course SET title_en = 'C', title_zh_hant = '課'")
    clock.advance(timedelta(minutes=1))
    await finish(parts.press(school.opened.settings), school.opened.works)
    await settle()
    row = await school.certificate_of(happened.person_id)
    assert (row["serial"], row["token"] is not None) == (1, True)


async def test_a_signatory_with_a_fault_is_mended_by_the_schemes_next_version(
    school: ASchool, settle: Settle, client: Any, clock: Any
) -> None:
    for name, happens in (("Jane\u200bWong", school.passing), ("Jane Wong", settle)):
        signatory = {"name": {"en": name}, "title": {"en": "Chairman"}}
        answer = await client.post(
            f"/api/v1/schemes/courses/{school.course_code}",
            json={"automatic": True, "signatories": [signatory], "reason": "board of 1 March"},
            headers=school.headers,
        )
        assert answer.status_code == 201, answer.text
        await happens()
        await settle()
    assert await school.opened.pool.fetchval("SELECT count(*) FROM certificate") == 0
    clock.advance(timedelta(minutes=1))
    await finish(parts.press(school.opened.settings), school.opened.works)
    stated = json.loads(await school.opened.pool.fetchval("SELECT payload FROM certificate"))
    assert stated["signatories"][0]["name"]["en"] == "Jane Wong"


async def test_the_database_refuses_to_change_what_was_issued(
    school: ASchool, settle: Settle
) -> None:
    await school.certified(settle)
    for change in (
        "payload = 'x', payload_hash = sha256('x')",
        "number = 'APCSC-P-2026-000009-0'",
        "last_day = last_day + 1",
        "verification_code = 'X'",
        "token = 'x'",
    ):
        with pytest.raises(RestrictViolationError, match="never changed"):
            await school.opened.pool.execute(f"UPDATE certificate SET {change}")  # noqa: S608 - our columns
    with pytest.raises(RestrictViolationError, match="never changed"):
        await school.opened.pool.execute("DELETE FROM certificate")


async def test_the_database_refuses_bytes_that_are_not_the_hashs_and_changes_without_a_reason(
    school: ASchool, settle: Settle
) -> None:
    row = await school.certified(settle)
    columns = ", ".join(name for name in row.keys() if name not in CHANGED)  # noqa: SIM118 - a Record
    with pytest.raises(CheckViolationError, match="ck_certificate_hash"):
        await school.opened.pool.execute(
            f"INSERT INTO certificate (id, number, verification_code, serial, award_id, "  # noqa: S608 - our columns
            f"payload, {columns}) SELECT gen_random_uuid(), 'x', 'x', 9, award_id, "
            f"payload || ' ', {columns} FROM certificate"
        )
    with pytest.raises(CheckViolationError, match="ck_status_event_says_why"):
        await school.opened.pool.execute(
            "INSERT INTO status_event (certificate_id, position, happened, at, day) "
            "SELECT id, 2, 'suspended', now(), from_day FROM certificate"
        )


async def test_a_name_that_changes_later_leaves_the_certificate_as_it_was(
    school: ASchool, settle: Settle
) -> None:
    row = await school.certified(settle)
    await school.opened.pool.execute("UPDATE person SET name_zh = '另名'")
    again = await school.certificate_of(row["person_id"])
    assert again["payload"] == row["payload"]


async def test_an_issue_never_numbers_past_a_new_year_of_the_issuers_zone(
    school: ASchool, settle: Settle, clock: Any
) -> None:
    clock.at = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    old = await school.certified(settle)
    clock.at = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    new = await school.certified(settle)
    assert (old["year"], old["serial"]) == (2026, 1)
    assert (new["year"], new["serial"]) == (2027, 1)
