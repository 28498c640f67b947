"""A moved clock belongs to a demonstration's data folder and to no other.

The settings allow it for LMS_ENV=demo alone; the mark, made with the folder, keeps it from data
that somebody works with.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from lms.serving.postgres.datafolder import DataFolder, unusable
from lms.serving.refusal import Refusal
from lms.settings import Environment, Settings

_MARK = "made-by-a-demonstration"


def refuse_moved_clock(chosen: Settings) -> None:
    """Mark a new demonstration folder; refuse to move the clock of a folder without the mark.

    Raises:
        Refusal: the clock would move over data that no demonstration made, or the folder cannot be
            used.
    """
    if chosen.env != Environment.DEMO:
        return
    mark = chosen.data_dir / _MARK
    try:
        if not chosen.data_dir.exists() or not any(chosen.data_dir.iterdir()):
            chosen.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            mark.touch(mode=0o600)
        made_by_one = mark.exists()
    except OSError as error:
        raise unusable(error) from None
    if not chosen.clock_offset_seconds:
        return
    if not _in_the_folder(chosen):
        raise Refusal(
            "LMS_CLOCK_OFFSET_SECONDS is for demonstrations, whose data lies in LMS_DATA_DIR: "
            "LMS_DATABASE_URL names a database elsewhere. Unset one of them."
        )
    if not made_by_one:
        raise Refusal(
            f"LMS_CLOCK_OFFSET_SECONDS is for demonstrations: {chosen.data_dir} was not made with "
            "LMS_ENV=demo. Use an empty LMS_DATA_DIR."
        )


def _in_the_folder(chosen: Settings) -> bool:
    """Whether the database is the folder's own, as `serve` also tells the processes it starts."""
    if not chosen.database_url:
        return True
    folder = DataFolder(chosen.data_dir.resolve())
    if not folder.postgres.is_dir():
        return False
    named = parse_qs(urlsplit(chosen.database_url).query).get("host")
    return named == [str(folder.socket_folder(folder.cluster / "socket"))]
