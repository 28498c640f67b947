"""What anybody with the code is told: what, to whom, dates, and the status with its time. Pure."""

from datetime import datetime
from typing import Any

import msgspec

from certs.issuing.changes.status import Standing, Status, standing, standing_since
from certs.issuing.documents.payload import Payload
from certs.verify.queries import Found
from lms.kernel.clock import local_day
from lms.kernel.schema import Out


class VerifiedOut(Out):
    """The certificate as it was printed, and how it stands at `as_of`.

    `standing_since` is when that began: the last event, or the day that it began or expired;
    `superseded_by` is the number of the certificate that stands in the place of a corrected one;
    `certificate` holds the exact bytes that `payload_sha256` and the token's claim are of.
    """

    standing: Standing
    valid: bool
    as_of: datetime
    standing_since: datetime
    superseded_by: str | None
    certificate: Payload
    payload_sha256: str
    token: str | None


class _Wire(msgspec.Struct):
    """`VerifiedOut` on its way out: the stored bytes go in as they are, unread."""

    standing: Standing
    valid: bool
    as_of: datetime
    standing_since: datetime
    superseded_by: str | None
    certificate: msgspec.Raw
    payload_sha256: str
    token: str | None


def standing_of(found: Found, now: datetime) -> Standing:
    """How it stands at an instant, by the calendar of its own zone."""
    today = local_day(now, found.zone)
    return standing(Status(found.status), found.from_day, found.last_day, today)


def since_of(found: Found, told: Standing) -> datetime:
    """When that standing began."""
    return standing_since(told, found.status_at, found.from_day, found.last_day, found.zone)


def as_json(found: Found, now: datetime) -> bytes:
    """The body of the JSON answer."""
    told = standing_of(found, now)
    return msgspec.json.encode(
        _Wire(
            standing=told,
            valid=told is Standing.VALID,
            as_of=now,
            standing_since=since_of(found, told),
            superseded_by=found.superseded_by,
            certificate=msgspec.Raw(found.payload),
            payload_sha256=found.payload_hash.hex(),
            token=found.token,
        )
    )


def as_context(found: Found, stated: Payload, now: datetime) -> dict[str, Any]:
    """What the page is made from."""
    told = standing_of(found, now)
    return {
        "standing": told.value,
        "as_of": now,
        "standing_since": since_of(found, told),
        "superseded_by": found.superseded_by,
        "zone": found.zone,
        "stated": stated,
        "payload_sha256": found.payload_hash.hex(),
    }
