from collections.abc import Callable

import pytest

from lms.serving.web import again_and_again


class Rounds:
    """Rounds of serving that last so many seconds and fail; after the last it ends well."""

    def __init__(self, *seconds: float) -> None:
        self.now = 0.0
        self.begun = 0
        self._seconds = seconds

    def monotonic(self) -> float:
        return self.now

    def serve(self) -> None:
        self.begun += 1
        if self.begun <= len(self._seconds):
            self.now += self._seconds[self.begun - 1]
            raise SystemExit(1)


def run(*seconds: float) -> tuple[Rounds, Callable[[], None]]:
    rounds = Rounds(*seconds)
    return rounds, lambda: again_and_again(rounds.serve, rounds.monotonic)


def test_after_api_processes_that_die_again_and_again_it_is_begun_again() -> None:
    rounds, serve = run(60, 2.5)
    serve()
    assert rounds.begun == 3


def test_what_cannot_serve_is_left_to_the_supervisor() -> None:
    rounds, serve = run(60, 0.3, 60)
    with pytest.raises(SystemExit):
        serve()
    assert rounds.begun == 2
