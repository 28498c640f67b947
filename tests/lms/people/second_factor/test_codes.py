from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from lms.people.second_factor import codes

NOON = datetime(2026, 3, 2, 4, 0, 10, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(at: datetime) -> str:
    return str(pyotp.TOTP(SECRET).at(at))


def test_it_is_the_algorithm_of_rfc_6238() -> None:
    # the RFC's own vector for SHA-1, cut to six digits
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    at = datetime.fromtimestamp(1111111109, UTC)
    assert codes.matching_step(secret, "081804", at, last_step=None) == 1111111109 // 30


@pytest.mark.parametrize(
    ("off", "counts"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_one_step_of_drift_counts(off: int, counts: bool) -> None:
    code = code_at(NOON + timedelta(seconds=off))
    assert (codes.matching_step(SECRET, code, NOON, last_step=None) is not None) is counts


def test_a_code_counts_once_and_so_does_an_older_one() -> None:
    step = codes.matching_step(SECRET, code_at(NOON), NOON, last_step=None)
    assert step == codes.step_at(NOON)
    assert codes.matching_step(SECRET, code_at(NOON), NOON, last_step=step) is None
    earlier = code_at(NOON - codes.STEP)
    assert codes.matching_step(SECRET, earlier, NOON, last_step=step) is None
    later = NOON + codes.STEP
    assert codes.matching_step(SECRET, code_at(later), later, last_step=step) == codes.step_at(
        later
    )


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef"])
def test_what_is_no_code_matches_nothing(typed: str) -> None:
    assert codes.matching_step(SECRET, typed, NOON, last_step=None) is None


def test_spaces_in_a_code_do_not_matter() -> None:
    code = code_at(NOON)
    assert codes.matching_step(SECRET, f"{code[:3]} {code[3:]}", NOON, last_step=None) is not None


def test_recovery_codes_are_many_long_and_told_apart_from_digits() -> None:
    fresh = codes.new_recovery_codes()
    assert len(set(fresh)) == codes.RECOVERY_CODES
    assert all(codes.looks_like_recovery(code) for code in fresh)
    assert not codes.looks_like_recovery("123 456")
    assert codes.tidy_recovery_code(fresh[0].lower()) == fresh[0].replace("-", "")
    assert len(codes.tidy_recovery_code(fresh[0])) == 16


def test_the_address_for_the_app_names_issuer_and_account() -> None:
    uri = codes.enrolment_uri(SECRET, account="chan@example.org", issuer="APCSC")
    assert uri.startswith("otpauth://totp/APCSC:chan%40example.org?")
    assert f"secret={SECRET}" in uri
