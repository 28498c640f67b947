"""Question banks over the API: imports, versions, who may see keys."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest

from courses.papers.queries import pool_of_bank
from courses.questions.schemas import QUESTIONS_MOST, BankFileIn
from lms.app import Platform
from lms.kernel.problems import Invalid, Unreadable
from lms.people.grants.roles import Role
from tests.builders.candidates import API, Client
from tests.builders.exams import CANARY, SYSTEM, a_course, a_file, a_question
from tests.builders.people import somebody
from tests.builders.queueing import at_once, in_line

Headers = dict[str, str]


@pytest.fixture
async def bank(client: Client, opened: Platform) -> tuple[str, Headers]:
    """An empty bank, and an admin's headers."""
    async with opened.works.write(SYSTEM) as work:
        course, _, _ = await a_course(work)
    _, admin = await somebody(opened, Role.ADMIN)
    body = {"course_id": str(course.id), "title_zh_hant": "庫", "title_en": "Bank"}
    made = await client.post(f"{API}/question-banks", json=body, headers=admin)
    assert made.status_code == 201, made.text
    return made.json()["id"], admin


Bank = tuple[str, Headers]


async def send(client: Client, bank: Bank, file: dict[str, Any]) -> Any:
    bank_id, admin = bank
    return await client.post(f"{API}/question-banks/{bank_id}/imports", json=file, headers=admin)


async def test_an_import_is_idempotent_and_a_change_makes_a_version(
    client: Client, bank: Bank
) -> None:
    first = await send(client, bank, a_file(3))
    assert (first.status_code, first.json()) == (
        200,
        {"created": 3, "new_versions": 0, "moved": 0, "unchanged": 0},
    )
    again = await send(client, bank, a_file(3))
    assert again.json() == {"created": 0, "new_versions": 0, "moved": 0, "unchanged": 3}
    changed = a_file(3)
    changed["questions"][0]["stem"] = {"en": "asked otherwise"}
    changed["questions"][1]["key"] = {"correct": "x"}
    changed["questions"][2]["topic"] = "two"
    changed["topics"].append({"code": "two", "title_zh_hant": "二", "title_en": "Two"})
    outcome = (await send(client, bank, changed)).json()
    assert outcome == {"created": 0, "new_versions": 2, "moved": 1, "unchanged": 0}
    shown = await client.get(f"{API}/question-banks/{bank[0]}", headers=bank[1])
    assert shown.json()["questions_by_topic"] == {"one": 2, "two": 1}
    assert shown.json()["demonstration"] is True


async def test_a_versions_text_and_key_are_never_changed_in_place(
    client: Client, opened: Platform, bank: Bank
) -> None:
    await send(client, bank, a_file(1))
    changed = a_file(1)
    changed["questions"][0]["key"] = {"correct": "x"}
    await send(client, bank, changed)
    rows = await opened.pool.fetch(
        "SELECT v.number AS version, k.number AS key, k.key->>'correct' AS correct"
        " FROM question_version v JOIN question_key k ON k.question_version_id = v.id ORDER BY 1"
    )
    assert [tuple(row) for row in rows] == [(1, 1, CANARY), (2, 1, "x")]
    for statement in (
        "UPDATE question_version SET stem = '{}'",
        "DELETE FROM question_key",
    ):
        with pytest.raises(Exception, match="never changed"):
            await opened.pool.execute(statement)


async def test_every_fault_of_a_file_is_told_at_once_and_nothing_is_written(
    client: Client, opened: Platform, bank: Bank
) -> None:
    file = a_file(4, demonstration="yes")
    one, two, three, _ = file["questions"]
    one["topic"] = "elsewhere"
    two["external_id"] = "q1"
    two["points"] = 0
    three["kind"] = "essay"
    file["questions"][3]["body"]["options"][1]["id"] = CANARY
    file["questions"].append("no question")
    answer = await send(client, bank, file)
    assert answer.status_code == 422
    assert {(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]} == {
        ("/demonstration", "bool_type"),
        ("/questions/0/topic", "unknown_topic"),
        ("/questions/1/external_id", "doubled"),
        ("/questions/1/points", "greater_than_equal"),
        ("/questions/2/kind", "unknown_kind"),
        ("/questions/3/body/options/1/id", "doubled"),
        ("/questions/4", "model_type"),
    }
    assert await opened.pool.fetchval("SELECT count(*) FROM question") == 0


@pytest.mark.parametrize("questions", [[7] * 200_000, [{}] * 200_000])
def test_a_file_with_too_many_questions_is_not_read_to_its_end(questions: list[Any]) -> None:
    with pytest.raises(Invalid) as caught:
        BankFileIn.from_json(json.dumps(a_file(1, questions=questions)).encode())
    faults = caught.value.faults
    assert (faults[0].pointer, faults[0].code) == ("/questions", "too_long")
    assert faults[-1].pointer.startswith(f"/questions/{QUESTIONS_MOST - 1}")


@pytest.mark.parametrize("body", [b'{"a":' * 100_000, b'{"a":"\xff"}', b'{"a":NaN}', b"{", b""])
def test_what_is_no_json_is_told_in_words(body: bytes) -> None:
    with pytest.raises(Unreadable):
        BankFileIn.from_json(body)


async def test_markup_in_a_text_stays_a_text(client: Client, bank: Bank) -> None:
    stem = {"en": "<script>alert(1)</script> & '\"", "zh_hant": "甲<b>乙"}
    file = a_file(1)
    file["questions"][0]["stem"] = stem
    assert (await send(client, bank, file)).status_code == 200
    listed = await client.get(f"{API}/question-banks/{bank[0]}/questions", headers=bank[1])
    assert listed.headers["content-type"] == "application/json"
    assert listed.json()["items"][0]["stem"] == stem


async def test_two_who_change_one_question_come_one_after_the_other(
    client: Client, opened: Platform, bank: Bank
) -> None:
    await send(client, bank, a_file(1))
    url = f"{API}/question-banks/{bank[0]}/questions"
    [line] = (await client.get(url, headers=bank[1])).json()["items"]
    one = f"{API}/questions/{line['id']}"
    headers = {**bank[1], "If-Match": '"1"'}
    changed = a_file(1)
    changed["questions"][0]["stem"] = {"en": "by file"}
    async with opened.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM bank FOR NO KEY UPDATE")
        waiting = asyncio.create_task(
            at_once(
                client.put(one, json=a_question(1, stem={"en": "by one"}), headers=headers),
                client.put(one, json=a_question(1, stem={"en": "by another"}), headers=headers),
                send(client, bank, changed),
            )
        )
        await in_line(opened, 3)
    first, second, file = await waiting
    assert file.status_code == 200
    assert sorted([first.status_code, second.status_code]) in ([200, 412], [412, 412])
    made = await opened.pool.fetchval("SELECT count(*) FROM question_version")
    assert made == (await client.get(one, headers=bank[1])).json()["version_number"]


async def test_a_question_is_added_edited_and_retired(
    client: Client, opened: Platform, bank: Bank
) -> None:
    await send(client, bank, a_file(1))
    bank_id, admin = bank
    url = f"{API}/question-banks/{bank_id}/questions"
    added = await client.post(url, json=a_question(9), headers=admin)
    assert (added.status_code, added.headers["ETag"]) == (201, '"1"')
    taken = await client.post(url, json=a_question(9), headers=admin)
    assert [fault["pointer"] for fault in taken.json()["errors"]] == ["/external_id"]
    one = f"{API}/questions/{added.json()['id']}"
    body = a_question(9, stem={"en": "edited"})
    blind = await client.put(one, json=body, headers=admin)
    assert blind.status_code == 428
    edited = await client.put(one, json=body, headers={**admin, "If-Match": '"1"'})
    assert (edited.json()["version_number"], edited.json()["stem"]) == (2, {"en": "edited"})
    stale = await client.put(one, json=body, headers={**admin, "If-Match": '"1"'})
    assert stale.status_code == 412
    same = await client.put(one, json=body, headers={**admin, "If-Match": '"2"'})
    assert (same.json()["version_number"], same.json()["revision"]) == (2, 2)
    retired = await client.post(
        f"{one}/retirement", json={"reason": "out of date"}, headers={**admin, "If-Match": '"2"'}
    )
    assert retired.json()["retired_at"] is not None
    async with opened.works.read(SYSTEM) as work:
        pool = await pool_of_bank(work.session, UUID(bank_id), ["one"])
    assert len(pool["one"]) == 1
    assert str(pool["one"][0]) != retired.json()["version_id"]
    listed = (await client.get(url, headers=admin)).json()["items"]
    assert [row["external_id"] for row in listed] == ["q1", "q9"]
    assert "key" not in listed[0]


async def test_an_authors_faults_have_pointers(client: Client, bank: Bank) -> None:
    await send(client, bank, a_file(1))
    body = a_question(2, topic="nowhere")
    answer = await client.post(
        f"{API}/question-banks/{bank[0]}/questions", json=body, headers=bank[1]
    )
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/topic"]
    body = a_question(2, key={"correct": "?"}, extra=1, stem={})
    answer = await client.post(
        f"{API}/question-banks/{bank[0]}/questions", json=body, headers=bank[1]
    )
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {
        "/stem",
        "/extra",
        "/key/correct",
    }


async def test_a_bank_belongs_to_a_course_that_exists(client: Client, bank: Bank) -> None:
    body = {"course_id": str(UUID(int=1)), "title_zh_hant": "庫", "title_en": "Bank"}
    answer = await client.post(f"{API}/question-banks", json=body, headers=bank[1])
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/course_id"]
    missing = f"{API}/question-banks/{UUID(int=1)}"
    assert (await client.get(missing, headers=bank[1])).status_code == 404


@pytest.mark.parametrize("role", [None, Role.TRAINER])
async def test_learners_and_trainers_see_no_bank(
    client: Client, opened: Platform, bank: Bank, role: Role | None
) -> None:
    await send(client, bank, a_file(1))
    _, headers = await somebody(opened, role)
    for path in ("question-banks", f"question-banks/{bank[0]}/questions"):
        answer = await client.get(f"{API}/{path}", headers=headers)
        assert answer.status_code == 403
        assert CANARY not in answer.text


async def test_banks_are_listed_by_course(client: Client, bank: Bank) -> None:
    listed = (await client.get(f"{API}/question-banks", headers=bank[1])).json()["items"]
    assert [row["id"] for row in listed] == [bank[0]]
    course_id = listed[0]["course_id"]
    for course, expected in ((course_id, [bank[0]]), (UUID(int=1), [])):
        url = f"{API}/question-banks?course_id={course}"
        found = (await client.get(url, headers=bank[1])).json()["items"]
        assert [row["id"] for row in found] == expected
