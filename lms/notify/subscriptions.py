"""Letters of one-time links. Notices of floors above live in their own subscriptions."""

import functools
from typing import Any
from uuid import UUID, uuid5

from lms.kernel.events import Handler
from lms.kernel.work import Work
from lms.notify.service import send
from lms.orgs.organisations.models import Organisation
from lms.people.links.events import LinkMade
from lms.people.links.letters import Letter, LetterKind, letter_of
from lms.people.links.models import OneTimeLink

TEMPLATES: dict[LetterKind, str] = {
    LetterKind.VERIFY_EMAIL: "email_verification",
    LetterKind.RESET_PASSWORD: "password_reset",
    LetterKind.INVITE_MANAGER: "manager_invitation",
    LetterKind.INVITE_STAFF: "staff_invitation",
    LetterKind.ADDRESS_KNOWN: "address_known",
}
INVITATIONS = frozenset({LetterKind.INVITE_MANAGER, LetterKind.INVITE_STAFF})


def handlers(link_secret: bytes) -> list[Handler]:
    """What is told after events of the floors below."""
    return [
        Handler(
            name="notify.on_link_made",
            event=LinkMade,
            run=functools.partial(on_link_made, link_secret=link_secret),
        )
    ]


async def on_link_made(work: Work, made: LinkMade, *, link_secret: bytes) -> None:
    """Have the letter of a link sent; its token opens something from this commit on."""
    letter = await letter_of(work, link_secret, made.link_id)
    if letter is None:
        return
    await send(
        work,
        template=TEMPLATES[letter.kind],
        to=letter.email,
        cause=_cause(made.link_id, letter),
        context=await _context(work, made.link_id, letter),
        link_id=None if letter.token is None else made.link_id,
    )


def _cause(link_id: UUID, letter: Letter) -> UUID:
    """One mail for each token of a link: asking again is a new cause, a repeated event is none."""
    return uuid5(link_id, letter.token or letter.kind)


async def _context(work: Work, link_id: UUID, letter: Letter) -> dict[str, Any]:
    if letter.kind not in INVITATIONS:
        return {}
    link = await work.session.get_one(OneTimeLink, link_id)
    company = await work.session.get_one(Organisation, link.scope_id)
    return {"organisation_zh": company.name_zh, "organisation_en": company.name_en}
