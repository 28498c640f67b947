import pytest

from lms.people.credentials.password_rules import (
    LONGEST,
    Context,
    common_passwords,
    faults_of_password,
    normal_password,
    stands_alone,
)

NOBODY = Context()
CHAN = Context(
    email="tai.man.chan@example.org", names=("陳大文", "CHAN", "Tai Man"), service=("apcsc", "lms")
)


def codes(password: str, context: Context = NOBODY, *, second_factor: bool = False) -> list[str]:
    found = faults_of_password(password, context, second_factor=second_factor)
    return [fault.code for fault in found]


def test_fifteen_characters_alone_and_eight_beside_a_second_factor() -> None:
    assert codes("kqzmvwhtrxbnpd") == ["password_too_short"]
    assert codes("kqzmvwhtrxbnpdy") == []
    assert codes("kqzmvwh", second_factor=True) == ["password_too_short"]
    assert codes("kqzmvwht", second_factor=True) == []


def test_no_rules_of_composition() -> None:
    assert codes("four quiet herons wade") == []
    assert codes("春眠不覺曉處處聞啼鳥夜來風雨聲") == []


def test_long_passwords_of_any_script_are_taken_whole() -> None:
    assert codes("風" + "x y" * 21 + "🦆") == []
    assert codes("ab c" * 64) == ["password_guessable"]
    assert codes("d" + "q!" * 127 + "e") == []
    assert codes("x" * (LONGEST + 1)) == ["password_too_long"]


def test_every_keyboard_types_the_same_password() -> None:
    assert normal_password("ﬁve cafe\u0301s") == normal_password("five caf\u00e9s")
    assert normal_password("  spaces stay  ") == "  spaces stay  "


def test_code_points_are_counted_not_bytes() -> None:
    assert not stands_alone("風" * 14)
    assert stands_alone("風" * 15)


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "PasswordPassword1",
        "CorrectHorseBatteryStaple",
        "correct horse battery staple",
        "abcabcabcabcabcabc",
        "zzzzzzzzzzzzzzzzzz",
        "789012345678901234",
        "zyxwvutsrqponmlk",
        "qwertyuiopasdfgh",
    ],
)
def test_what_everybody_guesses_is_refused(password: str) -> None:
    assert codes(password) == ["password_guessable"]


@pytest.mark.parametrize(
    "password",
    [
        "tai.man.chan@example.org",
        "Chan.Tai.Man.2026!",
        "APCSC-chan-1999-lms",
        "chanchan example org",
    ],
)
def test_what_is_made_of_ones_own_details_is_refused(password: str) -> None:
    assert codes(password, CHAN) == ["password_guessable"]


def test_details_inside_something_longer_are_not() -> None:
    assert codes("chan likes yellow trams", CHAN) == []


def test_the_list_is_folded_and_long_enough_to_matter() -> None:
    listed = common_passwords()
    assert len(listed) > 500
    assert all(len(one) >= 8 and one == one.casefold() for one in listed)


def test_faults_point_where_they_are_told_to() -> None:
    told = faults_of_password("short", NOBODY, pointer="/new_password")
    assert [fault.pointer for fault in told] == ["/new_password"]


def test_a_hostile_password_costs_no_time() -> None:
    hostile = Context(email="a", names=("aaa", "aaaa", "aaaaaa"))
    assert codes("aaa" * 80 + "b1b", hostile) == []
