"""Writing to the audit trail, in the transaction of the verb that is audited."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from lms.audit.models import AuditEntry
from lms.kernel.work import Work


async def record(
    work: Work,
    *,
    action: str,
    subject: tuple[str, UUID],
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Add one entry. Values are ids, dates and plain values; never secrets, never answer keys."""
    kind, subject_id = subject
    work.session.add(
        AuditEntry(
            id=work.new_id(),
            at=work.now(),
            actor_kind=work.actor.kind,
            actor_id=work.actor.person_id,
            action=action,
            subject_kind=kind,
            subject_id=subject_id,
            before=_plain(before),
            after=_plain(after),
            reason=reason or work.actor.reason or None,
            request_id=work.actor.request_id,
        )
    )


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    plain: dict[str, Any] = msgspec.to_builtins(dict(values))
    return plain
