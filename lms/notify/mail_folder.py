"""Mail as .eml files under the data folder, for an installation without a mail server."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from lms.notify.carrier import Post, UnreachableError
from lms.notify.message import Letter


@dataclass(frozen=True, slots=True)
class MailFolder:
    """Files sort by the time of the mail; a mail written again replaces its own file.

    The letters hold one-time codes, so the folder is its owner's only, and no file is named after
    its reader.
    """

    folder: Path

    @asynccontextmanager
    async def round(self) -> AsyncIterator[Post]:
        yield self._post

    async def _post(self, letter: Letter) -> None:
        try:
            await asyncio.to_thread(_write, self.folder, letter)
        except OSError as error:
            raise UnreachableError(f"the mail folder: {error.strerror}") from error


def _write(folder: Path, letter: Letter) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{letter.made_at:%Y%m%dT%H%M%S.%f}Z-{letter.id}"
    part, whole = folder / f".{name}.part", folder / f"{name}.eml"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(letter.content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(whole)
