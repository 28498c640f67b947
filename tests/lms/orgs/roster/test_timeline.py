from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel.problems import Conflict
from lms.orgs.roster.timeline import Change, Place, correct, end_all, place, primary_on, transfer

EAST, WEST, NORTH = UUID(int=1), UUID(int=2), UUID(int=3)
START = date(2026, 3, 1)
DAYS = 12


def day(n: int) -> date:
    return START + timedelta(days=n)


def written(places: Sequence[Place]) -> list[Place]:
    """As the table would hold them: each with an id."""
    return [
        other if other.id else replace(other, id=uuid5(EAST, f"{n} {other}"))
        for n, other in enumerate(places)
    ]


def after(places: Sequence[Place], change: Change) -> list[Place]:
    kept = [other for other in places if other not in change.superseded]
    return written([*kept, *change.added])


def by_day(places: Sequence[Place]) -> list[set[UUID]]:
    return [{p.centre_id for p in places if p.is_primary and p.on(day(n))} for n in range(DAYS)]


def test_a_transfer_moves_from_its_day_and_keeps_the_end() -> None:
    before = written([Place(EAST, day(0), day(10))])
    assert by_day(after(before, transfer(before, WEST, day(4)))) == (
        [{EAST}] * 4 + [{WEST}] * 6 + [set()] * 2
    )


def test_a_transfer_on_the_first_day_leaves_nothing_behind() -> None:
    before = written([Place(EAST, day(0))])
    change = transfer(before, WEST, day(0))
    assert change.added == (Place(WEST, day(0)),)
    assert change.centres == {EAST, WEST}


def test_nobody_is_transferred_from_nowhere_or_to_where_they_are() -> None:
    before = written([Place(EAST, day(2))])
    for target, on, code in ((WEST, 1, "not_placed"), (EAST, 3, "already_placed")):
        with pytest.raises(Conflict) as conflict:
            transfer(before, target, day(on))
        assert conflict.value.code == code


def test_a_second_place_may_be_added_beside_the_primary_one_but_not_in_its_centre() -> None:
    before = written([Place(EAST, day(0))])
    assert place(before, Place(WEST, day(0), is_primary=False)).added
    for new in (Place(WEST, day(5)), Place(EAST, day(5), is_primary=False)):
        with pytest.raises(Conflict):
            place(before, new)


def test_a_place_may_begin_on_the_day_after_another_ends() -> None:
    before = written([Place(EAST, day(0), day(5))])
    assert by_day(after(before, place(before, Place(WEST, day(5))))) == (
        [{EAST}] * 5 + [{WEST}] * 7
    )


def test_a_back_dated_correction_says_from_when_things_differ() -> None:
    before = written([Place(EAST, day(5))])
    change = correct(before, before[0].id, Place(EAST, day(3)))
    assert change.first_day() == day(3)
    assert correct(before, before[0].id, Place(EAST, day(5), day(9))).first_day() == day(9)
    assert correct(before, before[0].id, Place(EAST, day(5))).first_day() is None


def test_a_place_that_never_was_is_taken_out() -> None:
    before = written([Place(EAST, day(5))])
    assert after(before, correct(before, before[0].id, None)) == []


def test_a_superseded_place_is_not_corrected() -> None:
    with pytest.raises(Conflict):
        correct([], UUID(int=9), None)


def test_leaving_cuts_what_runs_and_drops_what_was_planned() -> None:
    before = written(
        [
            Place(EAST, day(0), day(2)),
            Place(WEST, day(2), day(8)),
            Place(NORTH, day(0), is_primary=False),
            Place(EAST, day(8)),
        ]
    )
    left = after(before, end_all(before, day(5)))
    assert by_day(left) == [{EAST}] * 2 + [{WEST}] * 3 + [set()] * 7
    assert all(not other.on(day(5)) for other in left)


def lives() -> st.SearchStrategy[list[tuple[str, UUID, int, int | None]]]:
    act = st.tuples(
        st.sampled_from(["place", "transfer", "leave", "correct"]),
        st.sampled_from([EAST, WEST, NORTH]),
        st.integers(0, DAYS - 1),
        st.none() | st.integers(1, DAYS),
    )
    return st.lists(act, max_size=12)


@given(lives())
def test_after_any_acts_nobody_has_two_primary_places_on_a_day(
    acts: list[tuple[str, UUID, int, int | None]],
) -> None:
    places: list[Place] = []
    for act, centre, first, length in acts:
        new = Place(centre, day(first), None if length is None else day(first + length))
        was = by_day(places)
        try:
            if act == "place":
                change = place(places, new)
            elif act == "transfer":
                change = transfer(places, centre, day(first))
            elif act == "leave":
                change = end_all(places, day(first))
            else:
                current = primary_on(places, day(first))
                change = correct(places, current.id if current else UUID(int=9), new)
        except Conflict:
            continue
        places = after(places, change)
        now = by_day(places)
        assert all(len(centres) <= 1 for centres in now)
        differing = [n for n in range(DAYS) if was[n] != now[n]]
        if differing:
            assert change.first_day() == day(differing[0])
