"""What staff see of attempts and results, and what an unknown id gets."""

from uuid import UUID

import pytest

from lms.app import Platform
from lms.people.grants.roles import Role
from tests.builders.candidates import API, Client, sit
from tests.builders.exams import a_candidate, an_exam
from tests.builders.people import somebody, with_role

NOTHING = UUID("01900000-0000-7000-8000-00000000dead")


async def test_examiners_follow_results_before_their_release(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened, release="by_admin")
    _, examiner = await somebody(opened, Role.EXAMINER)
    candidates = [await a_candidate(opened, exam) for _ in range(3)]
    for rights, candidate in enumerate(candidates, start=1):
        await sit(client, candidate, exam, rights=rights)
    url: str | None = f"{API}/sittings/{exam.sitting_id}/results?limit=2"
    seen = []
    while url is not None:
        page = (await client.get(url, headers=examiner)).json()
        seen += [(row["points"], row["percent"], row["released_at"]) for row in page["items"]]
        cursor = page["next_cursor"]
        url = cursor and f"{API}/sittings/{exam.sitting_id}/results?limit=2&cursor={cursor}"
    assert seen == [("1", "25.00", None), ("2", "50.00", None), ("3", "75.00", None)]


async def test_staff_who_sat_an_exam_wait_for_their_own_result(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened, release="by_admin")
    own, other = [await a_candidate(opened, exam) for _ in range(2)]
    for candidate in (own, other):
        await sit(client, candidate, exam, rights=3)
    await with_role(opened, own.person_id, Role.EXAMINER)
    url = f"{API}/sittings/{exam.sitting_id}/results"

    async def seen() -> list[str]:
        rows = (await client.get(url, headers=own.headers)).json()["items"]
        return [row["person_id"] for row in rows]

    assert await seen() == [str(other.person_id)]
    _, admin = await somebody(opened, Role.ADMIN)
    release = f"{API}/sittings/{exam.sitting_id}/release"
    await client.post(release, json={"reason": "the board has met"}, headers=admin)
    assert await seen() == [str(own.person_id), str(other.person_id)]


async def test_the_record_of_an_attempt_has_answers_and_log(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    attempt = await sit(client, candidate, exam, rights=2)
    _, examiner = await somebody(opened, Role.EXAMINER)
    url = f"{API}/attempts/{attempt['id']}/record"
    record = (await client.get(url, headers=examiner)).json()
    assert [item["revision"] for item in record["items"]] == [1, 1, 1, 1]
    assert [line["kind"] for line in record["log"]] == ["started", *["saved"] * 4, "sealed"]
    assert record["attempt"]["person_id"] == str(candidate.person_id)
    assert len(bytes.fromhex(record["seed"])) == 32
    listed = await client.get(f"{API}/sittings/{exam.sitting_id}/attempts", headers=examiner)
    assert [row["state"] for row in listed.json()["items"]] == ["sealed"]
    own = (await client.get(f"{API}/me/attempts", headers=candidate.headers)).json()
    assert [row["id"] for row in own] == [attempt["id"]]


@pytest.mark.parametrize(
    "path",
    [
        "attempts/{}/record",
        "exams/{}",
        "sittings/{}",
        "question-banks/{}",
        "questions/{}",
        "regrades/{}",
        "sittings/{}/candidates",
    ],
)
async def test_what_is_not_there_is_not_found(client: Client, opened: Platform, path: str) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    answer = await client.get(f"{API}/{path.format(NOTHING)}", headers=admin)
    assert answer.status_code == 404


async def test_time_is_given_to_what_exists_only(client: Client, opened: Platform) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    grant = {"minutes": 5, "reason": "fire alarm"}
    for path, body in (
        (f"attempts/{NOTHING}/grants", grant),
        (f"sittings/{NOTHING}/grants", grant),
        (f"people/{NOTHING}/accommodations", {"extra_percent": 25, "reason": "letter"}),
    ):
        answer = await client.post(f"{API}/{path}", json=body, headers=admin)
        assert answer.status_code == 404, path
