"""Moving the embedded cluster to the PostgreSQL major version that this release brings.

Dump and restore, beside the old data: nothing is changed until all of it has arrived, and the old
cluster stays in the folder under its version's name.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from lms.serving.postgres.account import account_for
from lms.serving.postgres.binaries import MAJOR, Binaries, binaries_for, majors
from lms.serving.postgres.cluster import ADMIN, Cluster
from lms.serving.postgres.datafolder import DataFolder, Hold
from lms.serving.refusal import Refusal


def upgrade(root: Path) -> Path:
    """Move the data; answers where the old cluster now lies.

    Raises:
        Refusal: there is nothing to move, no program reads it, or the copy failed (the old data is
            as it was).
    """
    folder = DataFolder(root.resolve())
    _put_back(folder)
    old_major = _major_of(folder)
    beside = folder.postgres / "upgrading"
    shutil.rmtree(beside, ignore_errors=True)
    old, new = Cluster(folder.root, major=old_major), Cluster(beside)
    try:
        old.start()
        new.start()
        _copy(binaries_for(account_for(folder.cluster)), old, new)
    finally:
        new.stop()
        old.stop()
    hold = Hold(folder)
    kept = folder.postgres / f"cluster-{old_major}"
    folder.cluster.rename(kept)
    new.folder.cluster.rename(folder.cluster)
    new.folder.remove()
    hold.release()
    return kept


def _put_back(folder: DataFolder) -> None:
    """Undo what an upgrade did that was killed between its two renames."""
    if not folder.cluster.exists() and (kept := folder.kept()):
        hold = Hold(folder)
        kept[-1].rename(folder.cluster)
        hold.release()


def _major_of(folder: DataFolder) -> int:
    try:
        found = int((folder.cluster / "data" / "PG_VERSION").read_text("ascii"))
    except FileNotFoundError:
        raise Refusal(f"There is no embedded PostgreSQL in {folder.root}.") from None
    if found == MAJOR:
        raise Refusal(f"The data in {folder.root} is PostgreSQL {MAJOR} already.")
    if found not in majors():
        raise Refusal(
            f"This release cannot read PostgreSQL {found}. Start the release that wrote the data, "
            f"dump it with pg_dump, and restore the dump into a new LMS_DATA_DIR."
        )
    return found


def _copy(programs: Binaries, old: Cluster, new: Cluster) -> None:
    dump = [programs.program("pg_dump"), old.url(ADMIN, driver="")]
    restore = [programs.program("psql"), "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1"]
    restore += ["-o", "/dev/null", new.url(ADMIN, driver="")]
    with subprocess.Popen(dump, stdout=subprocess.PIPE) as source:  # noqa: S603 (our own programs)
        restored = subprocess.run(restore, stdin=source.stdout, check=False)  # noqa: S603 (as above)
    if source.returncode or restored.returncode:
        raise Refusal("The data could not be copied; the reason is above, the old data as it was.")
