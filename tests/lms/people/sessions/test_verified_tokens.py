from datetime import UTC, datetime, timedelta
from uuid import UUID

from lms.people.sessions.claims import Claims
from lms.people.sessions.verified_tokens import VerifiedTokens

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
CLAIMS = Claims("k1", UUID(int=1), UUID(int=2), 1, ("pwd",), NOW + timedelta(minutes=5))


def test_a_checked_token_is_known_until_it_expires() -> None:
    verified = VerifiedTokens()
    verified.keep("token", CLAIMS)
    assert verified.find("token", NOW) == CLAIMS
    assert verified.find("Token", NOW) is None
    assert verified.find("token", CLAIMS.expires_at) is None
    assert len(verified) == 0


def test_it_never_holds_more_than_it_may() -> None:
    verified = VerifiedTokens(most=3)
    for number in range(10):
        verified.keep(str(number), CLAIMS)
    assert len(verified) == 3
    assert verified.find("9", NOW) is not None
    assert verified.find("6", NOW) is None


def test_it_keeps_no_token_only_its_hash() -> None:
    verified = VerifiedTokens()
    verified.keep("a token to look for", CLAIMS)
    assert "a token to look for" not in repr(vars(verified))
