"""Letters of one-time links, and what companies are told of their registration.

Notices about learning and certification are in `courses/notices.py` and `certs/notices.py`.
"""

import functools
from typing import Any
from uuid import UUID, uuid5

from lms.kernel.events import Handler
from lms.kernel.work import Work
from lms.notify.service import send, send_to_managers
from lms.orgs.centres.events import CentreRegistered
from lms.orgs.centres.models import Centre
from lms.orgs.organisations.events import OrganisationRefused, OrganisationRegistered
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
        ),
        Handler("notify.on_organisation_registered", OrganisationRegistered, on_registered),
        Handler("notify.on_organisation_refused", OrganisationRefused, on_refused),
        Handler("notify.on_centre_registered", CentreRegistered, on_centre_registered),
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


async def on_registered(work: Work, happened: OrganisationRegistered) -> None:
    """Tell the managers; a company that an admin registered unasked has none yet to tell."""
    await send_to_managers(
        work,
        organisation_id=happened.organisation_id,
        template="organisation_registered",
        cause=happened.organisation_id,
        context=await _company(work, happened.organisation_id),
    )


async def on_refused(work: Work, happened: OrganisationRefused) -> None:
    """Tell who applied, and why not."""
    if happened.applied_by is None:
        return
    await send(
        work,
        template="organisation_refused",
        to=happened.applied_by,
        cause=happened.organisation_id,
        context={**await _company(work, happened.organisation_id), "reason": happened.reason},
    )


async def on_centre_registered(work: Work, happened: CentreRegistered) -> None:
    """Tell the managers that from this day the centre can be certified."""
    centre = await work.session.get_one(Centre, happened.centre_id)
    await send_to_managers(
        work,
        organisation_id=happened.organisation_id,
        template="centre_registered",
        cause=happened.centre_id,
        context={
            "centre_zh": centre.name_zh,
            "centre_en": centre.name_en,
            "registered_on": happened.registered_on,
        },
    )


def _cause(link_id: UUID, letter: Letter) -> UUID:
    """One mail for each token of a link: asking again is a new cause, a repeated event is none."""
    return uuid5(link_id, letter.token or letter.kind)


async def _context(work: Work, link_id: UUID, letter: Letter) -> dict[str, Any]:
    if letter.kind not in INVITATIONS:
        return {}
    link = await work.session.get_one(OneTimeLink, link_id)
    return await _company(work, link.scope_id)


async def _company(work: Work, organisation_id: UUID | None) -> dict[str, Any]:
    company = await work.session.get_one(Organisation, organisation_id)
    return {"organisation_zh": company.name_zh, "organisation_en": company.name_en}
