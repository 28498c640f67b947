from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.problems import Invalid, Problem, Unauthenticated
from lms.people.grants.roles import Role
from lms.people.links.letters import LetterKind
from lms.people.links.models import Purpose
from lms.people.links.service import make_link
from lms.people.persons.names import Language, Names
from lms.people.signup import service
from tests.builders.people import (
    PASSWORD,
    a_person,
    letters_to,
    signed_in,
    somebody,
    with_password,
)
from tests.conftest import gather

Client = AsyncTestClient[Litestar]
MAY = "may@example.org"
NEWCOMER = {"email": MAY, "name_zh": "李美", "family_name_en": "LEE", "given_name_en": "May"}


async def post(
    client: Client, path: str, headers: dict[str, str] | None = None, **body: Any
) -> Any:
    return await client.post(f"/api/v1{path}", headers=headers or {}, json=body)


async def token_of_letter(opened: Platform, email: str = MAY) -> str:
    return str((await letters_to(opened, email))[-1].token)


async def test_a_newcomer_signs_up_with_a_verified_address(
    opened: Platform, client: Client
) -> None:
    asked = await post(client, "/signup", **NEWCOMER, language="en")
    assert asked.status_code == 202, asked.text
    assert await opened.pool.fetchval("SELECT count(*) FROM person") == 0
    token = await token_of_letter(opened)
    weak = await post(client, "/signup/completion", token=token, password="leemay")
    assert weak.status_code == 422
    done = await post(client, "/signup/completion", token=token, password=PASSWORD)
    assert done.status_code == 201, done.text
    tokens = (await post(client, "/auth/token", email=MAY, password=PASSWORD)).json()
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    me = (await client.get("/api/v1/me", headers=headers)).json()
    assert (me["printed_zh"], me["printed_en"], me["language"]) == ("李美", "LEE May", "en")
    assert me["email_verified_at"] is not None
    again = await post(client, "/signup/completion", token=token, password=PASSWORD)
    assert again.status_code == 410


async def test_a_known_address_is_answered_the_same_and_told_by_mail(
    opened: Platform, client: Client
) -> None:
    async with opened.works.write(Actor.system("test")) as work:
        await a_person(work, email=MAY)
    known = await post(client, "/signup", **NEWCOMER)
    unknown = await post(client, "/signup", **{**NEWCOMER, "email": "new@example.org"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    letters = await letters_to(opened, MAY)
    assert [(one.kind, one.token) for one in letters] == [(LetterKind.ADDRESS_KNOWN, None)]


async def test_signing_up_twice_makes_one_person(opened: Platform, client: Client) -> None:
    for _ in range(2):
        await post(client, "/signup", **NEWCOMER)
    tokens = [str(one.token) for one in await letters_to(opened, MAY)]
    works, desk, nobody = opened.works, opened.people.desk, Actor.anonymous()
    ends = await gather(
        *(
            service.complete_sign_up(works, desk, nobody, token=one, password=PASSWORD)
            for one in tokens
        )
    )
    assert len(ends) == 2
    assert sum(isinstance(end, UUID) for end in ends) == 1
    assert await opened.pool.fetchval("SELECT count(*) FROM person") == 1


async def test_every_fault_of_a_sign_up_is_told(client: Client) -> None:
    answer = await post(client, "/signup", email="nobody", name_zh="Lee", family_name_en="李")
    assert answer.status_code == 422
    pointers = [fault["pointer"] for fault in answer.json()["errors"]]
    assert pointers == ["/name_zh", "/family_name_en", "/email"]


async def test_staff_enters_somebody_who_then_sets_a_password(
    opened: Platform, client: Client
) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    entered = await post(client, "/people", admin, **NEWCOMER)
    assert entered.status_code == 201, entered.text
    assert entered.json()["email_verified_at"] is None
    token = await token_of_letter(opened)
    reset = await post(client, "/auth/password-resets", token=token, password=PASSWORD)
    assert reset.status_code == 204
    assert (await post(client, "/auth/token", email=MAY, password=PASSWORD)).status_code == 200
    twice = await post(client, "/people", admin, **NEWCOMER)
    assert twice.json()["type"] == "/problems/email_taken"
    unnamed = await post(client, "/people", admin, email="may at home")
    assert [one["pointer"] for one in unnamed.json()["errors"]] == ["/name_zh", "/email"]
    _, learner = await somebody(opened)
    assert (await post(client, "/people", learner, **NEWCOMER)).status_code == 403


async def test_a_repeat_under_one_key_enters_one_person(opened: Platform, client: Client) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    keyed = {**admin, "Idempotency-Key": "entering-may"}
    first = await post(client, "/people", keyed, **NEWCOMER)
    again = await post(client, "/people", keyed, **NEWCOMER)
    assert (again.status_code, again.json()) == (201, first.json())


async def test_another_address_counts_once_its_letter_is_answered(
    opened: Platform, client: Client
) -> None:
    person_id, headers = await somebody(opened)
    await with_password(opened, person_id)
    asked = await post(client, "/me/email-changes", headers, email=MAY, password=PASSWORD)
    assert asked.status_code == 202, asked.text
    token = await token_of_letter(opened)
    wrong = await post(client, "/signup/completion", token=token, password=PASSWORD)
    assert wrong.status_code == 410, "it enters nobody"
    assert (await post(client, "/auth/email-confirmations", token=token)).status_code == 204
    assert (await client.get("/api/v1/me", headers=headers)).json()["email"] == MAY
    assert (await post(client, "/auth/email-confirmations", token=token)).status_code == 410


async def test_another_address_that_a_thief_asked_for_is_worthless_after_a_new_password(
    opened: Platform, client: Client
) -> None:
    person_id, thief = await somebody(opened)
    await with_password(opened, person_id)
    await post(client, "/me/email-changes", thief, email=MAY, password=PASSWORD)
    token = await token_of_letter(opened)
    await with_password(opened, person_id, "seven ferries to Cheung Chau")
    assert (await post(client, "/auth/email-confirmations", token=token)).status_code == 410
    assert await opened.pool.fetchval("SELECT email FROM person") != MAY


async def test_a_letter_of_sign_up_changes_no_address(opened: Platform, client: Client) -> None:
    await post(client, "/signup", **NEWCOMER)
    token = await token_of_letter(opened)
    assert (await post(client, "/auth/email-confirmations", token=token)).status_code == 410
    done = await post(client, "/signup/completion", token=token, password=PASSWORD)
    assert done.status_code == 201, "the refusal did not use the link up"


async def an_invitation(opened: Platform) -> str:
    async with opened.works.write(Actor.system("test")) as work:
        await make_link(work, Purpose.INVITE_STAFF, email=MAY, subject={"staff": "s1"})
    return await token_of_letter(opened)


async def a_newcomer(opened: Platform, password: str = PASSWORD) -> service.Newcomer:
    names = Names(family_en="LEE", given_en="May")
    return await service.accepted_newcomer(opened.people.desk, MAY, names, Language.EN, password)


async def accept(
    opened: Platform, actor: Actor, token: str, newcomer: service.Newcomer | None
) -> UUID:
    async with opened.works.write(actor.reaching_issuer("accepts an invitation")) as work:
        person_id, link = await service.accept_invitation(
            work, Purpose.INVITE_STAFF, token, newcomer
        )
        assert link.subject == {"staff": "s1"}
        return person_id


async def test_a_newcomer_accepts_an_invitation_with_a_password(
    opened: Platform, client: Client
) -> None:
    token = await an_invitation(opened)
    assert (await service.invited(opened.works, Purpose.INVITE_STAFF, token)).email == MAY
    person_id = await accept(opened, Actor.anonymous(), token, await a_newcomer(opened))
    tokens = await post(client, "/auth/token", email=MAY, password=PASSWORD)
    assert tokens.status_code == 200
    me = await client.get("/api/v1/me", headers=await signed_in(opened, person_id))
    assert me.json()["email"] == MAY
    with pytest.raises(Problem):
        await service.invited(opened.works, Purpose.INVITE_STAFF, token)


async def test_somebody_signed_in_accepts_for_themselves(opened: Platform) -> None:
    token = await an_invitation(opened)
    person_id, headers = await somebody(opened)
    actor = await opened.people.authentication.actor_of(headers["Authorization"])
    assert await accept(opened, actor, token, None) == person_id


async def test_without_either_nobody_accepts_and_the_link_stays(opened: Platform) -> None:
    token = await an_invitation(opened)
    with pytest.raises(Unauthenticated):
        await accept(opened, Actor.anonymous(), token, None)
    await service.invited(opened.works, Purpose.INVITE_STAFF, token)


async def test_whoever_is_registered_signs_in_first(opened: Platform) -> None:
    token = await an_invitation(opened)
    async with opened.works.write(Actor.system("test")) as work:
        await a_person(work, email=MAY)
    with pytest.raises(Problem, match="email_taken"):
        await accept(opened, Actor.anonymous(), token, await a_newcomer(opened))
    await service.invited(opened.works, Purpose.INVITE_STAFF, token)


async def test_a_newcomers_password_is_held_to_the_rules(opened: Platform) -> None:
    with pytest.raises(Invalid) as refused:
        await a_newcomer(opened, "lee may")
    assert {fault.pointer for fault in refused.value.faults} == {"/password"}
