import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.clock import FrozenClock
from lms.kernel.ids import new_id
from lms.kernel.paging import PageRequest
from lms.kernel.problems import Conflict, Invalid, NotFound, Problem
from lms.people.links import service
from lms.people.links.letters import Letter, LetterKind
from lms.people.links.models import Purpose
from lms.people.links.queries import unanswered
from tests.builders.people import a_person, letter

SYSTEM = Actor.system("test")
CHAN = "tai.man@example.org"
COMPANY = UUID(int=77)


async def a_link(
    opened: Platform, purpose: Purpose = Purpose.INVITE_STAFF, **more: Any
) -> tuple[UUID, str]:
    async with opened.works.write(SYSTEM) as work:
        link = await service.make_link(work, purpose, email=CHAN, **more)
    written = await letter(opened, link.id)
    assert written is not None
    assert written.token is not None
    return link.id, written.token


async def use(opened: Platform, token: str, purpose: Purpose = Purpose.INVITE_STAFF) -> UUID:
    async with opened.works.write(SYSTEM) as work:
        return (await service.use_link(work, purpose, token)).id


async def refused(opened: Platform, token: str, purpose: Purpose = Purpose.INVITE_STAFF) -> str:
    with pytest.raises(Problem) as problem:
        await use(opened, token, purpose)
    return str(problem.value)


async def test_a_link_is_good_once(opened: Platform) -> None:
    link_id, token = await a_link(opened, subject={"staff": new_id()})
    assert await use(opened, token) == link_id
    await refused(opened, token)


async def test_of_twenty_uses_at_once_one_succeeds(opened: Platform) -> None:
    _, token = await a_link(opened)
    ends = await asyncio.gather(*(use(opened, token) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(end, UUID) for end in ends) == 1
    assert sum(isinstance(end, Problem) for end in ends) == 19


async def test_a_use_that_is_undone_leaves_the_link_good(opened: Platform) -> None:
    _, token = await a_link(opened)
    with pytest.raises(ZeroDivisionError):
        async with opened.works.write(SYSTEM) as work:
            await service.use_link(work, Purpose.INVITE_STAFF, token)
            raise ZeroDivisionError
    await use(opened, token)


async def test_expired_used_cancelled_unknown_and_of_another_purpose_are_one_answer(
    opened: Platform, clock: FrozenClock
) -> None:
    _, used = await a_link(opened)
    await use(opened, used)
    cancelled_id, cancelled = await a_link(opened)
    async with opened.works.write(SYSTEM) as work:
        await service.cancel_link(work, cancelled_id, scope_id=None)
    _, other = await a_link(opened)
    answers = {
        await refused(opened, used),
        await refused(opened, cancelled),
        await refused(opened, "A" * 43),
        await refused(opened, other, Purpose.RESET_PASSWORD),
    }
    clock.advance(timedelta(hours=72))
    answers.add(await refused(opened, other))
    assert answers == {"link_not_open: "}


async def test_it_lives_for_72_hours(opened: Platform, clock: FrozenClock) -> None:
    _, token = await a_link(opened)
    clock.advance(timedelta(hours=72) - timedelta(seconds=1))
    await use(opened, token)


async def test_no_token_is_stored_and_none_is_good_before_its_letter(opened: Platform) -> None:
    async with opened.works.write(SYSTEM) as work:
        link = await service.make_link(work, Purpose.INVITE_STAFF, email=CHAN)
    assert await opened.pool.fetchval("SELECT token_hash FROM one_time_link") is None
    written = await letter(opened, link.id)
    assert written is not None
    stored = str(await opened.pool.fetch("SELECT * FROM one_time_link"))
    told = str(await opened.pool.fetch("SELECT * FROM event")) + str(
        await opened.pool.fetch("SELECT * FROM audit_entry")
    )
    assert str(written.token) not in stored + told


async def test_a_letter_that_is_written_again_has_the_same_token(opened: Platform) -> None:
    link_id, token = await a_link(opened)
    again = await letter(opened, link_id)
    assert again is not None
    assert again.token == token


async def test_a_resend_makes_the_old_token_worthless_and_the_time_full(
    opened: Platform, clock: FrozenClock
) -> None:
    link_id, old = await a_link(opened)
    clock.advance(timedelta(hours=80))
    async with opened.works.write(SYSTEM) as work:
        await service.resend_link(work, link_id, scope_id=None)
    fresh = await letter(opened, link_id)
    assert fresh is not None
    await refused(opened, old)
    clock.advance(timedelta(hours=71))
    assert await use(opened, str(fresh.token)) == link_id


async def test_what_is_settled_is_neither_resent_nor_cancelled(opened: Platform) -> None:
    link_id, token = await a_link(opened)
    await use(opened, token)
    for verb in (service.resend_link, service.cancel_link):
        with pytest.raises(Conflict):
            async with opened.works.write(SYSTEM) as work:
                await verb(work, link_id, scope_id=None)


async def test_another_scopes_link_does_not_exist(opened: Platform) -> None:
    link_id, _ = await a_link(opened, scope_id=COMPANY)
    for scope_id in (None, UUID(int=78)):
        with pytest.raises(NotFound):
            async with opened.works.write(SYSTEM) as work:
                await service.cancel_link(work, link_id, scope_id=scope_id)


async def test_who_has_not_answered_is_listed_for_one_scope(
    opened: Platform, clock: FrozenClock
) -> None:
    first, token = await a_link(opened, scope_id=COMPANY)
    second, _ = await a_link(opened, scope_id=COMPANY)
    third, _ = await a_link(opened, scope_id=COMPANY)
    await a_link(opened, scope_id=UUID(int=78))
    await a_link(opened, Purpose.INVITE_MANAGER, scope_id=COMPANY)
    await use(opened, token)
    clock.advance(timedelta(hours=100))
    async with opened.works.read(SYSTEM) as work:
        rows = await unanswered(
            work.session, COMPANY, [Purpose.INVITE_STAFF], PageRequest(limit=50)
        )
        rest = await unanswered(
            work.session, COMPANY, [Purpose.INVITE_STAFF], PageRequest(after=(str(second),))
        )
    assert [row.id for row in rows] == [second, third], f"{first} was used"
    assert [row.id for row in rest] == [third]


async def test_a_link_to_no_address_is_refused(opened: Platform) -> None:
    with pytest.raises(Invalid):
        async with opened.works.write(SYSTEM) as work:
            await service.make_link(work, Purpose.INVITE_STAFF, email="nobody")


async def made(opened: Platform, purpose: Purpose) -> Letter | None:
    async with opened.works.write(SYSTEM) as work:
        link = await service.make_link(work, purpose, email=CHAN)
    return await letter(opened, link.id)


async def test_only_the_letter_knows_whether_an_address_is_known(opened: Platform) -> None:
    assert await made(opened, Purpose.RESET_PASSWORD) is None
    unknown = await made(opened, Purpose.VERIFY_EMAIL)
    assert unknown is not None
    assert unknown.kind is LetterKind.VERIFY_EMAIL
    async with opened.works.write(SYSTEM) as work:
        await a_person(work, email=CHAN)
    reset = await made(opened, Purpose.RESET_PASSWORD)
    assert reset is not None
    assert (reset.kind, reset.language) == (LetterKind.RESET_PASSWORD, "en")
    known = await made(opened, Purpose.VERIFY_EMAIL)
    assert known is not None
    assert (known.kind, known.token) == (LetterKind.ADDRESS_KNOWN, None)


async def test_a_used_link_has_no_letter(opened: Platform) -> None:
    link_id, token = await a_link(opened)
    await use(opened, token)
    assert await letter(opened, link_id) is None


async def test_peoples_old_links_are_forgotten_and_invitations_kept(
    opened: Platform, clock: FrozenClock
) -> None:
    await a_link(opened)
    await a_link(opened, scope_id=COMPANY)
    clock.advance(timedelta(days=34))
    await service.forget_settled(opened.works)
    scopes = await opened.pool.fetch("SELECT scope_id FROM one_time_link")
    assert [row["scope_id"] for row in scopes] == [COMPANY]
