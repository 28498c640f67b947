"""Asking for mail: what a verb of another slice may rely on."""

from datetime import date
from uuid import UUID

import pytest
from jinja2 import TemplateNotFound, UndefinedError
from sqlalchemy import select

from lms.kernel.actor import Actor
from lms.kernel.ids import new_id
from lms.kernel.problems import Invalid
from lms.kernel.work import Works
from lms.notify.models import Delivery, DeliveryState
from lms.notify.service import send, send_to_managers
from lms.people.grants.roles import Role
from lms.people.persons.models import Person, PersonState
from tests.builders.people import a_person
from tests.lms.notify.samples import COMPANY, SAMPLES

ADDRESS = "tai.man@example.org"


async def deliveries(works: Works) -> list[Delivery]:
    async with works.read(Actor.system("test")) as work:
        return list(await work.session.scalars(select(Delivery).order_by(Delivery.id)))  # type: ignore[arg-type]


async def ask(works: Works, cause: UUID, *, to: UUID | str = ADDRESS) -> None:
    async with works.write(Actor.system("test")) as work:
        await send(work, template="organisation_registered", to=to, cause=cause, context=COMPANY)


async def test_a_mail_waits_until_its_transaction_has_committed(works: Works) -> None:
    await ask(works, new_id())
    (row,) = await deliveries(works)
    assert (row.state, row.recipient, row.tries) == (DeliveryState.WAITING, ADDRESS, 0)
    assert row.context == COMPANY


async def test_a_rollback_takes_the_mail_back(works: Works) -> None:
    with pytest.raises(RuntimeError):
        async with works.write(Actor.system("test")) as work:
            await send(work, template="address_known", to=ADDRESS, cause=new_id())
            raise RuntimeError
    assert await deliveries(works) == []


async def test_the_same_is_told_once_however_often_it_is_asked_for(works: Works) -> None:
    cause = new_id()
    for _ in range(3):
        await ask(works, cause)
    await ask(works, cause, to="somebody.else@example.org")
    await ask(works, new_id())
    assert len(await deliveries(works)) == 3


async def test_a_person_is_written_to_at_the_address_of_the_register(works: Works) -> None:
    async with works.write(Actor.system("test")) as work:
        person = await a_person(work, email="register@example.org")
    await ask(works, new_id(), to=person.id)
    (row,) = await deliveries(works)
    assert row.recipient == "register@example.org"


async def test_nobody_writes_to_a_disabled_account_or_to_a_stranger(works: Works) -> None:
    async with works.write(Actor.system("test")) as work:
        person = await a_person(work)
        (await work.session.get_one(Person, person.id)).state = PersonState.DISABLED
    await ask(works, new_id(), to=person.id)
    await ask(works, new_id(), to=new_id())
    assert await deliveries(works) == []


async def test_all_managers_of_a_company_are_told_and_no_other(works: Works) -> None:
    company = new_id()
    async with works.write(Actor.system("test")) as work:
        for email, scope in [("a@x.org", company), ("b@x.org", company), ("c@x.org", new_id())]:
            await a_person(work, email=email, role=Role.COMPANY_MANAGER, scope_id=scope)
        await send_to_managers(
            work,
            organisation_id=company,
            template="centre_registered",
            cause=new_id(),
            context={"centre_zh": "甲", "centre_en": None, "registered_on": date(2026, 3, 2)},
        )
    assert {row.recipient for row in await deliveries(works)} == {"a@x.org", "b@x.org"}


@pytest.mark.parametrize(
    "address",
    ["nobody", "a@b@c", "a@example.org\r\nBcc: b@example.org", "a@example.org,b@x.org", ""],
)
async def test_what_is_no_single_address_is_refused(works: Works, address: str) -> None:
    with pytest.raises(Invalid):
        await ask(works, new_id(), to=address)


@pytest.mark.parametrize(
    ("mail", "context", "error"),
    [
        ("no_such_mail", {}, TemplateNotFound),
        ("../models", {}, TemplateNotFound),
        ("organisation_registered", {"organisation_zh": None}, UndefinedError),
        ("organisation_registered", {"organisation_zh": None, "organisation_en": None}, ValueError),
        ("organisation_refused", {**COMPANY, "reason": "x" * 20_000}, ValueError),
        ("staff_invitation", SAMPLES["organisation_registered"], UndefinedError),
    ],
)
async def test_a_mail_that_cannot_be_written_fails_where_it_is_asked_for(
    works: Works, mail: str, context: dict[str, object], error: type[Exception]
) -> None:
    async with works.write(Actor.system("test")) as work:
        with pytest.raises(error):
            await send(work, template=mail, to=ADDRESS, cause=new_id(), context=context)
    assert await deliveries(works) == []
