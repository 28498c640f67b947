"""A corrected name: everything that bears the old one is superseded in one act."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest

from certs import parts
from certs.issuing.changes.correction import correct_certificate, correct_name
from certs.issuing.changes.service import apply_change
from certs.issuing.changes.status import Happened
from lms import role_rights
from lms.approvals.models import Proposal
from lms.kernel.actor import Actor
from lms.kernel.db import ISSUER_REACH
from tests.builders.certs import ASchool, Settle, a_school, deliver_all
from tests.builders.queueing import in_line

REASON = "the name was misspelt"


async def _correct(school: ASchool, client: Any, person_id: Any) -> Any:
    return await client.post(
        "/api/v1/certificates/corrections",
        json={"person_id": str(person_id), "reason": REASON},
        headers=school.headers,
    )


async def _renamed(school: ASchool, person_id: Any) -> None:
    await school.opened.pool.execute(
        "UPDATE person SET name_zh = '陳大民' WHERE id = $1", person_id
    )


async def test_all_of_a_persons_certificates_are_superseded_at_once(
    school: ASchool, settle: Settle, client: Any
) -> None:
    other = await a_school(school.opened, code="CCCP")
    first = await school.certified(settle)
    person_id = first["person_id"]
    second = await other.certified(settle, person_id)
    await _renamed(school, person_id)
    answer = await _correct(school, client, person_id)
    assert answer.status_code == 201, answer.text
    await settle()
    rows = await school.opened.pool.fetch("SELECT * FROM certificate ORDER BY serial")
    assert [row["status"] for row in rows] == ["superseded", "superseded", "issued", "issued"]
    assert [row["serial"] for row in rows] == [1, 2, 3, 4]
    assert {row["supersedes_id"] for row in rows[2:]} == {first["id"], second["id"]}
    for row in rows[2:]:
        stated = json.loads(row["payload"])
        assert stated["holder"]["zh"] == "陳大民"
        assert stated["supersedes"] in {first["number"], second["number"]}
        assert row["token"] is not None
    states = await school.opened.pool.fetch("SELECT state FROM award")
    assert {row["state"] for row in states} == {"in_force"}


async def test_a_suspended_certificates_successor_is_suspended_too(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    await client.post(
        f"/api/v1/certificates/{row['id']}/suspension",
        json={"reason": "under enquiry"},
        headers=school.headers,
    )
    await _renamed(school, row["person_id"])
    assert (await _correct(school, client, row["person_id"])).status_code == 201
    new = await school.certificate_of(row["person_id"])
    assert (new["status"], new["supersedes_id"]) == ("suspended", row["id"])


async def test_the_right_name_leaves_nothing_to_correct(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    answer = await _correct(school, client, row["person_id"])
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/nothing_to_correct")


async def test_what_was_revoked_is_not_printed_anew(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    await school.opened.pool.execute("UPDATE award SET state = 'revoked'")
    await school.opened.pool.execute("UPDATE certificate SET status = 'revoked'")
    await _renamed(school, row["person_id"])
    assert (await _correct(school, client, row["person_id"])).status_code == 409
    assert await school.opened.pool.fetchval("SELECT count(*) FROM certificate") == 1


async def test_a_fault_undoes_the_whole_act(school: ASchool, settle: Settle, client: Any) -> None:
    row = await school.certified(settle)
    await _renamed(school, row["person_id"])
    await school.opened.pool.execute("UPDATE course SET title_en = ''")
    answer = await _correct(school, client, row["person_id"])
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/certified/title_en"
    kept = await school.certificate_of(row["person_id"])
    assert (kept["id"], kept["status"]) == (row["id"], "issued")
    assert await school.opened.pool.fetchval("SELECT last FROM number_counter") == 1


async def test_a_name_that_changes_while_a_certificate_is_made_is_on_it(school: ASchool) -> None:
    opened = school.opened
    person_id = (await school.passing()).person_id
    await deliver_all(opened)
    async with opened.pool.acquire() as renaming:
        change = renaming.transaction()
        await change.start()
        await renaming.execute("UPDATE person SET name_zh = '陳大民' WHERE id = $1", person_id)
        making = asyncio.create_task(deliver_all(opened))
        await in_line(opened, 1)
        await change.commit()
    await making
    row = await school.certificate_of(person_id)
    assert json.loads(row["payload"])["holder"]["zh"] == "陳大民"


@pytest.mark.parametrize(("act", "status"), [("revocation", "revoked"), ("voiding", "void")])
async def test_what_was_proposed_before_the_correction_reaches_what_stands_after_it(
    school: ASchool, settle: Settle, client: Any, act: str, status: str
) -> None:
    row = await school.certified(settle)
    proposed = await _propose(school, client, row, act)
    await _renamed(school, row["person_id"])
    assert (await _correct(school, client, row["person_id"])).status_code == 201
    new = await school.certificate_of(row["person_id"])
    assert (await _propose(school, client, new, act)).json()["type"] == "/problems/proposed_already"
    approved = await client.post(
        f"/api/v1/proposals/{proposed.json()['id']}/approval",
        json={"reason": "I read the file too"},
        headers=school.second_headers,
    )
    assert approved.status_code == 200, approved.text
    rows = await school.opened.pool.fetch("SELECT status FROM certificate ORDER BY serial")
    assert [one["status"] for one in rows] == ["superseded", status]
    assert (await school.award_of(row["person_id"]))["state"] == status


@pytest.mark.parametrize("of_the_name", [True, False])
async def test_a_revocation_that_is_approved_during_a_correction_reaches_what_it_makes(
    school: ASchool, settle: Settle, client: Any, of_the_name: bool
) -> None:
    row = await school.certified(settle)
    opened, person_id = school.opened, row["person_id"]
    proposed = await _propose(school, client, row, "revocation")
    await _renamed(school, person_id)
    await opened.pool.execute("UPDATE course SET title_zh_hant = '正名課程'")

    async def approve() -> None:
        async with opened.works.write(_admin(school.second)) as work:
            proposal = await work.session.get_one(Proposal, UUID(proposed.json()["id"]))
            await apply_change(
                parts.fractions(), Happened.REVOKED, work, proposal.payload, proposal
            )

    async with opened.works.write(_admin(school.admin)) as work:
        press = parts.press(opened.settings)
        if of_the_name:
            await correct_name(work, press, person_id, REASON)
        else:
            await correct_certificate(work, press, row["id"], REASON)
        approving = asyncio.create_task(approve())
        await in_line(opened, 1)
    await approving
    assert (await school.certificate_of(person_id))["status"] == "revoked"


def _admin(person_id: Any) -> Actor:
    return Actor("person", person_id, role_rights.rights([("admin", None)]), reach=ISSUER_REACH)


async def _propose(school: ASchool, client: Any, row: Any, act: str) -> Any:
    return await client.post(
        f"/api/v1/certificates/{row['id']}/{act}",
        json={"reason": "misconduct, case 12"},
        headers=school.headers,
    )
