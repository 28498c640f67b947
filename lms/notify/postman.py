"""Carrying the mails that are due: leased, written, carried, settled, each in a short statement.

No transaction is open while a mail server is spoken to, and nothing else waits for it: this is a
tick of the worker, not a handler. A worker that is killed leaves a lease that runs out; what was
recorded as sent is never sent again, and a mail folder's file is the same file.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog
from jinja2 import TemplateError

from lms.issuer.queries import the_issuer
from lms.kernel import metrics
from lms.kernel.actor import Actor
from lms.kernel.events import Tick
from lms.kernel.ids import token_hash
from lms.kernel.work import Works
from lms.notify.carrier import Carrier, LaterError, Post, RefusedError, UnreachableError
from lms.notify.message import Letter, letter
from lms.notify.models import DeliveryState
from lms.notify.rendering import Sender, render
from lms.notify.retries import TRIES_MOST, next_try
from lms.people.links.letters import token_of
from lms.people.links.models import OneTimeLink

ROUND_MOST = 500
ROUND_LASTS = timedelta(seconds=5)
"""A worker that stops waits for its round, and has ten seconds: one killed over a letter that the
mail server took would send it twice."""

LEASE = timedelta(minutes=2)
KEPT = timedelta(days=90)
ERROR_LONGEST = 500

log = structlog.get_logger(__name__)

LEASE_ONE = """
    UPDATE delivery SET tries = tries + 1, next_try_at = $2
    WHERE id = (
        SELECT id FROM delivery WHERE state = 'waiting' AND next_try_at <= $1
        ORDER BY next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, template, recipient, context::text AS context, link_id, tries, made_at
"""
SETTLE = """
    UPDATE delivery
    SET state = $2, settled_at = $3, next_try_at = NULL, context = NULL, last_error = $4
    WHERE id = $1 AND state = 'waiting'
"""
PUT_OFF = "UPDATE delivery SET next_try_at = $2, last_error = $3 WHERE id = $1"
FORGET = "DELETE FROM delivery WHERE settled_at < $1"


class NeedlessError(Exception):
    """The mail's one-time link was used, cancelled, replaced or outlived: nobody needs it now."""


@dataclass(frozen=True, slots=True)
class Leased:
    """One mail that this round may carry."""

    id: UUID
    template: str
    recipient: str
    context: dict[str, Any]
    link_id: UUID | None
    tries: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Postman:
    """Carries what is due. Made once, from settings."""

    carrier: Carrier
    mail_from: str
    base_url: str
    link_secret: bytes

    def ticks(self) -> tuple[Tick, ...]:
        """What the worker has to look at."""
        return (
            Tick("notify.send-due", timedelta(seconds=1), self.send_due),
            Tick("notify.forget-settled", timedelta(hours=6), forget_settled),
        )

    async def send_due(self, works: Works) -> None:
        """Carry mails whose time has come, until none is left, nobody takes any or time is up."""
        until = works.clock.now() + ROUND_LASTS
        async with self.carrier.round() as post:
            for _ in range(ROUND_MOST):
                if works.clock.now() >= until:
                    return
                leased = await _lease(works)
                if leased is None or not await self._carry(works, leased, post):
                    return

    async def _carry(self, works: Works, leased: Leased, post: Post) -> bool:
        """Carry one and record how it went; answers whether the round goes on."""
        if leased.tries > TRIES_MOST:
            await _settle(works, leased, DeliveryState.GIVEN_UP)
            return True
        try:
            await post(await self._written(works, leased))
        except NeedlessError:
            await _settle(works, leased, DeliveryState.NEEDLESS)
        except LaterError as error:
            await _put_off(works, leased, error)
            return not isinstance(error, UnreachableError)
        except (RefusedError, TemplateError, ValueError) as error:
            await _settle(works, leased, DeliveryState.REFUSED, error)
        else:
            await _settle(works, leased, DeliveryState.SENT)
        return True

    async def _written(self, works: Works, leased: Leased) -> Letter:
        async with works.read(Actor.system("mail")) as work:
            issuer = await the_issuer(work.session)
            context = leased.context
            if leased.link_id is not None:
                link = await work.session.get(OneTimeLink, leased.link_id)
                context = {**context, **self._of_link(link, work.now())}
        sender = Sender(issuer.name_zh, issuer.name_en, self.base_url)
        return letter(
            delivery_id=leased.id,
            made_at=leased.made_at,
            mail_from=self.mail_from,
            recipient=leased.recipient,
            words=render(leased.template, context, sender),
        )

    def _of_link(self, link: OneTimeLink | None, now: datetime) -> dict[str, Any]:
        if link is None or link.used_at or link.cancelled_at or link.expires_at <= now:
            raise NeedlessError
        token = token_of(self.link_secret, link)
        if link.token_hash != token_hash(token):
            raise NeedlessError
        return {"token": token, "hours": link.hours}


async def forget_settled(works: Works) -> None:
    """Drop mails settled long ago: they hold addresses."""
    await works.pool.execute(FORGET, works.clock.now() - KEPT)


async def _lease(works: Works) -> Leased | None:
    now = works.clock.now()
    row = await works.pool.fetchrow(LEASE_ONE, now, now + LEASE)
    if row is None:
        return None
    return Leased(**{**row, "context": msgspec.json.decode(row["context"])})


async def _settle(
    works: Works, leased: Leased, state: DeliveryState, error: Exception | None = None
) -> None:
    why = None if error is None else _told(error)
    if state in {DeliveryState.REFUSED, DeliveryState.GIVEN_UP}:
        log.error("mail not delivered", delivery_id=str(leased.id), state=state.value, why=why)
    metrics.MAILS.labels(state.value).inc()
    await works.pool.execute(SETTLE, leased.id, state.value, works.clock.now(), why)


async def _put_off(works: Works, leased: Leased, error: LaterError) -> None:
    again = next_try(leased.tries, works.clock.now())
    if again is None:
        await _settle(works, leased, DeliveryState.GIVEN_UP, error)
        return
    log.warning("mail put off", delivery_id=str(leased.id), tries=leased.tries, why=_told(error))
    await works.pool.execute(PUT_OFF, leased.id, again, _told(error))


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:ERROR_LONGEST]
