import errno
from dataclasses import dataclass, field

from lms.serving.processes.keeping import Keeper


@dataclass
class Fragile:
    """Ends with the given codes, one for each start, then runs on."""

    codes: list[int]
    name: str = "it"
    starts: int = field(default=0)

    unstartable: int = 0

    def start(self) -> None:
        if self.unstartable:
            self.unstartable -= 1
            raise OSError(errno.ENOMEM, "Cannot allocate memory")
        self.starts += 1

    def ended(self) -> int | None:
        return self.codes[self.starts] if self.starts < len(self.codes) else None


def test_what_runs_is_left_alone():
    it = Fragile([])
    keeper = Keeper(it)
    assert keeper.look() is None
    assert (it.starts, keeper.ends, keeper.seconds_until_due()) == (0, 0, None)


def test_what_was_killed_is_started_again_and_named():
    it = Fragile([-9])
    keeper = Keeper(it)
    assert keeper.look() == "it ended (signal SIGKILL); starting it again"
    assert keeper.seconds_until_due() == 0
    assert keeper.look() is None
    assert it.starts == 1


def test_a_second_end_waits():
    it = Fragile([1, 1])
    keeper = Keeper(it)
    assert keeper.look() == "it ended (exit code 1); starting it again"
    keeper.look()
    assert keeper.look() is not None
    due = keeper.seconds_until_due()
    assert due is not None
    assert 0 < due <= 0.25
    assert keeper.look() is None
    assert (it.starts, keeper.ends) == (1, 2)


def test_what_cannot_be_started_is_tried_again():
    it = Fragile([-9], unstartable=1)
    keeper = Keeper(it)
    keeper.look()
    assert keeper.look() == "it could not be started (Cannot allocate memory); trying it again"
    while keeper.seconds_until_due() is not None:
        keeper.look()
    assert (it.starts, keeper.ends) == (1, 2)
