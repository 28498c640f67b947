"""From a one-time link to the letter that carries its token, and back to using it."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from lms.app import Platform
from lms.issuer.models import ISSUER_ID
from lms.kernel.actor import Actor
from lms.kernel.clock import FrozenClock
from lms.kernel.ids import new_id
from lms.kernel.problems import Problem
from lms.kernel.work import Work
from lms.notify.rendering import template_names
from lms.notify.subscriptions import TEMPLATES
from lms.orgs.organisations.models import Organisation, OrganisationState
from lms.people.links.letters import LetterKind
from lms.people.links.models import OneTimeLink, Purpose
from lms.people.links.service import cancel_link, make_link, resend_link, use_link
from tests.builders.mail import post, text_of
from tests.builders.people import a_person

Settle = Callable[[], Awaitable[int]]
TOKEN = re.compile(r"^    ([\w-]{43})$", re.MULTILINE)
ADDRESS = "new.comer@example.org"


async def a_company(work: Work) -> UUID:
    company = Organisation(
        id=new_id(),
        issuer_id=ISSUER_ID,
        name_zh="維港客服有限公司",
        name_en="Harbour Service Ltd",
        state=OrganisationState.REGISTERED,
        decided_at=work.now(),
    )
    work.session.add(company)
    await work.session.flush()
    return company.id


async def a_link(
    opened: Platform, purpose: Purpose = Purpose.VERIFY_EMAIL, *, email: str = ADDRESS
) -> OneTimeLink:
    async with opened.works.write(Actor.system("test")) as work:
        invites = purpose in {Purpose.INVITE_STAFF, Purpose.INVITE_MANAGER}
        scope = await a_company(work) if invites else None
        return await make_link(work, purpose, email=email, scope_id=scope)


async def the_letter(opened: Platform) -> tuple[str, str]:
    """The one letter that leaves: its text and token."""
    (message,) = await post(opened)
    found = TOKEN.findall(text_of(message))
    assert len(set(found)) == 1
    return text_of(message), found[0]


def test_every_letter_has_a_template() -> None:
    assert set(TEMPLATES) == set(LetterKind)
    assert set(TEMPLATES.values()) <= set(template_names())


@pytest.mark.parametrize("purpose", [Purpose.INVITE_STAFF, Purpose.INVITE_MANAGER])
async def test_an_invitation_names_the_company_and_its_token_opens(
    opened: Platform, settle: Settle, purpose: Purpose
) -> None:
    link = await a_link(opened, purpose)
    await settle()
    text, token = await the_letter(opened)
    assert "維港客服有限公司" in text
    assert "Harbour Service Ltd" in text
    async with opened.works.write(Actor.system("test")) as work:
        assert (await use_link(work, purpose, token)).id == link.id


async def test_no_token_is_stored_anywhere(opened: Platform, settle: Settle) -> None:
    await a_link(opened)
    await settle()
    before = await opened.pool.fetch("SELECT to_jsonb(d)::text FROM delivery AS d")
    _, token = await the_letter(opened)
    after = await opened.pool.fetch(
        "SELECT to_jsonb(d)::text FROM delivery AS d UNION ALL "
        "SELECT payload::text FROM event UNION ALL SELECT to_jsonb(l)::text FROM one_time_link AS l"
    )
    assert all(token not in row[0] for row in (*before, *after))


async def test_a_letter_asked_for_again_carries_the_only_token_that_opens(
    opened: Platform, settle: Settle
) -> None:
    link = await a_link(opened)
    await settle()
    _, old = await the_letter(opened)
    async with opened.works.write(Actor.system("test")) as work:
        await resend_link(work, link.id, scope_id=None)
    await settle()
    _, new = await the_letter(opened)
    assert old != new
    with pytest.raises(Problem, match="link_not_open"):
        async with opened.works.write(Actor.system("test")) as work:
            await use_link(work, Purpose.VERIFY_EMAIL, old)
    async with opened.works.write(Actor.system("test")) as work:
        await use_link(work, Purpose.VERIFY_EMAIL, new)


async def test_a_letter_replaced_before_it_left_is_sent_once(
    opened: Platform, settle: Settle
) -> None:
    link = await a_link(opened)
    await settle()
    async with opened.works.write(Actor.system("test")) as work:
        await resend_link(work, link.id, scope_id=None)
    assert await post(opened) == []
    await settle()
    await the_letter(opened)
    rows = await opened.pool.fetch("SELECT state FROM delivery ORDER BY id")
    assert [row["state"] for row in rows] == ["needless", "sent"]


async def test_a_cancelled_or_outlived_link_is_not_written_about(
    opened: Platform, settle: Settle, clock: FrozenClock
) -> None:
    cancelled = await a_link(opened)
    await a_link(opened, email="slow@example.org")
    await settle()
    async with opened.works.write(Actor.system("test")) as work:
        await cancel_link(work, cancelled.id, scope_id=None)
    clock.advance(timedelta(hours=72))
    assert await post(opened) == []


async def test_an_address_with_an_account_is_told_so_without_a_token(
    opened: Platform, settle: Settle
) -> None:
    async with opened.works.write(Actor.system("test")) as work:
        await a_person(work, email="known@example.org")
    await a_link(opened, email="known@example.org")
    await settle()
    (message,) = await post(opened)
    assert "You already have an account" in message["Subject"]
    assert TOKEN.search(text_of(message)) is None


async def test_a_reset_for_an_unknown_address_sends_nothing(
    opened: Platform, settle: Settle
) -> None:
    await a_link(opened, Purpose.RESET_PASSWORD, email="unknown@example.org")
    await settle()
    assert await post(opened) == []
