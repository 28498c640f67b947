"""What the set-up installs, and from where."""

import re
from pathlib import Path

import pytest

from scripts.bootstrap import NEEDS, ROOT

FILES = [ROOT / "requirements-uv.txt", *(ROOT / name for name in NEEDS.values())]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_package_is_pinned_by_hash_and_no_index_is_named(path: Path):
    locked = path.read_text()
    assert "://" not in locked
    assert "index" not in locked
    for requirement in re.split(r"\n(?=[a-z0-9])", locked):
        assert re.match(r"[a-z0-9][a-z0-9._\[\],-]*==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement


def test_developers_have_the_same_packages_as_those_who_run_it():
    runtime, dev = (
        set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(), re.MULTILINE))
        for name in NEEDS.values()
    )
    assert runtime <= dev
