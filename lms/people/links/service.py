"""Making, using, resending and cancelling one-time links. Their letters are in `letters.py`.

What a link says it is for (`subject`) is trusted: only our own verbs make links.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import update
from sqlmodel import col

from lms.audit.service import record
from lms.kernel.ids import new_token, token_hash
from lms.kernel.problems import Conflict, Problem
from lms.kernel.work import Work, Works
from lms.people.links.events import LinkMade
from lms.people.links.models import OneTimeLink, Purpose
from lms.people.links.queries import lock_link
from lms.people.persons.addresses import normal_address
from lms.people.persons.names import Language

DEFAULT_HOURS = 72
KEPT_AFTER_EXPIRY = timedelta(days=30)
FORGET = "DELETE FROM one_time_link WHERE expires_at < $1 AND scope_id IS NULL"


async def make_link(
    work: Work,
    purpose: Purpose,
    *,
    email: str,
    subject: Mapping[str, Any] | None = None,
    language: Language = Language.ZH_HANT,
    scope_id: UUID | None = None,
    hours: int = DEFAULT_HOURS,
) -> OneTimeLink:
    """Make a link and have its letter written.

    Raises:
        Invalid: the address is none.
    """
    link = OneTimeLink(
        id=work.new_id(),
        purpose=purpose,
        email=normal_address(email),
        language=language,
        scope_id=scope_id,
        subject=msgspec.to_builtins(dict(subject or {})),
        nonce=new_token().encode(),
        hours=hours,
        made_by=work.actor.person_id,
        made_at=work.now(),
        expires_at=work.now() + timedelta(hours=hours),
    )
    work.session.add(link)
    await work.session.flush()
    await record(work, action="link.made", subject=("link", link.id), after=_shown(link))
    await _have_letter_written(work, link)
    return link


async def use_link(work: Work, purpose: Purpose, token: str) -> OneTimeLink:
    """Use a link up in this transaction; of any number at once, one does.

    Raises:
        Problem: `link_not_open`, the same whether it expired, was used, was cancelled or never was.
    """
    used = (
        update(OneTimeLink)
        .where(
            col(OneTimeLink.token_hash) == token_hash(token),
            col(OneTimeLink.purpose) == purpose,
            col(OneTimeLink.used_at).is_(None),
            col(OneTimeLink.cancelled_at).is_(None),
            col(OneTimeLink.expires_at) > work.now(),
        )
        .values(used_at=work.now())
        .returning(OneTimeLink)
    )
    link = (await work.session.scalars(used)).one_or_none()
    if link is None:
        raise Problem(code="link_not_open")
    await record(work, action="link.used", subject=("link", link.id), after=_shown(link))
    return link


async def resend_link(work: Work, link_id: UUID, *, scope_id: UUID | None) -> OneTimeLink:
    """Write its letter again with a new token and the full time; the old token opens nothing.

    Raises:
        NotFound: that scope has no such link.
        Conflict: it was used or cancelled.
    """
    link = await lock_link(work.session, link_id, scope_id=scope_id)
    _refuse_settled(link)
    link.nonce = new_token().encode()
    link.token_hash = None
    link.times_asked += 1
    link.expires_at = work.now() + timedelta(hours=link.hours)
    await record(work, action="link.resent", subject=("link", link.id), after=_shown(link))
    await _have_letter_written(work, link)
    return link


async def cancel_link(work: Work, link_id: UUID, *, scope_id: UUID | None) -> OneTimeLink:
    """Make a link worthless.

    Raises:
        NotFound: that scope has no such link.
        Conflict: it was used or cancelled.
    """
    link = await lock_link(work.session, link_id, scope_id=scope_id)
    _refuse_settled(link)
    link.cancelled_at = work.now()
    await record(work, action="link.cancelled", subject=("link", link.id), after=_shown(link))
    return link


async def forget_settled(works: Works) -> None:
    """Drop people's own links whose time is long over: they hold addresses and names.

    An organisation's invitations stay: they are its record of whom it asked.
    """
    limit = works.clock.now() - KEPT_AFTER_EXPIRY
    await works.pool.execute(FORGET, limit)


async def cancel_links_to(work: Work, purpose: Purpose, email: str) -> None:
    """Make worthless whatever else of one purpose is open to an address, once one was used."""
    await work.session.execute(
        update(OneTimeLink)
        .where(
            col(OneTimeLink.email) == email,
            col(OneTimeLink.purpose) == purpose,
            col(OneTimeLink.used_at).is_(None),
            col(OneTimeLink.cancelled_at).is_(None),
        )
        .values(cancelled_at=work.now())
    )


def _refuse_settled(link: OneTimeLink) -> None:
    if link.used_at is not None or link.cancelled_at is not None:
        raise Conflict("conflict", "this link was used or cancelled")


async def _have_letter_written(work: Work, link: OneTimeLink) -> None:
    await work.emit(
        LinkMade(link_id=link.id, purpose=link.purpose.value, language=link.language.value)
    )


def _shown(link: OneTimeLink) -> dict[str, Any]:
    return {"purpose": link.purpose.value, "scope_id": link.scope_id}
