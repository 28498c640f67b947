from datetime import UTC, datetime

import pytest

from lms.kernel.ids import new_id
from lms.notify.carrier import LaterError, RefusedError, UnreachableError
from lms.notify.message import Letter
from lms.notify.smtp import SmtpServer
from tests.lms.notify.mail_server import MailServer, closed_port, mail_server

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def a_letter(content: bytes = b"Subject: x\r\n\r\nHello\r\n") -> Letter:
    return Letter(new_id(), AT, "lms@example.org", "tai.man@example.org", content)


def over(server: MailServer) -> SmtpServer:
    return SmtpServer("127.0.0.1", server.port, starttls=False)


async def test_letters_of_a_round_go_over_one_connection() -> None:
    async with mail_server() as server:
        async with over(server).round() as post:
            await post(a_letter())
            await post(a_letter(b"Subject: y\r\n\r\n.dot at the start\r\n"))
        assert server.connections == 1
    assert [letter[:2] for letter in server.letters] == [
        ("lms@example.org", "tai.man@example.org")
    ] * 2
    assert b"\r\n..dot at the start" in server.letters[1][2]


async def test_a_round_without_letters_connects_to_nobody() -> None:
    async with mail_server() as server:
        async with over(server).round():
            pass
        assert server.connections == 0


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"RCPT": "550 no such user"}, RefusedError),
        ({"RCPT": "450 greylisted"}, LaterError),
        ({"DATA": "554 spam"}, RefusedError),
        ({"DATA": "451 later"}, LaterError),
        ({"MAIL": "550 not from you"}, UnreachableError),
        ({"CONNECT": "554 no service"}, UnreachableError),
        ({"CONNECT": "421 busy"}, UnreachableError),
    ],
)
async def test_what_the_server_says_decides_whether_to_try_again(
    answers: dict[str, str], error: type[Exception]
) -> None:
    async with mail_server() as server:
        server.answers = answers
        async with over(server).round() as post:
            with pytest.raises(error) as raised:
                await post(a_letter())
    assert type(raised.value) is error
    assert server.letters == []


async def test_a_refused_letter_does_not_end_the_round() -> None:
    async with mail_server() as server, over(server).round() as post:
        server.answers = {"RCPT": "550 no such user"}
        with pytest.raises(RefusedError):
            await post(a_letter())
        server.answers = {}
        await post(a_letter())
        assert len(server.letters) == 1
        assert server.connections == 1


async def test_nobody_listening_is_unreachable() -> None:
    server = SmtpServer("127.0.0.1", await closed_port(), starttls=False)
    async with server.round() as post:
        with pytest.raises(UnreachableError):
            await post(a_letter())


async def test_a_server_that_hangs_up_is_unreachable() -> None:
    async with mail_server() as server:
        server.hang_up_after_data = True
        async with over(server).round() as post:
            with pytest.raises(UnreachableError):
                await post(a_letter())


async def test_a_server_without_tls_gets_nothing_where_tls_is_asked_for() -> None:
    async with mail_server() as server, SmtpServer("127.0.0.1", server.port).round() as post:
        with pytest.raises(UnreachableError):
            await post(a_letter())
    assert server.letters == []
