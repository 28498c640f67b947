import os
import stat
import subprocess
import sys
from pathlib import Path

from lms.serving.metrics_folder import counted_together


def test_the_folder_is_private_and_gone_at_the_end(tmp_path: Path):
    with counted_together(tmp_path) as folder:
        assert folder.parent == tmp_path
        assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IRWXU
    assert list(tmp_path.iterdir()) == []


def test_what_killed_ones_left_goes_and_what_others_use_stays(tmp_path: Path):
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], stdout=-1, check=True
    )
    left = tmp_path / f"lms-metrics-{int(dead.stdout)}-x"
    used = tmp_path / f"lms-metrics-{os.getpid()}-x"
    for folder in (left, used):
        folder.mkdir()
    with counted_together(tmp_path):
        assert not left.exists()
        assert used.exists()
