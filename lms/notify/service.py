"""Having people told by mail. What is asked for here leaves after the commit (`postman.py`).

The texts are in `templates/`: one file a matter, whose name is what `template` says.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.dialects.postgresql import insert

from lms.issuer.queries import the_issuer
from lms.kernel.work import Work
from lms.notify.models import Delivery, DeliveryState
from lms.notify.rendering import Sender, render
from lms.people.grants.queries import active_holders, open_grants_of_scope
from lms.people.grants.roles import Role
from lms.people.persons.addresses import normal_address
from lms.people.persons.models import PersonState
from lms.people.persons.queries import person_by_id

CONTEXT_MOST = 16 * 1024
LINK_SAMPLE = {"token": "x" * 43, "hours": 72}


async def send(
    work: Work,
    *,
    template: str,
    to: UUID | str,
    cause: UUID,
    context: Mapping[str, Any] | None = None,
    link_id: UUID | None = None,
) -> None:
    """Have one mail sent once this transaction has committed.

    `to` is a person's id, or an address. `cause` is the id of what the mail tells of (a decision, a
    certificate, an event): the same is told once to an address, however often it is asked for.
    `context` holds the template's values: text, numbers, ids and dates. A mail with a one-time link
    names it, and gets `token` and `hours` when it is written. Somebody whose account is disabled
    is not written to.

    Raises:
        jinja2.TemplateError: there is no such template, or the context lacks a name of it.
        ValueError: a value is None, or the context is too large.
        Invalid: the address is none.
    """
    plain = await _checked(work, template, context or {}, with_link=link_id is not None)
    recipient = await _address(work, to)
    if recipient is None:
        return
    row = insert(Delivery).values(
        id=work.new_id(),
        cause_id=cause,
        template=template,
        recipient=recipient,
        link_id=link_id,
        context=plain,
        state=DeliveryState.WAITING,
        tries=0,
        made_at=work.now(),
        next_try_at=work.now(),
    )
    await work.session.execute(row.on_conflict_do_nothing(constraint="uq_delivery_cause"))


async def send_to_managers(
    work: Work,
    *,
    organisation_id: UUID,
    template: str,
    cause: UUID,
    context: Mapping[str, Any] | None = None,
) -> None:
    """Have the same mail sent to everybody who manages a company; see `send`."""
    for grant in await open_grants_of_scope(work.session, organisation_id):
        if grant.role is Role.COMPANY_MANAGER:
            await send(work, template=template, to=grant.person_id, cause=cause, context=context)


async def send_to_admins(
    work: Work, *, template: str, cause: UUID, context: Mapping[str, Any] | None = None
) -> None:
    """Have the same mail sent to every admin of the association; see `send`."""
    for person_id in await active_holders(work.session, [Role.ADMIN]):
        await send(work, template=template, to=person_id, cause=cause, context=context)


async def _checked(
    work: Work, template: str, context: Mapping[str, Any], *, with_link: bool
) -> dict[str, Any]:
    """The context as JSON, after the mail was written once for nobody.

    So what is wrong shows where the mail was asked for, not days later.
    """
    plain: dict[str, Any] = msgspec.to_builtins(dict(context))
    if len(msgspec.json.encode(plain)) > CONTEXT_MOST:
        raise ValueError(f"the context of {template} is too large for a mail")
    issuer = await the_issuer(work.session)
    sender = Sender(issuer.name_zh, issuer.name_en, base_url="https://example.org")
    render(template, {**plain, **LINK_SAMPLE} if with_link else plain, sender)
    return plain


async def _address(work: Work, to: UUID | str) -> str | None:
    if isinstance(to, str):
        return normal_address(to)
    person = await person_by_id(work.session, to)
    if person is None or person.state is not PersonState.ACTIVE:
        return None
    return person.email
