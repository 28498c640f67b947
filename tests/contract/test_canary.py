"""The key, the explanation and the points of no question reach a learner, in any answer.

Not in the author's words, not encoded or hashed, not by the order of the options.
"""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from httpx import Response
from litestar import Litestar

from courses.questions import service as questions
from courses.questions.schemas import BankFileIn, BankIn
from lms.app import Platform
from lms.people.grants.roles import Role
from tests.builders import candidates
from tests.builders.certs import a_scheme
from tests.builders.exams import (
    SYSTEM,
    ACandidate,
    AnExam,
    a_candidate,
    a_course,
    a_file,
    a_published_exam,
    a_sitting,
    an_exam,
)
from tests.builders.people import a_person, somebody
from tests.contract.addresses import addresses
from tests.contract.estate import Client, Settle

CANARY = "canary-5e1c"
POINTS = 97
QUESTIONS = 6
SECRET_NAMES = {"key", "correct", "explanation", "effect", "external_id", "seed", "topic"}
ENDING = ("/submission", "/withdrawal", "/logout")
"""What a walk over all routes leaves alone while the attempt runs."""


def canaries(number: int) -> dict[str, str]:
    """The author's names of a question's options; every one is a canary."""
    return {name: f"cn5e1c-{number}-{name}" for name in ("right", "also", "x", "y", "z")}


def a_secret_question(number: int) -> dict[str, Any]:
    """Single or multiple choice, in turn, with a canary wherever the author may write a secret."""
    ids = canaries(number)
    several = number % 2 == 0
    rights = ["right", "also"] if several else ["right"]
    options = [
        {"id": ids[name], "text": {"en": f"{'right' if name in rights else 'wrong'} {name}"}}
        for name in ids
        if several or name != "also"
    ]
    return {
        "external_id": f"{CANARY}-{number}",
        "topic": "one",
        "kind": "multiple_choice" if several else "single_choice",
        "stem": {"en": f"question {number}"},
        "body": {"options": options},
        "key": {"correct": [ids[name] for name in rights] if several else ids["right"]},
        "points": POINTS,
        "explanation": {"en": f"because {CANARY}", "zh_hant": f"因為{CANARY}"},
    }


def disguises() -> Iterator[bytes]:
    """How a canary could still be told by an answer that does not say it."""
    for number in range(1, QUESTIONS + 1):
        for name in (CANARY, *canaries(number).values()):
            raw = name.encode()
            yield raw
            yield raw.hex().encode()
            yield quote(name.encode("utf-16-le")).encode()
            for offset in range(3):
                yield base64.b64encode(b"\0" * offset + raw)[4 : -4 or None]
            for kind in ("md5", "sha1", "sha256"):
                digest = hashlib.new(kind, raw, usedforsecurity=False).digest()
                yield digest.hex().encode()
                yield base64.urlsafe_b64encode(digest)[:20]


DISGUISES = sorted(set(disguises()))


@dataclass
class Watch:
    """Looks at everything that learners are answered; `released` allows points in results."""

    seen: int = 0
    statuses: set[int] = field(default_factory=set)
    off_duty: bool = False

    async def look(self, answer: Response) -> None:
        content = await answer.aread()
        if self.off_duty:
            return
        self.seen += 1
        self.statuses.add(answer.status_code)
        told = content + repr(answer.headers.raw).encode()
        where = f"{answer.request.method} {answer.request.url.path} {answer.status_code}"
        leaked = [name for name in DISGUISES if name in told]
        assert not leaked, f"{where}: {leaked}"
        if "json" in answer.headers.get("content-type", "") and "/schema" not in where:
            for name, value in _leaves(json.loads(content)):
                assert name not in SECRET_NAMES or value is None, f"{where}: {name}={value}"
                assert value != POINTS, f"{where}: {name}={value}"


def _leaves(document: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(document, dict):
        for key, value in document.items():
            yield from _leaves(value, key)
    elif isinstance(document, list):
        for value in document:
            yield from _leaves(value, name)
    else:
        yield name, document


@pytest.fixture
async def watch(client: Client) -> AsyncIterator[Watch]:
    watching = Watch()
    client.event_hooks = {"request": [], "response": [watching.look]}
    yield watching
    client.event_hooks = {"request": [], "response": []}


async def a_secret_exam(opened: Platform) -> AnExam:
    """An exam whose results an admin releases, in a course with a scheme for certificates."""
    file = BankFileIn.model_validate(
        a_file(0, questions=[a_secret_question(number) for number in range(1, QUESTIONS + 1)])
    )
    async with opened.works.write(SYSTEM) as work:
        course, version, [component] = await a_course(work, "SECRET")
        titles = {"title_zh_hant": "庫", "title_en": "Bank"}
        bank = await questions.add_bank(work, BankIn(course_id=course.id, **titles))
        await work.session.flush()
        await questions.import_file(work, bank.id, file)
        await work.session.flush()
        count = QUESTIONS - 2
        exam_id = await a_published_exam(
            work, component.id, bank.id, count, release="by_admin", scoring="each_option"
        )
        sitting = await a_sitting(work, exam_id)
        approver = await a_person(work, role=Role.ADMIN)
        await a_scheme(work, course.id, approver.id)
        return AnExam(course.id, version.id, component.id, bank.id, exam_id, sitting.id, count)


async def walk(
    app: Litestar, client: Client, candidate: ACandidate, ids: dict[str, Any], *, ending: bool
) -> None:
    """Ask every route of the app with one's own ids; what writes is sent an empty body."""
    for address in addresses(app):
        if not ending and address.writes and address.template.endswith(ENDING):
            continue
        headers = candidate.headers | {"If-Match": '"1"'}
        body = {} if address.writes else None
        await client.request(address.method, address.path(ids), headers=headers, json=body)


async def answer_all(
    client: Client, candidate: ACandidate, attempt: dict[str, Any], *, rightly: bool
) -> None:
    """Each question answered, in good and in bad ways, saved again and against a stale revision."""
    for item in attempt["items"]:
        options = item["body"]["options"]
        wanted = "right" if rightly else "wrong"
        chosen = [one["id"] for one in options if one["text"]["en"].startswith(wanted)]
        answer = chosen[0] if item["kind"] == "single_choice" else chosen[:2]
        at = item["position"]
        for bad in ("nothing", ["nothing"], 7, {"correct": True}, [chosen[0]] * 9):
            refused = await candidates.save(client, candidate, attempt, at, bad)
            assert refused.status_code == 422, refused.text
        for revision in (0, 0, 99):
            await candidates.save(client, candidate, attempt, at, answer, revision)
        other = options[-1]["id"] if item["kind"] == "single_choice" else [options[-1]["id"]]
        await candidates.save(client, candidate, attempt, at, other, 0)
    await candidates.save(client, candidate, attempt, 99, "nothing")


async def test_no_answer_of_a_learners_whole_way_holds_a_canary(
    app: Litestar, client: Client, opened: Platform, settle: Settle, watch: Watch
) -> None:
    exam = await a_secret_exam(opened)
    good, poor = await a_candidate(opened, exam), await a_candidate(opened, exam)
    _, admin = await somebody(opened, Role.ADMIN)
    ids: dict[str, Any] = {
        "sitting_id": exam.sitting_id,
        "exam_id": exam.exam_id,
        "bank_id": exam.bank_id,
        "code": "SECRET",
    }
    for one, rightly in ((good, True), (poor, False)):
        attempt = await candidates.begin(client, one, exam)
        own = ids | {"attempt_id": attempt["id"], "enrolment_id": one.enrolment_id, "position": 1}
        await answer_all(client, one, attempt, rightly=rightly)
        if one is good:  # a walk while it runs, and another one when it is sealed
            await walk(app, client, one, own, ending=False)
        assert (await candidates.submit(client, one, attempt)).status_code == 200
        await candidates.submit(client, one, attempt)
        await candidates.save(client, one, attempt, 1, None, 1)
        await settle()
        assert (await candidates.results(client, one))["components"] == []
        if one is poor:
            await walk(app, client, one, own, ending=False)
    watch.off_duty = True
    release = f"/api/v1/sittings/{exam.sitting_id}/release"
    released = await client.post(release, json={"reason": "all are marked"}, headers=admin)
    assert released.json() == {"released": 2}, released.text
    await settle()
    watch.off_duty = False
    [passed] = (await candidates.results(client, good))["components"]
    [failed] = (await candidates.results(client, poor))["components"]
    assert (passed["passed"], failed["passed"]) == (True, False)
    certificates = await client.get("/api/v1/me/certificates", headers=good.headers)
    [certificate] = certificates.json()
    for kind in ("application/json", "text/html"):
        path = f"/verify/{certificate['verification_code']}"
        assert (await client.get(path, headers={"Accept": kind})).status_code == 200
    own = ids | {"attempt_id": passed["attempt_id"], "enrolment_id": good.enrolment_id}
    await walk(app, client, good, own, ending=True)
    assert {200, 201, 403, 404, 409, 422} <= watch.statuses
    assert watch.seen > 600


async def test_the_watch_sees_what_an_admin_may_read(
    client: Client, opened: Platform, watch: Watch
) -> None:
    """Else the test before would prove nothing."""
    exam = await a_secret_exam(opened)
    _, admin = await somebody(opened, Role.ADMIN)
    listed = f"/api/v1/question-banks/{exam.bank_id}/questions"
    with pytest.raises(AssertionError, match=CANARY):
        await client.get(listed, headers=admin)


async def test_an_authors_name_of_an_option_means_nothing_to_a_candidate(
    client: Client, opened: Platform
) -> None:
    """Whoever guesses the author's id of the right option learns no more than by any other word."""
    exam = await a_secret_exam(opened)
    candidate = await a_candidate(opened, exam)
    attempt = await candidates.begin(client, candidate, exam)
    for item in attempt["items"]:
        if item["kind"] == "single_choice":
            number = int(item["stem"]["en"].split()[-1])
            told = [
                await candidates.save(client, candidate, attempt, item["position"], guess)
                for guess in (canaries(number)["right"], canaries(number)["x"], "another-word")
            ]
            assert {answer.status_code for answer in told} == {422}
            assert len({json.dumps(answer.json()["errors"]) for answer in told}) == 1


async def test_neither_place_nor_served_id_tells_the_key(client: Client, opened: Platform) -> None:
    exam = await an_exam(opened, count=20)
    places: Counter[int] = Counter()
    ranks: Counter[int] = Counter()
    for _ in range(12):
        attempt = await candidates.begin(client, await a_candidate(opened, exam), exam)
        for item in attempt["items"]:
            served = [option["id"] for option in item["body"]["options"]]
            key = candidates.right(item)
            places[served.index(key)] += 1
            ranks[sorted(served).index(key)] += 1
    assert set(places) == {0, 1, 2, 3}, places
    assert min(places.values()) > 25, places  # 60 are expected; so few are one in ten million
    assert len(ranks) > 1, ranks  # a question keeps its served ids, so there are only 22 draws
