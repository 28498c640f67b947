from datetime import UTC, date, datetime
from uuid import UUID

from certs.issuing.documents.token import Facts, claims
from certs.issuing.numbers.number import Kind

FACTS = {
    "certificate_id": UUID(int=7),
    "kind": Kind.PERSON,
    "number": "APCSC-P-2026-000123-0",
    "status_url": "https://example.org/verify/X",
    "payload_hash": b"\x01" * 32,
    "issued_at": datetime(2026, 3, 2, 1, 0, tzinfo=UTC),
    "from_day": date(2026, 3, 2),
    "zone": "Asia/Hong_Kong",
}


def test_the_claims_hold_from_the_first_local_midnight_to_the_one_after_the_last_day() -> None:
    made = claims(Facts(**FACTS, last_day=date(2027, 3, 1)), "https://example.org")  # type: ignore[arg-type]
    assert made["nbf"] == datetime(2026, 3, 1, 16, tzinfo=UTC).timestamp()
    assert made["exp"] == datetime(2027, 3, 1, 16, tzinfo=UTC).timestamp()
    assert made["payload_sha256"] == "01" * 32
    assert (made["iss"], made["sub"]) == ("https://example.org", "APCSC-P-2026-000123-0")


def test_a_certificate_without_an_end_has_no_exp() -> None:
    assert "exp" not in claims(Facts(**FACTS, last_day=None), "https://example.org")  # type: ignore[arg-type]
