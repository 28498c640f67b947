from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from lms.kernel.ids import new_id
from lms.notify.carrier import UnreachableError
from lms.notify.mail_folder import MailFolder
from lms.notify.message import Letter

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def a_letter(delivery_id: UUID | None = None, at: datetime = AT, content: bytes = b"x") -> Letter:
    return Letter(delivery_id or new_id(), at, "lms@example.org", "tai.man@example.org", content)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


async def test_files_sort_by_time_and_are_not_named_after_their_reader(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "mail"
    letters = [
        a_letter(at=AT + timedelta(seconds=n), content=b"%d" % n) for n in (3, 0, 100_000, 59)
    ]
    async with MailFolder(folder).round() as post:
        for letter in letters:
            await post(letter)
    files = sorted(folder.iterdir())
    assert [file.read_bytes() for file in files] == [b"0", b"3", b"59", b"100000"]
    assert all(file.suffix == ".eml" and "tai" not in file.name for file in files)


async def test_only_their_owner_reads_them(tmp_path: Path) -> None:
    async with MailFolder(tmp_path / "mail").round() as post:
        await post(a_letter())
    (file,) = (tmp_path / "mail").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o700


async def test_a_mail_written_again_is_the_same_file(tmp_path: Path) -> None:
    letter = a_letter()
    async with MailFolder(tmp_path).round() as post:
        await post(letter)
        await post(letter)
    assert names(tmp_path) == [f"20260302T010000.000000Z-{letter.id}.eml"]


async def test_a_folder_that_cannot_be_written_is_no_carrier(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")
    async with MailFolder(tmp_path / "mail").round() as post:
        with pytest.raises(UnreachableError):
            await post(a_letter())
