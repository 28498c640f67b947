"""Rows of another company, and another learner's: whatever id is used, they do not exist."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar

from lms.app import Platform
from lms.kernel.actor import SIGNED_IN
from lms.people.grants.roles import Role
from lms.role_rights import ROLES, SCOPED_ROLES
from tests.builders.candidates import begin
from tests.builders.exams import a_candidate, an_exam
from tests.builders.people import somebody
from tests.contract.addresses import Address, addresses
from tests.contract.bodies import body_of, fields_of, schema_of
from tests.contract.estate import Client, Company, Estate

IF_MATCH = {"If-Match": '"1"'}


def mixtures(address: Address, mine: Company, theirs: Company) -> Iterator[dict[str, Any]]:
    """The path's ids with at least one of the other company; the organisation is mine."""
    for choice in product((mine, theirs), repeat=len(address.ids)):
        if theirs in choice:
            chosen = {
                name: owner.ids[name] for name, owner in zip(address.ids, choice, strict=True)
            }
            yield mine.ids | chosen


def within_companies(app: Litestar, role: Role) -> Iterator[Address]:
    return (one for one in addresses(app) if one.scoped and one.ids and one.needs in ROLES[role])


async def send(client: Client, headers: dict[str, str], address: Address, ids: dict[str, Any]):
    body = body_of(address, ids)
    return await client.request(
        address.method, address.path(ids), headers=headers | IF_MATCH, json=body
    )


@pytest.mark.parametrize("role", [Role.COMPANY_MANAGER, Role.ADMIN])
async def test_another_companys_ids_exist_under_no_path_of_ones_own(
    app: Litestar, client: Client, estate: Estate, role: Role
) -> None:
    headers = estate.mine.manager if role in SCOPED_ROLES else estate.school.headers
    differences = []
    miss = await client.get("/api/v1/nowhere", headers=headers)
    for address in within_companies(app, role):
        for ids in mixtures(address, estate.mine, estate.theirs):
            answer = await send(client, headers, address, ids)
            if answer.status_code != 404 or answer.content != miss.content:
                differences.append(f"{address.name}: {answer.status_code} {answer.text}")
    assert not differences, "\n".join(differences)


async def test_ones_own_ids_do_exist(app: Litestar, client: Client, estate: Estate) -> None:
    """Else the test before would find nothing because it asks in the wrong way."""
    differences = []
    for address in within_companies(app, Role.ADMIN):
        answer = await send(client, estate.school.headers, address, estate.mine.ids)
        if answer.status_code in (401, 404, 422) or answer.status_code >= 500:
            differences.append(f"{address.name}: {answer.status_code} {answer.text}")
    assert not differences, "\n".join(differences)


COMPANY_IDS = {"centre_id", "to_centre_id", "staff_record_id", "staff_record_ids"}


async def test_another_companys_ids_in_a_body_are_refused(
    app: Litestar, client: Client, estate: Estate
) -> None:
    asked = 0
    for address in (one for one in addresses(app) if one.scoped):
        schema = schema_of(address)
        if schema is None or not COMPANY_IDS & set(fields_of(schema)):
            continue
        answer = await client.request(
            address.method,
            address.path(estate.mine.ids),
            headers=estate.mine.manager | IF_MATCH,
            json=body_of(address, estate.theirs.ids),
        )
        asked += 1
        refused = answer.status_code in (404, 422) or _nothing_was_done(answer)
        assert refused, f"{address.name}: {answer.status_code} {answer.text}"
    assert asked >= 5


def _nothing_was_done(answer: Response) -> bool:
    """A list of invitations is answered one by one: for each id, that there is no such record."""
    codes = [one["code"] for one in answer.json().get("skipped", [])]
    return codes == ["not_found"] and answer.json()["invited"] == []


async def test_another_learners_ids_do_not_exist(
    app: Litestar, client: Client, opened: Platform, estate: Estate
) -> None:
    exam = await an_exam(opened)
    other, learner = await a_candidate(opened, exam), await a_candidate(opened, exam)
    attempt = await begin(client, other, exam)
    [session] = (await client.get("/api/v1/me/sessions", headers=other.headers)).json()
    consent = {"organisation_id": str(estate.mine.ids["organisation_id"])}
    ids = {
        "enrolment_id": other.enrolment_id,
        "attempt_id": attempt["id"],
        "session_id": session["id"],
        "company_id": consent["organisation_id"],
        "position": 1,
    }
    asked = [one for one in addresses(app) if one.needs == SIGNED_IN and one.ids]
    assert {name for one in asked for name in one.ids} == set(ids) - {"position"}
    for address in asked:
        answer = await send(client, learner.headers, address, ids)
        miss = await send(client, learner.headers, address, {"position": 1})
        assert answer.status_code == 404, f"{address.name}: {answer.text}"
        assert answer.content == miss.content, address.name


async def test_ones_own_ids_exist_for_a_learner(
    app: Litestar, client: Client, opened: Platform
) -> None:
    """Else the test before would find nothing because it asks in the wrong way."""
    exam = await an_exam(opened)
    learner = await a_candidate(opened, exam)
    attempt = await begin(client, learner, exam)
    ids = {"enrolment_id": learner.enrolment_id, "attempt_id": attempt["id"], "position": 1}
    for address in addresses(app):
        if address.needs == SIGNED_IN and address.ids and set(address.ids) <= set(ids):
            answer = await send(client, learner.headers, address, ids)
            moving = address.template.endswith("/move")  # to a class, of which there is none
            assert moving or answer.status_code in (200, 409), f"{address.name}: {answer.text}"


async def test_a_learner_sees_no_company_and_no_other_learner_in_any_list(
    app: Litestar, client: Client, opened: Platform, estate: Estate
) -> None:
    """Every list for everybody signed in, read by somebody who owns nothing."""
    _, headers = await somebody(opened)
    for address in addresses(app):
        if address.needs == SIGNED_IN and address.method == "GET" and not address.ids:
            answer = await client.get(address.path(), headers=headers)
            assert answer.status_code == 200, address.name
            for foreign in (*estate.mine.ids.values(), *estate.theirs.ids.values()):
                assert str(foreign) not in answer.text, address.name
