"""Carrying mail: at the right time, once, and again where it was not taken."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.clock import FrozenClock
from lms.kernel.ids import new_id
from lms.notify import postman
from lms.notify.carrier import LaterError, Post, RefusedError, UnreachableError
from lms.notify.equipment import carrier_of, postman_of
from lms.notify.mail_folder import MailFolder
from lms.notify.message import Letter
from lms.notify.models import Delivery, DeliveryState
from lms.notify.postman import KEPT, LEASE, Postman, forget_settled
from lms.notify.retries import TRIES_MOST, WAITS
from lms.notify.service import send
from lms.notify.smtp import SmtpServer
from tests.builders.mail import post, text_of
from tests.lms.notify.mail_server import closed_port, mail_server
from tests.lms.notify.samples import COMPANY


@dataclass
class Carriers:
    """A way of carrying that a test decides about."""

    errors: list[BaseException | None] = field(default_factory=list)
    taken: list[Letter] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    @asynccontextmanager
    async def round(self) -> AsyncIterator[Post]:
        yield self._post

    async def _post(self, letter: Letter) -> None:
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        self.meanwhile()
        self.taken.append(letter)


def by(opened: Platform, carrier: Carriers | SmtpServer) -> Postman:
    return replace(postman_of(opened.settings), carrier=carrier)


async def ask(opened: Platform, address: str = "tai.man@example.org") -> None:
    async with opened.works.write(Actor.system("test")) as work:
        await send(
            work,
            template="organisation_registered",
            to=address,
            cause=new_id(),
            context=COMPANY,
        )


async def states(opened: Platform) -> list[tuple[str, int]]:
    rows = await opened.pool.fetch("SELECT state, tries FROM delivery ORDER BY id")
    return [(row["state"], row["tries"]) for row in rows]


async def test_a_mail_lands_in_the_data_folder_and_is_settled(opened: Platform) -> None:
    await ask(opened)
    (message,) = await post(opened)
    assert message["To"] == "tai.man@example.org"
    assert message["Subject"].startswith("維港客服有限公司 已獲登記 | Harbour Service Ltd")
    assert "亞太顧客服務協會 Asia Pacific Customer Service Consortium" in text_of(message)
    assert opened.settings.base_url in text_of(message)
    assert await states(opened) == [("sent", 1)]
    async with opened.works.read(Actor.system("test")) as work:
        (row,) = (await work.session.execute(Delivery.__table__.select())).all()  # type: ignore[attr-defined]
    assert row.context is None
    assert row.settled_at == opened.works.clock.now()


async def test_a_slow_server_does_not_keep_a_worker_from_stopping(
    opened: Platform, clock: FrozenClock
) -> None:
    carrier = Carriers(meanwhile=lambda: clock.advance(timedelta(seconds=3)))
    for number in range(3):
        await ask(opened, f"reader-{number}@example.org")
    await by(opened, carrier).send_due(opened.works)
    assert len(carrier.taken) == 2
    await by(opened, carrier).send_due(opened.works)
    assert len(carrier.taken) == 3


async def test_what_was_sent_is_never_sent_again(opened: Platform, clock: FrozenClock) -> None:
    carrier = Carriers()
    await ask(opened)
    for _ in range(3):
        await by(opened, carrier).send_due(opened.works)
        clock.advance(timedelta(days=1))
    assert len(carrier.taken) == 1


async def test_two_postmen_at_once_carry_each_mail_once(opened: Platform) -> None:
    carrier = Carriers()
    for n in range(20):
        await ask(opened, f"p{n}@example.org")
    await asyncio.gather(*(by(opened, carrier).send_due(opened.works) for _ in range(3)))
    assert sorted(letter.recipient for letter in carrier.taken) == sorted(
        f"p{n}@example.org" for n in range(20)
    )


async def test_a_refused_connection_is_tried_again_until_a_server_answers(
    opened: Platform, clock: FrozenClock
) -> None:
    await ask(opened)
    away = SmtpServer("127.0.0.1", await closed_port(), starttls=False)
    await by(opened, away).send_due(opened.works)
    assert await states(opened) == [("waiting", 1)]
    async with mail_server() as server:
        back = by(opened, SmtpServer("127.0.0.1", server.port, starttls=False))
        await back.send_due(opened.works)
        assert server.letters == []
        clock.advance(WAITS[0])
        await back.send_due(opened.works)
        await back.send_due(opened.works)
    ((_, recipient, content),) = server.letters
    assert recipient == "tai.man@example.org"
    read = message_from_bytes(content, policy=policy.default)
    assert read["Subject"].endswith("Harbour Service Ltd is registered")
    assert await states(opened) == [("sent", 2)]


async def test_an_unreachable_server_ends_the_round_and_a_deferred_mail_does_not(
    opened: Platform,
) -> None:
    for n in range(3):
        await ask(opened, f"p{n}@example.org")
    carrier = Carriers(errors=[LaterError("450"), UnreachableError("gone")])
    await by(opened, carrier).send_due(opened.works)
    assert carrier.taken == []
    assert await states(opened) == [("waiting", 1), ("waiting", 1), ("waiting", 0)]


async def test_a_refused_mail_is_not_tried_again_and_its_neighbours_leave(opened: Platform) -> None:
    await ask(opened, "gone@example.org")
    await ask(opened, "here@example.org")
    carrier = Carriers(errors=[RefusedError("550 no such user")])
    await by(opened, carrier).send_due(opened.works)
    assert await states(opened) == [("refused", 1), ("sent", 1)]


async def test_days_without_a_server_end_in_giving_up(opened: Platform, clock: FrozenClock) -> None:
    await ask(opened)
    carrier = Carriers(errors=[UnreachableError("gone")] * (TRIES_MOST + 5))
    for wait in (*WAITS, timedelta(days=1), timedelta(days=1)):
        await by(opened, carrier).send_due(opened.works)
        clock.advance(wait)
    assert await states(opened) == [("given_up", TRIES_MOST)]


async def test_a_postman_who_is_killed_leaves_a_lease_that_runs_out(
    opened: Platform, clock: FrozenClock
) -> None:
    await ask(opened)
    carrier = Carriers(errors=[asyncio.CancelledError()])
    with pytest.raises(asyncio.CancelledError):
        await by(opened, carrier).send_due(opened.works)
    await by(opened, carrier).send_due(opened.works)
    assert carrier.taken == []
    clock.advance(LEASE)
    await by(opened, carrier).send_due(opened.works)
    assert len(carrier.taken) == 1


async def test_a_mail_that_kills_its_postman_is_given_up(
    opened: Platform, clock: FrozenClock
) -> None:
    await ask(opened)
    carrier = Carriers(errors=[asyncio.CancelledError() for _ in range(TRIES_MOST)])
    for _ in range(TRIES_MOST):
        with pytest.raises(asyncio.CancelledError):
            await by(opened, carrier).send_due(opened.works)
        clock.advance(LEASE)
    await by(opened, carrier).send_due(opened.works)
    assert await states(opened) == [("given_up", TRIES_MOST + 1)]


async def test_a_round_is_bounded(opened: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postman, "ROUND_MOST", 2)
    carrier = Carriers()
    for n in range(3):
        await ask(opened, f"p{n}@example.org")
    await by(opened, carrier).send_due(opened.works)
    assert len(carrier.taken) == 2


async def test_settled_mails_are_forgotten_and_waiting_ones_are_not(
    opened: Platform, clock: FrozenClock
) -> None:
    await ask(opened)
    await by(opened, Carriers()).send_due(opened.works)
    await ask(opened)
    clock.advance(KEPT + timedelta(seconds=1))
    await forget_settled(opened.works)
    assert await states(opened) == [("waiting", 0)]


def test_the_way_out_follows_the_settings(opened: Platform) -> None:
    assert carrier_of(opened.settings) == MailFolder(opened.settings.data_dir / "mail")
    chosen = opened.settings.model_copy(update={"smtp_host": "mail.example.org"})
    assert carrier_of(chosen) == SmtpServer("mail.example.org", 587)


def test_the_worker_looks_often_enough(opened: Platform) -> None:
    ticks = {tick.name: tick.every for tick in postman_of(opened.settings).ticks()}
    assert ticks["notify.send-due"] <= timedelta(seconds=1)
    assert DeliveryState.SENT.value == "sent"
