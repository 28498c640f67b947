"""Fixtures that start servers and leave nothing behind."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lms.serving.running import Running, free_port, standin


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Processes are counted through /proc."""
    if sys.platform != "linux":
        for item in items:
            if "processes" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="needs Linux's /proc"))


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(tmp_path: Path, port: int) -> Iterator[Callable[..., Running]]:
    """Start a stand-in server on a data folder; ended by force after the test."""
    started: list[Running] = []

    def run(
        data: Path | None = None, kind: str = "embedded", *, prefix: tuple[str, ...] = ()
    ) -> Running:
        command = standin(data or tmp_path / "data", port, kind)
        output = tmp_path / f"output-{len(started)}"
        started.append(Running(command, output, prefix=prefix))
        return started[-1]

    yield run
    for running in started:
        running.kill_all()
