"""Mail over SMTP: one connection a round, opened at its first letter."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import aiosmtplib
from pydantic import SecretStr

from lms.notify.carrier import LaterError, Post, RefusedError, UnreachableError
from lms.notify.message import Letter

PERMANENT = range(500, 600)
TLS_FROM_THE_START = 465
COMMAND_SECONDS = 15
LETTER_SECONDS = 60


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server. Certificates are checked, both on port 465 and after STARTTLS."""

    host: str
    port: int
    user: str = ""
    password: SecretStr = field(default_factory=lambda: SecretStr(""))
    starttls: bool = True

    @asynccontextmanager
    async def round(self) -> AsyncIterator[Post]:
        client = self._client()

        async def post(letter: Letter) -> None:
            await _connect(client)
            await _hand_over(client, letter)

        try:
            yield post
        finally:
            await _quit(client)

    def _client(self) -> aiosmtplib.SMTP:
        implicit = self.port == TLS_FROM_THE_START
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user or None,
            password=self.password.get_secret_value() or None,
            use_tls=implicit,
            start_tls=self.starttls and not implicit,
            timeout=COMMAND_SECONDS,
        )


async def _connect(client: aiosmtplib.SMTP) -> None:
    if client.is_connected:
        return
    try:
        await client.connect()
    except (aiosmtplib.SMTPException, OSError) as error:
        raise UnreachableError(f"the mail server: {error}") from error


async def _hand_over(client: aiosmtplib.SMTP, letter: Letter) -> None:
    try:
        async with asyncio.timeout(LETTER_SECONDS):
            await client.sendmail(letter.sender, [letter.recipient], letter.content)
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise _about_the_letter(error.recipients[0]) from error
    except aiosmtplib.SMTPDataError as error:
        raise _about_the_letter(error) from error
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        client.close()
        raise UnreachableError(f"the mail server: {error}") from error


def _about_the_letter(error: aiosmtplib.SMTPResponseException) -> Exception:
    kind = RefusedError if error.code in PERMANENT else LaterError
    return kind(f"{error.code} {error.message}")


async def _quit(client: aiosmtplib.SMTP) -> None:
    if client.is_connected:
        with suppress(aiosmtplib.SMTPException, OSError):
            await client.quit()
    client.close()
