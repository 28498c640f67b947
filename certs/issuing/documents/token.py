"""What a certificate's token claims (JWT, ES256). Pure; signing itself is in `certs/keys`.

The token holds the payload's hash and no name: whoever has both payload and token can check them
without asking anybody, and whoever has the token alone learns nothing about a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from certs.issuing.numbers.number import Kind
from lms.kernel.clock import day_start

TYPE = "certificate+jwt"
"""The header's `typ`: keeps these tokens apart from access tokens (RFC 8725, 3.11)."""

VCT = {
    Kind.PERSON: "urn:lms:certificate:person:1",
    Kind.CENTRE: "urn:lms:certificate:centre:1",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the claims are made from; days are days in `zone`."""

    certificate_id: UUID
    kind: Kind
    number: str
    status_url: str
    payload_hash: bytes
    issued_at: datetime
    from_day: date
    last_day: date | None
    zone: str


def claims(facts: Facts, issuer: str) -> dict[str, Any]:
    """The claims; `exp` only if the certificate ends, since a made-up end would be a lie."""
    made: dict[str, Any] = {
        "iss": issuer,
        "sub": facts.number,
        "jti": str(facts.certificate_id),
        "iat": int(facts.issued_at.timestamp()),
        "nbf": int(day_start(facts.from_day, facts.zone).timestamp()),
        "vct": VCT[facts.kind],
        "status_url": facts.status_url,
        "payload_sha256": facts.payload_hash.hex(),
    }
    if facts.last_day is not None:
        after_it = day_start(facts.last_day + timedelta(days=1), facts.zone)
        made["exp"] = int(after_it.timestamp())
    return made
