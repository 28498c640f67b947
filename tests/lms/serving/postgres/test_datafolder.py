import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lms.serving.postgres.datafolder import DataFolder, Hold
from lms.serving.refusal import InUse
from tests.lms.serving.running import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    made.create()
    return made


def test_an_existing_folder_keeps_its_mode_and_ours_is_closed(tmp_path: Path):
    (tmp_path / "data").mkdir(mode=0o755)
    folder = DataFolder(tmp_path / "data")
    folder.create()
    assert stat.S_IMODE(folder.root.stat().st_mode) == 0o755
    assert stat.S_IMODE(folder.postgres.stat().st_mode) == 0o700


def test_a_second_hold_is_refused_in_words(folder: DataFolder):
    first = Hold(folder)
    with pytest.raises(InUse) as refusal:
        Hold(folder)
    assert f"in use by process {os.getpid()}" in str(refusal.value)
    assert "LMS_DATA_DIR" in str(refusal.value)
    first.release()
    Hold(folder).release()


def test_a_hold_waits_for_the_orphans_of_a_killed_start(folder: DataFolder):
    script = (
        "import os, subprocess, sys; from pathlib import Path\n"
        "from lms.serving.postgres.datafolder import DataFolder, Hold\n"
        "hold = Hold(DataFolder(Path(sys.argv[1])))\n"
        "subprocess.Popen(['sleep', '1'], pass_fds=[hold.fd]); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(folder.root)], cwd=ROOT, check=False)
    Hold(folder).release()


def test_a_short_path_is_used_as_it_is(folder: DataFolder):
    assert folder.socket_folder(Path("/srv/socket")) == Path("/srv/socket")


def test_a_long_path_gets_a_private_link_that_is_used_again(folder: DataFolder, tmp_path: Path):
    real = tmp_path / ("x" * 120)
    real.mkdir()
    link = folder.socket_folder(real)
    assert len(str(link)) < 80
    assert link.readlink() == real
    assert stat.S_IMODE(link.parent.stat().st_mode) == 0o700
    assert folder.socket_folder(real) == link
    folder.remove()
    assert not link.parent.exists()


def test_a_recorded_link_of_somebody_else_is_not_followed(folder: DataFolder, tmp_path: Path):
    real = tmp_path / ("x" * 120)
    real.mkdir()
    first = folder.socket_folder(real)
    first.parent.chmod(0o777)
    second = folder.socket_folder(real)
    assert second != first
    folder.remove()
    first.unlink()
    first.parent.rmdir()
