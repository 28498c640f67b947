from lms.serving.processes.backoff import LONGEST_SECONDS, STEADY_SECONDS, next_delay


def test_the_first_restart_is_at_once():
    assert next_delay(None, lived=0.1) == 0


def test_delays_double_up_to_the_longest():
    delays = [next_delay(None, lived=0.1)]
    for _ in range(12):
        delays.append(next_delay(delays[-1], lived=0.1))
    assert delays[1:4] == [0.25, 0.5, 1.0]
    assert delays == sorted(delays)
    assert delays[-1] == LONGEST_SECONDS


def test_a_steady_life_forgets_what_was_before():
    assert next_delay(LONGEST_SECONDS, lived=STEADY_SECONDS) == 0
