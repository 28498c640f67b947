import pytest

from certs.centres.decisions.roster_fall import fell


@pytest.mark.parametrize(
    ("counted", "flagged"),
    [
        ([], False),
        ([20], False),
        ([20, 18], False),
        ([20, 17], True),
        ([20, 19, 18, 17], True),
        ([20, 17, 20], True),
        ([17, 20, 18], False),
        ([10, 9], False),
        ([9, 8], True),
        ([5, 0], True),
        ([0, 5], False),
    ],
)
def test_a_fall_of_more_than_a_tenth_from_any_earlier_height(counted, flagged):
    assert fell(counted, 10) is flagged
