from uuid import UUID

import pytest

from lms.people.links.derivation import derived_token

SECRET = b"s" * 32
LINK = UUID(int=7)


def test_the_same_link_has_the_same_token_and_a_new_nonce_another() -> None:
    assert derived_token(SECRET, LINK, b"1") == derived_token(SECRET, LINK, b"1")
    assert derived_token(SECRET, LINK, b"1") != derived_token(SECRET, LINK, b"2")
    assert derived_token(SECRET, LINK, b"1") != derived_token(SECRET, UUID(int=8), b"1")
    assert derived_token(SECRET, LINK, b"1") != derived_token(b"t" * 32, LINK, b"1")


def test_a_token_has_256_bits_that_fit_into_an_address() -> None:
    token = derived_token(SECRET, LINK, b"1")
    assert len(token) == 43
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="256"):
        derived_token(b"short", LINK, b"1")
