import importlib.util
import os
import stat
import subprocess
from pathlib import Path

import pytest

from lms.serving.postgres import binaries
from lms.serving.postgres.account import Account
from lms.serving.postgres.binaries import MAJOR, binaries_for, majors
from lms.serving.refusal import Refusal

OURS = Account("us", os.geteuid(), os.getegid(), switched=False)
OTHER = Account("other", 65534, 65534, switched=True)


def version(program: str) -> str:
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """The package lies where the other account cannot reach; two places for a copy."""
    caches = [tmp_path / "first", tmp_path / "second"]
    monkeypatch.setattr(binaries, "_open_to_all", lambda _install: False)
    monkeypatch.setattr(binaries, "_CACHES", tuple(caches))
    return caches


def test_our_own_account_uses_the_package_itself():
    assert f") {MAJOR}." in version(binaries_for(OURS).program("postgres"))
    assert majors()[0] == MAJOR


def test_another_account_gets_a_copy_that_everybody_may_run(closed: list[Path]):
    found = binaries_for(OTHER)
    assert closed[0] in found.install.parents
    assert version(found.program("initdb"))
    for path in closed[0].rglob("*"):
        if not path.is_symlink():
            needed = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() else 0)
            assert path.stat().st_mode & needed == needed
            assert not path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    before = Path(found.program("postgres")).stat().st_mtime_ns
    assert binaries_for(OTHER) == found
    assert Path(found.program("postgres")).stat().st_mtime_ns == before


def test_a_copy_is_not_trusted_to_a_folder_that_others_may_write(closed: list[Path]):
    closed[0].mkdir()
    closed[0].chmod(0o777)
    assert closed[1] in binaries_for(OTHER).install.parents


def test_without_a_place_for_a_copy_the_way_out_is_told(closed: list[Path]):
    for cache in closed:
        cache.touch()
    with pytest.raises(Refusal, match="LMS_DATABASE_URL"):
        binaries_for(OTHER)


def test_a_machine_without_the_package_is_told_the_way_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(Refusal, match="LMS_DATABASE_URL"):
        binaries_for(OURS)


def test_a_package_without_the_version_is_told_the_way_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(binaries, "_site", lambda: tmp_path)
    assert majors() == ()
    with pytest.raises(Refusal, match=f"No PostgreSQL {MAJOR}"):
        binaries_for(OURS)
