"""What may happen to a certificate after its issue, and what never may."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from asyncpg.exceptions import RestrictViolationError

from certs.issuing.changes.service import AWARD_AFTER, change_status
from certs.issuing.changes.status import Happened
from courses.catalogue.models import CourseVersion
from lms import role_rights
from lms.kernel.actor import Actor
from lms.kernel.problems import Forbidden
from tests.builders.certs import ASchool, Settle
from tests.builders.learning import a_meeting, a_run
from tests.builders.people import signed_in, somebody

REASON = {"reason": "misconduct, case 12"}


class _Counting:
    """Centres that only remember when they were asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def before(self, *_: Any) -> None:
        self.asked.append("before")

    async def changed(self, *_: Any) -> None:
        self.asked.append("changed")


async def _post(school: ASchool, client: Any, row: Any, act: str, **headers: Any) -> Any:
    return await client.post(
        f"/api/v1/certificates/{row['id']}/{act}", json=REASON, headers=headers or school.headers
    )


async def _taken_back(school: ASchool, client: Any, row: Any, act: str) -> None:
    """A proposal by one admin, approved by the other."""
    proposed = await _post(school, client, row, act)
    assert proposed.status_code == 201, proposed.text
    approved = await client.post(
        f"/api/v1/proposals/{proposed.json()['id']}/approval",
        json={"reason": "I read the file too"},
        headers=school.second_headers,
    )
    assert approved.status_code == 200, approved.text


async def _standing(school: ASchool, row: Any) -> tuple[str, str]:
    certificate = await school.certificate_of(row["person_id"])
    award = await school.award_of(row["person_id"])
    return certificate["status"], award["state"]


async def test_a_suspension_and_its_end(school: ASchool, settle: Settle, client: Any) -> None:
    row = await school.certified(settle)
    assert (await _post(school, client, row, "suspension")).status_code == 201
    assert await _standing(school, row) == ("suspended", "suspended")
    again = await _post(school, client, row, "suspension")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/certificate_status")
    assert (await _post(school, client, row, "reinstatement")).status_code == 201
    assert await _standing(school, row) == ("issued", "in_force")
    after = await school.certificate_of(row["person_id"])
    assert after["last_day"] == row["last_day"]


@pytest.mark.parametrize(("act", "status"), [("revocation", "revoked"), ("voiding", "void")])
async def test_taking_back_needs_a_second_person(
    school: ASchool, settle: Settle, client: Any, act: str, status: str
) -> None:
    row = await school.certified(settle)
    proposed = await _post(school, client, row, act)
    alone = await client.post(
        f"/api/v1/proposals/{proposed.json()['id']}/approval",
        json={"reason": "I approve myself"},
        headers=school.headers,
    )
    assert (alone.status_code, alone.json()["type"]) == (409, "/problems/second_person_needed")
    assert await _standing(school, row) == ("issued", "in_force")
    approved = await client.post(
        f"/api/v1/proposals/{proposed.json()['id']}/approval",
        json={"reason": "I read the file too"},
        headers=school.second_headers,
    )
    assert approved.status_code == 200
    assert await _standing(school, row) == (status, status)
    event = await school.row("SELECT * FROM status_event WHERE position = 2")
    assert (event["reason"], event["decided_by"]) == (REASON["reason"], school.second)


async def test_what_was_revoked_never_lives_again(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    await _taken_back(school, client, row, "revocation")
    for act in ("suspension", "reinstatement", "revocation"):
        assert (await _post(school, client, row, act)).status_code == 409
    async with school.opened.works.write(Actor.system("test")) as work:
        await work.emit(school.passes[0])
    await settle()
    assert await _standing(school, row) == ("revoked", "revoked")
    assert await school.opened.pool.fetchval("SELECT count(*) FROM certificate") == 1
    for table, column in (("award", "state = 'in_force'"), ("certificate", "status = 'issued'")):
        with pytest.raises(RestrictViolationError, match="never lives again"):
            await school.opened.pool.execute(f"UPDATE {table} SET {column}")  # noqa: S608 - ours


async def test_a_new_pass_after_a_revocation_is_a_new_certificate(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    await _taken_back(school, client, row, "revocation")
    new = await school.certified(settle, row["person_id"])
    assert (new["id"] != row["id"], new["status"], new["serial"]) == (True, "issued", 2)
    old = await school.row("SELECT status FROM certificate WHERE id = $1", row["id"])
    assert old["status"] == "revoked"


async def test_what_was_revoked_may_turn_out_void(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    await _taken_back(school, client, row, "revocation")
    await _taken_back(school, client, row, "voiding")
    assert await _standing(school, row) == ("void", "void")


async def test_its_history_tells_a_past_day_as_it_was(
    school: ASchool, settle: Settle, client: Any, clock: Any
) -> None:
    row = await school.certified(settle)
    clock.advance(timedelta(days=10))
    headers = await signed_in(school.opened, school.admin)
    await _post(school, client, row, "suspension", **headers)
    told = {}
    for day in ("2026-03-01", "2026-03-05", "2026-03-12"):
        answer = await client.get(
            f"/api/v1/certificates/{row['id']}", params={"as_of": day}, headers=headers
        )
        told[day] = answer.json()["standing"]
    assert told == {"2026-03-01": None, "2026-03-05": "valid", "2026-03-12": "suspended"}


@pytest.mark.parametrize("happened", sorted(AWARD_AFTER))
async def test_the_centres_are_held_before_and_counted_after(
    school: ASchool, settle: Settle, happened: Happened
) -> None:
    row = await school.certified(settle)
    if happened is Happened.REINSTATED:
        await _act(school, row["id"], Happened.SUSPENDED, _Counting())
    counting = _Counting()
    await _act(school, row["id"], happened, counting)
    assert counting.asked == ["before", "changed"]


async def _act(school: ASchool, certificate_id: UUID, happened: Happened, counting: Any) -> None:
    actor = Actor(kind="person", person_id=school.admin, rights=_all_rights(), reach="issuer")
    async with school.opened.works.write(actor) as work:
        await change_status(work, counting, certificate_id, happened, "test")


def _all_rights() -> Any:
    return role_rights.rights([("admin", None)])


async def test_whoever_trained_the_holder_does_not_decide(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    await _trained_by(school, row["person_id"], school.admin)
    for act in ("suspension", "revocation", "voiding"):
        refused = await _post(school, client, row, act)
        assert (refused.status_code, refused.json()["type"]) == (
            409,
            "/problems/trained_by_decider",
        )
    assert (await _post(school, client, row, "suspension", **school.second_headers)).is_success


async def _trained_by(school: ASchool, person_id: UUID, trainer_id: UUID) -> None:
    async with school.opened.works.write(Actor.system("test")) as work:
        version = await work.session.get_one(CourseVersion, school.version_id)
        run = await a_run(work, version)
        await a_meeting(work, run.id, trainer_id=trainer_id)
    await school.opened.pool.execute(
        "UPDATE enrolment SET class_id = $1 WHERE person_id = $2", run.id, person_id
    )


async def test_only_issuer_staff_with_the_right_may(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    _, learner = await somebody(school.opened)
    for act in ("suspension", "reinstatement", "revocation", "voiding"):
        assert (await _post(school, client, row, act, **learner)).status_code == 403
    with pytest.raises(Forbidden):
        async with school.opened.works.write(
            Actor(kind="person", person_id=row["person_id"])
        ) as work:
            await change_status(work, _Counting(), row["id"], Happened.SUSPENDED, "test")
