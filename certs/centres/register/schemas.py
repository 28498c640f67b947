"""Shape of the public register."""

from datetime import date
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Row

from lms.kernel.schema import Out


class CertifiedCentreOut(Out):
    """`status` is in_force or suspended, now; `verify` is null until the document is issued."""

    centre_id: UUID
    name_zh: str | None
    name_en: str | None
    organisation_zh: str | None
    organisation_en: str | None
    valid_from: date
    last_day: date
    status: str
    verify: str | None

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        return cls(
            centre_id=row.centre_id,
            name_zh=row.name_zh,
            name_en=row.name_en,
            organisation_zh=row.organisation_zh,
            organisation_en=row.organisation_en,
            valid_from=row.from_day,
            last_day=row.last_day,
            status=row.state,
            verify=None if row.verification_code is None else f"/verify/{row.verification_code}",
        )
