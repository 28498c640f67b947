"""What holders and companies are told, from the act to the letter."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from certs.centres.cases.models import CaseKind
from certs.centres.cases.service import open_case
from certs.centres.evaluations.midnight import MIDNIGHT
from certs.centres.permissions import SANCTION_CENTRES
from certs.centres.sanctions.service import open_investigation
from certs.events import AwardMade, CentreHealthChanged
from certs.issuing.changes.service import change_status
from certs.issuing.changes.status import Happened
from certs.issuing.permissions import MANAGE_CERTIFICATES, REVOKE_CERTIFICATES
from lms.app import Platform
from lms.kernel.actor import Actor, Permission
from lms.kernel.clock import FrozenClock
from lms.kernel.db import ISSUER_REACH
from lms.people.grants.roles import Role
from tests.builders.certs import deliver_all
from tests.builders.mail import post, text_of
from tests.builders.people import a_person
from tests.certs.centres.world import World, a_world

Settle = Callable[[], Awaitable[int]]
MANAGER = "manager@example.org"


@pytest.fixture
async def world(opened: Platform, clock: FrozenClock) -> World:
    made = await a_world(opened.works, clock)
    async with opened.works.write(Actor.system("test")) as work:
        await a_person(
            work, email=MANAGER, role=Role.COMPANY_MANAGER, scope_id=made.organisation_id
        )
    return made


async def letters(opened: Platform, settle: Settle) -> list[tuple[str, str]]:
    """(subject, text) of what the manager gets after everything that is due was handled."""
    await settle()
    found = [message for message in await post(opened) if message["To"] == MANAGER]
    return [(message["Subject"], text_of(message)) for message in found]


async def changed(opened: Platform, world: World, was: str | None, now: str) -> None:
    """The health of a centre changes."""
    centre_id = await world.centre()
    async with opened.works.write(Actor.system("test")) as work:
        await work.emit(
            CentreHealthChanged(
                centre_id=centre_id,
                organisation_id=world.organisation_id,
                day=world.today,
                was=was,
                health=now,
                counted=20,
                qualified=17,
                required=18,
                breaks_on=world.today + timedelta(days=30),
            )
        )


async def a_certificate(opened: Platform, world: World, settle: Settle, email: str) -> UUID:
    """A person's certificate, issued and signed; answers its id."""
    async with opened.works.write(Actor.system("test")) as work:
        person = await a_person(work, email=email)
    award_id = await world.award(person.id, last_day=world.today + timedelta(days=364))
    async with opened.works.write(Actor.system("test")) as work:
        await work.emit(AwardMade(award_id=award_id, person_id=person.id, course_code="CPCS"))
    await settle()
    found: UUID = await opened.pool.fetchval(
        "SELECT id FROM certificate WHERE award_id = $1", award_id
    )
    return found


def admin(world: World) -> Actor:
    rights: dict[Permission, frozenset[UUID] | None] = {
        MANAGE_CERTIFICATES: None,
        REVOKE_CERTIFICATES: None,
    }
    return Actor("person", world.deciders[0], rights=rights, reach=ISSUER_REACH)


def sanctioner(world: World) -> Actor:
    return Actor("person", world.deciders[0], rights={SANCTION_CENTRES: None}, reach=ISSUER_REACH)


async def test_a_holder_is_told_of_the_certificate_and_of_what_becomes_of_it(
    opened: Platform, world: World, settle: Settle
) -> None:
    certificate_id = await a_certificate(opened, world, settle, "holder@example.org")
    (issued,) = [one for one in await post(opened) if one["To"] == "holder@example.org"]
    assert "is issued" in issued["Subject"]
    assert "Valid until: 1 March 2027" in text_of(issued)
    for happened in (Happened.SUSPENDED, Happened.REINSTATED, Happened.SUSPENDED, Happened.REVOKED):
        async with opened.works.write(admin(world)) as work:
            await change_status(work, world.fractions, certificate_id, happened, "test")
        await settle()
        (message,) = await post(opened)
        assert message["To"] == "holder@example.org"
        assert f"is {happened.value}" in message["Subject"]


async def test_nobody_is_congratulated_on_a_certificate_that_ended_before_it_was_signed(
    opened: Platform, world: World, settle: Settle
) -> None:
    async with opened.works.write(Actor.system("test")) as work:
        person = await a_person(work, email="holder@example.org")
    award_id = await world.award(person.id, last_day=world.today + timedelta(days=364))
    async with opened.works.write(Actor.system("test")) as work:
        await work.emit(AwardMade(award_id=award_id, person_id=person.id, course_code="CPCS"))
    await deliver_all(opened)
    ended = await opened.pool.execute("UPDATE certificate SET status = 'revoked'")
    assert ended == "UPDATE 1"
    await settle()
    assert [one for one in await post(opened) if one["To"] == "holder@example.org"] == []


async def test_a_company_is_told_of_its_certificate_and_of_its_renewal(
    opened: Platform, world: World, settle: Settle, clock: FrozenClock
) -> None:
    centre_id = await world.centre()
    await world.certified(centre_id, 9)
    await world.hire(centre_id)
    told = [one for one in await letters(opened, settle) if "registered" not in one[0]]
    ((subject, text), *_) = [one for one in told if "has its centre certificate" in one[0]]
    assert "獲頒中心證書" in subject
    assert "/verify/" in text
    clock.advance(timedelta(days=365))
    await MIDNIGHT.run(opened.works)
    renewed = [one for one in await letters(opened, settle) if "renewed" in one[0]]
    assert len(renewed) == 1
    assert "9 of 10 staff" in renewed[0][1]


async def test_a_renewal_that_is_refused_is_told_with_the_numbers(
    opened: Platform, world: World, settle: Settle, clock: FrozenClock
) -> None:
    centre_id = await world.centre()
    await world.certified(centre_id, 9, last_day=world.today + timedelta(days=100))
    await letters(opened, settle)
    clock.advance(timedelta(days=365))
    await MIDNIGHT.run(opened.works)
    lapsed = [one for one in await letters(opened, settle) if "has lapsed" in one[0]]
    assert len(lapsed) == 1
    assert "0 of 9 staff were qualified and 9 were needed" in lapsed[0][1]


async def test_a_refusal_despite_the_numbers_does_not_blame_them(
    opened: Platform, world: World, settle: Settle, clock: FrozenClock
) -> None:
    centre_id = await world.centre()
    await world.certified(centre_id, 9)
    async with opened.works.write(sanctioner(world)) as work:
        await open_investigation(work, centre_id, "a complaint", None)
    await letters(opened, settle)
    clock.advance(timedelta(days=365))
    await MIDNIGHT.run(opened.works)
    ((_, text),) = [one for one in await letters(opened, settle) if "has lapsed" in one[0]]
    assert "9 of 9 staff were qualified, but automatic issue is on hold" in text
    assert "needed, so" not in text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("award_void", "has been declared void"),
        ("correction", "have been corrected"),
        ("reconciliation", "do not agree"),
    ],
)
async def test_every_admin_is_told_of_a_case_and_no_company_is(
    opened: Platform, world: World, settle: Settle, kind: str, words: str
) -> None:
    async with opened.works.write(Actor.system("test")) as work:
        for name in ("one", "other"):
            await a_person(work, email=f"{name}@example.org", role=Role.ADMIN)
    centre_id = await world.centre()
    async with opened.works.write(Actor.system("test")) as work:
        await open_case(
            work,
            centre_id=centre_id,
            organisation_id=world.organisation_id,
            kind=CaseKind(kind),
            findings={},
        )
    await settle()
    told = [one for one in await post(opened) if "needs your judgement" in one["Subject"]]
    assert sorted(one["To"] for one in told) == ["one@example.org", "other@example.org"]
    assert all(words in text_of(one) for one in told)


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ("ok", "at_risk", "is at risk"),
        (None, "at_risk", "is at risk"),
        ("ok", "below", "is below nine tenths"),
        ("at_risk", "below", "is below nine tenths"),
    ],
)
async def test_a_company_is_told_when_it_becomes_less_safe(
    opened: Platform, world: World, settle: Settle, was: str | None, now: str, words: str
) -> None:
    await changed(opened, world, was, now)
    told = [one for one in await letters(opened, settle) if words in one[0]]
    assert len(told) == 1
    assert "17" in told[0][1]
    assert "18" in told[0][1]


async def test_who_has_nobody_to_spare_is_told_anew_once_the_day_is_known(
    opened: Platform, world: World, settle: Settle, clock: FrozenClock
) -> None:
    centre_id = await world.centre()
    await world.certified(centre_id, 1, last_day=world.today + timedelta(days=99))
    told = [text for subject, text in await letters(opened, settle) if "at risk" in subject]
    assert len(told) == 1
    assert "nobody to spare" in told[0]
    for days in (40, 1):
        clock.advance(timedelta(days=days))
        await MIDNIGHT.run(opened.works)
        await world.hire(await world.centre())
    told = [text for subject, text in await letters(opened, settle) if "at risk" in subject]
    assert len(told) == 1
    assert "10 June 2026" in told[0]


async def test_every_admin_is_told_of_a_centre_that_was_certified_once_its_roster_had_shrunk(
    opened: Platform, world: World, settle: Settle, clock: FrozenClock
) -> None:
    async with opened.works.write(Actor.system("test")) as work:
        await a_person(work, email="one@example.org", role=Role.ADMIN)
    centre_id = await world.centre()
    leavers = [await world.hire(centre_id) for _ in range(2)]
    await world.certified(centre_id, 8)
    clock.advance(timedelta(days=7))
    for leaver in leavers:
        await world.leave(leaver, world.today - timedelta(days=1))
    await settle()
    (told,) = [one for one in await post(opened) if "shrank" in one["Subject"]]
    assert told["To"] == "one@example.org"
    assert "8 of 8 staff qualified" in text_of(told)


@pytest.mark.parametrize(
    ("was", "now"), [("below", "at_risk"), ("below", "ok"), ("at_risk", "ok"), (None, "ok")]
)
async def test_an_improvement_needs_no_mail(
    opened: Platform, world: World, settle: Settle, was: str | None, now: str
) -> None:
    await changed(opened, world, was, now)
    subjects = [subject for subject, _ in await letters(opened, settle)]
    assert all("registered" in subject for subject in subjects)
