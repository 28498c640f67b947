"""What a company is told of its registration and its centres'."""

from collections.abc import Awaitable, Callable

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.db import ISSUER_REACH
from lms.orgs.centres import service as centres
from lms.orgs.organisations import service as organisations
from lms.orgs.organisations.service import CompanyNames
from lms.orgs.ports import FractionListener
from tests.builders.mail import post, text_of
from tests.builders.people import a_person

Settle = Callable[[], Awaitable[int]]
NAMES = CompanyNames("維港客服有限公司", "Harbour Service Ltd")
ADDRESS = "founder@example.org"


class NobodyCounts:
    """No centre's certificate hangs on these rosters."""

    async def before(self, *_: object) -> None: ...

    async def changed(self, *_: object) -> None: ...


async def test_an_applicant_is_told_of_the_registration_and_then_of_the_centres(
    opened: Platform, settle: Settle
) -> None:
    nobody: FractionListener = NobodyCounts()
    async with opened.works.write(Actor.system("test")) as work:
        founder = await a_person(work, email=ADDRESS)
    async with opened.works.write(Actor("person", founder.id, reach=ISSUER_REACH)) as work:
        company = await organisations.apply(work, NAMES, None)
    async with opened.works.write(Actor.system("test")) as work:
        await organisations.register(work, company.id)
        centre = await centres.apply_for(work, company.id, NAMES, "Asia/Hong_Kong")
        await centres.register(work, nobody, company.id, centre.id)
    await settle()
    first, second = sorted(await post(opened), key=lambda message: len(text_of(message)))
    assert {first["To"], second["To"]} == {ADDRESS}
    assert "Harbour Service Ltd is registered" in first["Subject"]
    assert "from 2 March 2026" in text_of(second)


async def test_a_refused_applicant_is_told_why(opened: Platform, settle: Settle) -> None:
    async with opened.works.write(Actor.system("test")) as work:
        founder = await a_person(work, email=ADDRESS)
    async with opened.works.write(Actor("person", founder.id, reach=ISSUER_REACH)) as work:
        company = await organisations.apply(work, NAMES, None)
    async with opened.works.write(Actor.system("test")) as work:
        await organisations.refuse(work, company.id, "the business registration is missing")
    await settle()
    (message,) = await post(opened)
    assert message["To"] == ADDRESS
    assert text_of(message).count("the business registration is missing") == 2


async def test_a_company_without_managers_gets_no_mail(opened: Platform, settle: Settle) -> None:
    async with opened.works.write(Actor.system("test")) as work:
        await organisations.register_new(work, NAMES, None)
    await settle()
    assert await post(opened) == []
