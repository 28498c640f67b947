"""Where the processes of one `lms serve` count together, for its `/metrics`.

prometheus_client keeps a mapped file for each process. A mapped file on a full disk ends its
process, so they lie in memory where the system has a place for that.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lms.serving.postgres.datafolder import is_alive

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 (mkdtemp makes it private)
_PREFIX = "lms-metrics-"


@contextmanager
def counted_together(place: Path | None = None) -> Iterator[Path]:
    """A private folder for as long as this process runs; what killed ones left behind goes."""
    chosen = place or _place()
    for left in chosen.glob(f"{_PREFIX}*"):
        owner = left.name.removeprefix(_PREFIX).partition("-")[0]
        if left.lstat().st_uid == os.geteuid() and not is_alive(owner):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=chosen))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _place() -> Path:
    usable = _IN_MEMORY.is_dir() and os.access(_IN_MEMORY, os.W_OK | os.X_OK)
    return _IN_MEMORY if usable else Path(tempfile.gettempdir())
