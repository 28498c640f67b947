"""An award whose certificate is not made yet, or is held back by faults, can be taken back."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from asyncpg.exceptions import RestrictViolationError

from certs import parts
from certs.issuing.changes.service import (
    PERMISSION,
    PROPOSALS,
    apply_change,
    propose_for_award,
)
from certs.issuing.changes.status import Happened
from certs.issuing.finishing import finish
from certs.issuing.orders import lock_order
from certs.issuing.queries import certified
from certs.issuing.service import fulfil
from certs.issuing.subscriptions import effects
from lms import role_rights
from lms.approvals.effects import Effect, Effects
from lms.approvals.models import Proposal
from lms.approvals.service import approve
from lms.kernel.actor import Actor
from lms.kernel.db import ISSUER_REACH
from lms.kernel.ids import new_id
from lms.kernel.queue import Delivery, deliver
from tests.builders.certs import ASchool, Settle, a_scheme, deliver_all
from tests.builders.people import a_person
from tests.builders.queueing import in_line

REASON = {"reason": "misconduct, case 12"}
ACTS = [("revocation", "revoked"), ("voiding", "void")]


class _Counting:
    """Centres that only remember when they were asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def before(self, *_: Any) -> None:
        self.asked.append("before")

    async def changed(self, *_: Any) -> None:
        self.asked.append("changed")


async def _held_back(school: ASchool, settle: Settle, person_id: UUID | None = None) -> Any:
    """An award whose order has faults."""
    await school.opened.pool.execute("UPDATE course SET title_en = ' '")
    happened = await school.passing(person_id)
    await settle()
    return await school.award_of(happened.person_id)


async def _mended(school: ASchool, clock: Any) -> None:
    await school.opened.pool.execute("UPDATE course SET title_en = 'Course'")
    clock.advance(timedelta(minutes=1))


async def _finish(school: ASchool) -> None:
    await finish(parts.press(school.opened.settings), school.opened.works)


async def _propose(school: ASchool, client: Any, award: Any, act: str) -> Any:
    return await client.post(
        f"/api/v1/awards/{award['id']}/{act}", json=REASON, headers=school.headers
    )


async def _approve(school: ASchool, client: Any, proposed: Any, **headers: str) -> Any:
    assert proposed.status_code == 201, proposed.text
    return await client.post(
        f"/api/v1/proposals/{proposed.json()['id']}/approval",
        json={"reason": "I read the file too"},
        headers=headers or school.second_headers,
    )


async def _taken_back(school: ASchool, client: Any, award: Any, act: str) -> None:
    answer = await _approve(school, client, await _propose(school, client, award, act))
    assert answer.status_code == 200, answer.text


async def _approving(school: ASchool, proposed: Any, counting: Any) -> None:
    """The approval itself, for the tests that have to stand beside it."""
    kind = PROPOSALS[Happened.REVOKED]

    async def apply(work: Any, payload: dict[str, Any], proposal: Proposal) -> None:
        await apply_change(counting, Happened.REVOKED, work, payload, proposal)

    wired = Effects([Effect(kind, PERMISSION[Happened.REVOKED], apply)])
    actor = Actor(
        "person", school.second, role_rights.rights([("admin", None)]), reach=ISSUER_REACH
    )
    async with school.opened.works.write(actor) as work:
        await approve(work, wired, UUID(proposed.json()["id"]), "I read the file too")


async def _left(school: ASchool) -> tuple[Any, ...]:
    """Orders, certificates and numbers, as they stand."""
    pool = school.opened.pool
    return (
        [row["state"] for row in await pool.fetch("SELECT state FROM certificate_order")],
        await pool.fetchval("SELECT count(*) FROM certificate"),
        await pool.fetchval("SELECT count(*) FROM number_counter"),
    )


@pytest.mark.parametrize(("act", "state"), ACTS)
async def test_nothing_is_issued_for_it_any_more_and_no_number_is_missed(
    school: ASchool, settle: Settle, client: Any, clock: Any, act: str, state: str
) -> None:
    award = await _held_back(school, settle)
    proposed = await _propose(school, client, award, act)
    alone = await _approve(school, client, proposed, **school.headers)
    assert alone.json()["type"] == "/problems/second_person_needed"
    assert (await school.award_of(award["person_id"]))["state"] == "in_force"
    assert (await _approve(school, client, proposed)).status_code == 200
    assert (await school.award_of(award["person_id"]))["state"] == state
    assert await _left(school) == (["withdrawn"], 0, 0)
    entry = await school.row("SELECT * FROM audit_entry WHERE action = $1", f"award.{state}")
    assert (entry["reason"], entry["actor_id"]) == (REASON["reason"], school.second)
    orders = await client.get("/api/v1/certificate-orders", headers=school.headers)
    assert orders.json()["items"] == []
    await _mended(school, clock)
    await _finish(school)
    for row in await school.opened.pool.fetch("SELECT event_id, handler FROM event_delivery"):
        await deliver(school.opened.works, Delivery(row["event_id"], row["handler"]))
    await settle()
    assert await _left(school) == (["withdrawn"], 0, 0)
    assert (await school.certified(settle))["serial"] == 1


async def test_it_counts_on_past_days_until_it_was_revoked_and_void_on_none(
    school: ASchool, settle: Settle, client: Any, clock: Any
) -> None:
    award = await _held_back(school, settle)
    first, person_id = award["from_day"], award["person_id"]
    clock.advance(timedelta(days=3))
    told = {}
    for happened in (Happened.REVOKED, Happened.VOID):
        await _ended(school, award["id"], happened)
        async with school.opened.works.read(Actor.system("test")) as work:
            told[happened] = [
                bool(await certified(work.session, {person_id: first + timedelta(days=number)}))
                for number in (0, 2, 3, 4)
            ]
    assert told[Happened.REVOKED] == [True, True, False, False]
    assert told[Happened.VOID] == [False] * 4
    with pytest.raises(RestrictViolationError, match="never changed"):
        await school.opened.pool.execute("UPDATE award SET revoked_at = NULL")


async def _ended(school: ASchool, award_id: UUID, happened: Happened) -> None:
    """Two admins take it back, without their sessions of three days ago."""
    rights = role_rights.rights([("admin", None)])
    one, other = (
        Actor("person", by, rights, reach=ISSUER_REACH) for by in (school.admin, school.second)
    )
    async with school.opened.works.write(one) as work:
        proposal = await propose_for_award(work, award_id, happened, "misconduct, case 12")
    async with school.opened.works.write(other) as work:
        await approve(work, Effects(effects(parts.fractions())), proposal.id, "I read it too")


async def test_one_that_the_worker_has_not_seen_gets_no_document(
    school: ASchool, settle: Settle, client: Any
) -> None:
    await school.passing()
    await deliver_all(school.opened)
    lost = await school.opened.pool.fetch("DELETE FROM queue.pgqueuer RETURNING payload")
    award = await school.row("SELECT * FROM award")
    await _taken_back(school, client, award, "revocation")
    assert await _left(school) == ([], 0, 0)
    for row in lost:
        await deliver(school.opened.works, Delivery.of(row["payload"]))
    await settle()
    assert await _left(school) == (["withdrawn"], 0, 0)


async def test_what_was_proposed_before_the_fault_was_mended_reaches_the_document(
    school: ASchool, settle: Settle, client: Any, clock: Any
) -> None:
    award = await _held_back(school, settle)
    proposed = await _propose(school, client, award, "revocation")
    await _mended(school, clock)
    await _finish(school)
    certificate = await school.certificate_of(award["person_id"])
    again = await client.post(
        f"/api/v1/certificates/{certificate['id']}/revocation",
        json=REASON,
        headers=school.headers,
    )
    assert again.json()["type"] == "/problems/proposed_already"
    assert (await _approve(school, client, proposed)).status_code == 200
    assert (await school.certificate_of(award["person_id"]))["status"] == "revoked"
    assert (await school.award_of(award["person_id"]))["state"] == "revoked"


@pytest.mark.parametrize(("act", "state"), ACTS)
async def test_an_award_with_a_document_is_taken_back_with_it(
    school: ASchool, settle: Settle, client: Any, act: str, state: str
) -> None:
    row = await school.certified(settle)
    award = await school.award_of(row["person_id"])
    await _taken_back(school, client, award, act)
    assert (await school.certificate_of(row["person_id"]))["status"] == state
    assert (await school.award_of(row["person_id"]))["state"] == state
    again = await _propose(school, client, award, "revocation")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/certificate_status")


async def test_what_was_revoked_may_turn_out_void_and_nothing_more(
    school: ASchool, settle: Settle, client: Any
) -> None:
    award = await _held_back(school, settle)
    await _taken_back(school, client, award, "revocation")
    again = await _propose(school, client, award, "revocation")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/award_status")
    await _taken_back(school, client, award, "voiding")
    assert (await school.award_of(award["person_id"]))["state"] == "void"
    for act, _ in ACTS:
        refused = await _propose(school, client, award, act)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/award_status")


async def test_whoever_holds_it_neither_proposes_nor_approves(
    school: ASchool, settle: Settle, client: Any
) -> None:
    async with school.opened.works.write(Actor.system("test")) as work:
        somebody = await a_person(work)
        await a_scheme(work, school.course_id, somebody.id, version=2)
    own = await _held_back(school, settle, school.admin)
    refused = await _propose(school, client, own, "revocation")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/trained_by_decider")
    theirs = await _held_back(school, settle, school.second)
    approved = await _approve(school, client, await _propose(school, client, theirs, "revocation"))
    assert approved.json()["type"] == "/problems/trained_by_decider"
    assert (await school.award_of(school.second))["state"] == "in_force"


async def test_an_award_that_is_not_there_is_not_found(school: ASchool, client: Any) -> None:
    for act, _ in ACTS:
        assert (await _propose(school, client, {"id": new_id()}, act)).status_code == 404


async def test_the_centres_are_held_before_and_counted_after(
    school: ASchool, settle: Settle, client: Any
) -> None:
    proposed = await _propose(school, client, await _held_back(school, settle), "revocation")
    counting = _Counting()
    await _approving(school, proposed, counting)
    assert counting.asked == ["before", "changed"]


async def test_the_worker_that_comes_during_a_revocation_makes_nothing(
    school: ASchool, settle: Settle, client: Any, clock: Any
) -> None:
    proposed = await _propose(school, client, await _held_back(school, settle), "revocation")
    await _mended(school, clock)
    opened = school.opened

    class Standing(_Counting):
        """Waits, with everything locked, until the worker stands in line."""

        async def changed(self, *_: Any) -> None:
            self.finishing = asyncio.create_task(_finish(school))
            await in_line(opened, 1)

    standing = Standing()
    await _approving(school, proposed, standing)
    await standing.finishing
    await settle()
    assert await _left(school) == (["withdrawn"], 0, 0)


async def test_a_revocation_that_comes_while_the_worker_issues_reaches_what_it_makes(
    school: ASchool, settle: Settle, client: Any, clock: Any
) -> None:
    award = await _held_back(school, settle)
    proposed = await _propose(school, client, award, "revocation")
    await _mended(school, clock)
    order = await school.row("SELECT id FROM certificate_order")
    async with school.opened.works.write(Actor.system("worker")) as work:
        await fulfil(work, parts.press(school.opened.settings), await lock_order(work, order["id"]))
        approving = asyncio.create_task(_approving(school, proposed, parts.fractions()))
        await in_line(school.opened, 1)
    await approving
    await settle()
    certificate = await school.certificate_of(award["person_id"])
    assert (certificate["status"], certificate["serial"]) == ("revoked", 1)
    assert (await school.award_of(award["person_id"]))["state"] == "revoked"
    assert await _left(school) == (["done"], 1, 1)
