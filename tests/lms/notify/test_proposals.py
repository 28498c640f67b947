"""Who is told that something waits for a second person, and how it was decided."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.notify.proposals import ACTS
from lms.people.grants.roles import Role
from lms.role_rights import roles_with
from tests.builders.mail import post, text_of
from tests.builders.people import a_person, signed_in

Client = AsyncTestClient[Litestar]
Settle = Callable[[], Awaitable[int]]
ASKED = {"name_zh": "陳小文", "reason": "as on the new identity card"}


async def people(opened: Platform) -> dict[str, UUID]:
    """One of each role, and a disabled admin, each with an address that says so."""
    found: dict[str, UUID] = {}
    async with opened.works.write(Actor.system("test")) as work:
        for name, role, scope in (
            ("learner", None, None),
            ("admin", Role.ADMIN, None),
            ("second", Role.ADMIN, None),
            ("gone", Role.ADMIN, None),
            ("auditor", Role.AUDITOR, None),
            ("trainer", Role.TRAINER, None),
            ("examiner", Role.EXAMINER, None),
            ("manager", Role.COMPANY_MANAGER, UUID(int=7)),
        ):
            person = await a_person(work, email=f"{name}@example.org", role=role, scope_id=scope)
            found[name] = person.id
    await opened.pool.execute("UPDATE person SET state = 'disabled' WHERE id = $1", found["gone"])
    return found


def test_every_kind_of_proposal_has_a_name_in_mails(opened: Platform) -> None:
    assert sorted(ACTS) == opened.wiring.effects.kinds()


def test_a_company_decides_no_proposal() -> None:
    assert roles_with() == {"admin", "auditor", "trainer", "examiner"}


async def test_those_who_may_decide_are_told_and_then_the_proposer(
    opened: Platform, client: Client, settle: Settle
) -> None:
    found = await people(opened)
    learner = await signed_in(opened, found["learner"])
    asked = await client.post("/api/v1/me/name-changes", headers=learner, json=ASKED)
    await settle()
    told = await post(opened)
    assert {mail["To"] for mail in told} == {"admin@example.org", "second@example.org"}
    for mail in told:
        assert "another printed name" in mail["Subject"]
        assert text_of(mail).count(asked.json()["id"]) == 2
        assert ASKED["reason"] not in text_of(mail)
    admin = await signed_in(opened, found["admin"])
    path = f"/api/v1/proposals/{asked.json()['id']}/refusal"
    await client.post(path, headers=admin, json={"reason": "the card shows another name"})
    await settle()
    (answer,) = await post(opened)
    assert answer["To"] == "learner@example.org"
    assert "Not approved" in answer["Subject"]
    assert text_of(answer).count("the card shows another name") == 2


async def test_a_proposer_who_may_decide_is_not_asked_and_is_told_of_the_approval(
    opened: Platform, client: Client, settle: Settle
) -> None:
    found = await people(opened)
    admin, second = [await signed_in(opened, found[name]) for name in ("admin", "second")]
    path = f"/api/v1/people/{found['trainer']}/admin-grants"
    asked = await client.post(path, headers=admin, json={"reason": "runs the office"})
    await settle()
    assert [mail["To"] for mail in await post(opened)] == ["second@example.org"]
    path = f"/api/v1/proposals/{asked.json()['id']}/approval"
    await client.post(path, headers=second, json={"reason": "agreed"})
    await settle()
    (answer,) = await post(opened)
    assert (answer["To"], answer["Subject"].partition(" | ")[2]) == (
        "admin@example.org",
        "Approved: another administrator",
    )


async def test_what_was_taken_back_or_decided_before_the_mail_is_told_to_nobody(
    opened: Platform, client: Client, settle: Settle
) -> None:
    found = await people(opened)
    admin = await signed_in(opened, found["admin"])
    path = f"/api/v1/people/{found['trainer']}/admin-grants"
    asked = await client.post(path, headers=admin, json={"reason": "runs the office"})
    path = f"/api/v1/proposals/{asked.json()['id']}/withdrawal"
    await client.post(path, headers=admin, json={"reason": "a mistake"})
    await settle()
    assert await post(opened) == []
