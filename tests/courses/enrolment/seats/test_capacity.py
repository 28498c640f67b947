from hypothesis import given
from hypothesis import strategies as st

from courses.enrolment.seats.capacity import Place, Seats, place

seats_at_any_time = st.builds(
    Seats,
    total=st.integers(1, 60),
    taken=st.integers(0, 80),
    held=st.integers(0, 30),
    waiting=st.integers(0, 30),
)


def test_the_last_seat_goes_to_a_newcomer_and_the_next_one_waits():
    assert place(Seats(10, 9, 0, 0), would_wait=True) is Place.SEAT
    assert place(Seats(10, 10, 0, 0), would_wait=True) is Place.WAITLIST
    assert place(Seats(10, 10, 0, 0), would_wait=False) is Place.FULL


def test_a_held_seat_is_not_free():
    assert place(Seats(10, 5, 5, 0), would_wait=False) is Place.FULL


def test_nobody_overtakes_those_who_wait():
    seats = Seats(10, 9, 0, 1)
    assert place(seats, would_wait=True) is Place.WAITLIST
    assert seats.promotions == 1


@given(seats_at_any_time)
def test_promotions_and_newcomers_together_never_overbook(seats):
    given_away = seats.promotions + seats.open_to_newcomers
    assert given_away <= seats.free
    assert seats.taken + seats.held + given_away <= max(seats.total, seats.taken + seats.held)


@given(seats_at_any_time)
def test_a_free_seat_is_never_left_while_somebody_waits(seats):
    assert seats.promotions == min(seats.waiting, seats.free)
    if seats.open_to_newcomers:
        assert seats.promotions == seats.waiting
