"""An account's owner is told when how they sign in changes, at the address they had before."""

from collections.abc import Awaitable, Callable

import pyotp
from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.clock import FrozenClock
from lms.notify.accounts import CHANGES
from lms.people.grants.roles import Role
from lms.people.persons.events import AccountChange
from lms.people.persons.queries import lock_person
from lms.people.persons.service import change_email
from tests.builders.mail import post, text_of
from tests.builders.people import PASSWORD, a_person, signed_in, somebody, with_password

Client = AsyncTestClient[Litestar]
Settle = Callable[[], Awaitable[int]]
CHAN = "tai.man@example.org"


def test_every_change_has_its_words() -> None:
    assert set(CHANGES) == set(AccountChange)


async def test_the_owner_is_told_of_each_change_but_not_of_the_beginning(
    opened: Platform, client: Client, settle: Settle, clock: FrozenClock
) -> None:
    async with opened.works.write(Actor.system("test")) as work:
        person = await a_person(work, email=CHAN)
    await with_password(opened, person.id)
    headers = await signed_in(opened, person.id)
    path = "/api/v1/me/second-factor"
    begun = await client.post(path, headers=headers, json={"password": PASSWORD})
    code = pyotp.TOTP(begun.json()["secret"]).at(clock.now())
    confirmed = await client.post(f"{path}/confirmation", headers=headers, json={"code": code})
    recovery = confirmed.json()["recovery_codes"][0]
    shown = {"email": CHAN, "password": PASSWORD, "code": recovery}
    assert (await client.post("/api/v1/auth/token", json=shown)).status_code == 200
    _, admin = await somebody(opened, Role.ADMIN)
    path = f"/api/v1/people/{person.id}/second-factor-removal"
    await client.post(path, headers=admin, json={"reason": "the phone was stolen"})
    await with_password(opened, person.id, "seven ferries to Cheung Chau")
    async with opened.works.write(Actor.system("test")) as work:
        await change_email(work, await lock_person(work.session, person.id), "new@example.org")
    await settle()
    mails = await post(opened)
    assert [mail["To"] for mail in mails] == [CHAN] * 5
    assert {mail["Subject"].partition(": ")[2] for mail in mails} == {
        english for _, english in CHANGES.values()
    }
    assert all(recovery not in text_of(mail) for mail in mails)
    assert await opened.pool.fetchval("SELECT count(*) FROM account_notice") == 0


async def test_no_address_stays_in_the_events_and_whoever_takes_it_over_gets_no_mail(
    opened: Platform, settle: Settle
) -> None:
    """Two changes before the worker comes: each is told where the account was at that moment."""
    async with opened.works.write(Actor.system("test")) as work:
        person = await a_person(work, email=CHAN)
    for address in ("new@example.org", "newer@example.org"):
        async with opened.works.write(Actor.system("test")) as work:
            await change_email(work, await lock_person(work.session, person.id), address)
    await settle()
    assert [mail["To"] for mail in await post(opened)] == [CHAN, "new@example.org"]
    kept = await opened.pool.fetch("SELECT payload::text AS said FROM event")
    assert len(kept) == 2
    assert not any("@" in row["said"] for row in kept)
