"""A moved clock belongs to a demonstration's data folder and to no other.

The settings allow it for LMS_ENV=demo alone; the mark, made with the folder, keeps it from data
that somebody works with.
"""

from __future__ import annotations

from lms.serving.postgres.datafolder import unusable
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
    if chosen.clock_offset_seconds and not made_by_one:
        raise Refusal(
            f"LMS_CLOCK_OFFSET_SECONDS is for demonstrations: {chosen.data_dir} was not made with "
            "LMS_ENV=demo. Use an empty LMS_DATA_DIR."
        )
