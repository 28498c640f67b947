"""Unsafe combinations of settings are refused before anything runs."""

import re
from pathlib import Path

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
        ({"smtp_user": "lms", "smtp_starttls": False}, "LMS_SMTP_STARTTLS"),
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


def test_all_that_is_unsafe_is_told_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(env="production", argon2_memory_kib=64, public_url="lms.example.org")
    for word in ("LMS_PUBLIC_URL begins", "https://", "LMS_SECRET", "LMS_ARGON2_MEMORY_KIB"):
        assert word in str(refused.value)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"secret": "too short"}, "LMS_SECRET is too short"),
        ({"public_url": "lms.example.org"}, "LMS_PUBLIC_URL"),
        ({"admin_email": "nobody"}, "LMS_ADMIN_EMAIL"),
        ({"second_admin_email": "nobody"}, "LMS_SECOND_ADMIN_EMAIL"),
        ({"database_url": "lms"}, r"postgresql\+asyncpg://user:password@host/database"),
        ({"database_owner_url": "mysql://me@db/lms"}, "database_owner_url"),
        ({"database_url": "postgresql://me@db:eighty/lms"}, "host and port where they belong"),
        ({"database_url": "postgresql://me:a/b@db/lms"}, "%2F"),
        ({"database_url": "postgresql://me:a#b@db/lms"}, "%23"),
        ({"database_url": "postgresql://me:a?b@db/lms"}, "%3F"),
        ({"database_url": "postgresql://me:a[b@db/lms"}, "%5B"),
        ({"log_level": "loud"}, "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
    ],
)
def test_what_cannot_be_is_refused_everywhere(change: dict[str, object], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        Settings(**change)


def test_the_operators_page_names_every_setting_and_no_other() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    named = set(re.findall(r"`(LMS_[A-Z0-9_]+)", page))
    assert named == {f"LMS_{field}".upper() for field in Settings.model_fields}


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_an_address_of_postgresql_is_taken_however_it_is_written(scheme: str) -> None:
    taken = Settings(database_url=f"{scheme}://me@db/lms").database_url
    assert taken == "postgresql+asyncpg://me@db/lms"


@pytest.mark.parametrize(
    "rest",
    [
        "/lms",
        "me@/lms?host=/a/folder:with/sign",
        "me:p%40%23@[::1]:5432/lms",
        "me@first:5432,second:5432/lms?sslmode=verify-full&target_session_attrs=read-write",
        "db?user=me",
    ],
)
def test_an_address_of_postgresql_is_handed_on_as_it_is(rest: str) -> None:
    assert Settings(database_url=f"postgres://{rest}").database_url.endswith(f"asyncpg://{rest}")


@pytest.mark.parametrize("given", ['["10.0.0.1", "::1"]', "10.0.0.1,::1", "10.0.0.1, ::1"])
def test_proxies_are_listed_in_either_way(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_TRUSTED_PROXIES", given)
    monkeypatch.setenv("LMS_LOG_LEVEL", "debug")
    assert Settings().trusted_proxies == ("10.0.0.1", "::1")
    assert Settings().log_level == "DEBUG"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://localhost:8000"),  # noqa: S104 - compared, not bound
        ("::", "http://localhost:8000"),
        ("::1", "http://[::1]:8000"),
    ],
)
def test_without_a_public_address_links_lead_to_this_machine(host: str, address: str) -> None:
    assert Settings(host=host).base_url == address
