"""Unsafe combinations of settings are refused before anything runs."""

import pytest
from pydantic import ValidationError

from lms.settings import Settings

SAFE = {
    "env": "production",
    "public_url": "https://lms.example.org",
    "secret": "a secret for tests only, 32 bytes+",
}


def test_a_safe_production_starts() -> None:
    assert Settings(**SAFE).base_url == "https://lms.example.org"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"public_url": "http://lms.example.org"}, "https"),
        ({"public_url": ""}, "LMS_PUBLIC_URL"),
        ({"secret": ""}, "LMS_SECRET"),
        ({"argon2_memory_kib": 64}, "LMS_ARGON2_MEMORY_KIB"),
        ({"clock_offset_seconds": 1}, "LMS_ENV=demo"),
    ],
)
def test_what_is_unsafe_in_production_is_refused(change: dict[str, object], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        Settings(**(SAFE | change))


def test_only_a_demonstration_moves_the_clock() -> None:
    assert Settings(env="demo", clock_offset_seconds=86400).clock_offset_seconds == 86400
    with pytest.raises(ValidationError, match="LMS_ENV=demo"):
        Settings(clock_offset_seconds=1)


def test_an_access_token_never_outlives_five_minutes() -> None:
    with pytest.raises(ValidationError):
        Settings(access_token_seconds=301)
