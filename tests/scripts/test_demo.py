"""How the demonstration tells and ends; that it ends well is `make demo`, which CI runs."""

import sys
import tempfile
from pathlib import Path

import pytest

from scripts.demo.__main__ import main
from scripts.demo.telling import Telling


def tell() -> None:
    with Telling() as telling:
        telling.scene("1 · A scene")
        telling.step("somebody", "does it", "[done]")
        telling.ended()


def test_elsewhere_than_on_a_terminal_it_is_plain_lines(capsys: pytest.CaptureFixture[str]):
    tell()
    said = capsys.readouterr().out
    assert "somebody does it  → [done]\n" in said
    assert "\x1b" not in said
    assert "\r" not in said


def test_a_terminal_gets_colour(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    tell()
    assert "\x1b[36msomebody\x1b[0m" in capsys.readouterr().out


def test_the_first_surprise_ends_it_with_1_and_leaves_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "executable", "/bin/false")  # a server that ends at once
    assert main() == 1
    assert "Surprise: the server ended before it answered" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
