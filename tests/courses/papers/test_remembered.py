"""The bounded memory of what never changes."""

from courses.papers.remembered import Remembered


def test_it_keeps_the_newest_and_never_more_than_its_bound() -> None:
    memory: Remembered[int, str] = Remembered(3)
    for number in range(5):
        memory.keep(number, str(number))
    assert len(memory) == 3
    assert [memory.find(number) for number in range(5)] == [None, None, "2", "3", "4"]
