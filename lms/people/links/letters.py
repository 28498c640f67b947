"""What the letter of a one-time link holds, asked for at the moment of writing it.

Here alone is it looked up whether an address is known: requests over HTTP do the same work and
answer the same for every address, and only the owner of the mailbox learns more.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from lms.kernel.ids import token_hash
from lms.kernel.work import Work
from lms.people.links.derivation import derived_token
from lms.people.links.models import OneTimeLink, Purpose
from lms.people.persons.models import Person, PersonState
from lms.people.persons.names import Language
from lms.people.persons.queries import person_by_email


class LetterKind(StrEnum):
    """The letters that links lead to; each has a template."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a kind of letter, no password
    INVITE_MANAGER = "invite_manager"
    INVITE_STAFF = "invite_staff"
    ADDRESS_KNOWN = "address_known"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. `token` goes into its link; a letter that says "you have an account" has none."""

    kind: LetterKind
    email: str
    language: Language
    subject: dict[str, Any]
    token: str | None
    hours: int


async def letter_of(work: Work, secret: bytes, link_id: UUID) -> Letter | None:
    """The letter of a link, and its token's hash stored; None when nothing is to be written.

    Asked again for the same link, it answers the same, so a crash while mailing does no harm.
    """
    link = await work.session.get(OneTimeLink, link_id, with_for_update={"key_share": True})
    if link is None or link.used_at is not None or link.cancelled_at is not None:
        return None
    person = await person_by_email(work.session, link.email)
    kind = _kind(link.purpose, person)
    token = None
    if kind is None or kind is LetterKind.ADDRESS_KNOWN:
        link.cancelled_at = work.now()
    else:
        token = token_of(secret, link)
        link.token_hash = token_hash(token)
    if kind is None:
        return None
    link.sent_at = work.now()
    return Letter(
        kind=kind,
        email=link.email,
        language=person.language if person else link.language,
        subject=link.subject,
        token=token,
        hours=link.hours,
    )


def token_of(secret: bytes, link: OneTimeLink) -> str:
    """The token of a link as it stands."""
    return derived_token(secret, link.id, link.nonce)


def _kind(purpose: Purpose, person: Person | None) -> LetterKind | None:
    if purpose is Purpose.VERIFY_EMAIL and person is not None:
        return LetterKind.ADDRESS_KNOWN
    if purpose is Purpose.RESET_PASSWORD and (
        person is None or person.state is not PersonState.ACTIVE
    ):
        return None
    return LetterKind(purpose.value)
