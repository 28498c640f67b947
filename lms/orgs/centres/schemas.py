"""Shapes of centres at the API."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from lms.kernel.schema import Out
from lms.orgs.centres.models import Centre, CentreName
from lms.orgs.days import Day
from lms.orgs.organisations.schemas import CompanyNamesIn


class CentreIn(CompanyNamesIn):
    zone: Annotated[str, Field(max_length=64, examples=["Asia/Hong_Kong"])] = "Asia/Hong_Kong"


class CentreNameIn(CompanyNamesIn):
    """A new name; `from_day` is today in the centre's zone unless it is given."""

    from_day: Day | None = None


class CentreOut(Out):
    """`closed_on` is the first day on which it is no centre any more."""

    id: UUID
    organisation_id: UUID
    name_zh: str | None
    name_en: str | None
    zone: str
    state: str
    applied_at: datetime
    registered_on: date | None
    closed_on: date | None
    revision: int

    @classmethod
    def of(cls, row: Centre) -> Self:
        return cls(
            id=row.id,
            organisation_id=row.organisation_id,
            name_zh=row.name_zh,
            name_en=row.name_en,
            zone=row.zone,
            state=row.state.value,
            applied_at=row.applied_at,
            registered_on=row.registered_on,
            closed_on=row.closed_on,
            revision=row.revision,
        )


class CentreNameOut(Out):
    name_zh: str | None
    name_en: str | None
    from_day: date
    recorded_at: datetime

    @classmethod
    def of(cls, row: CentreName) -> Self:
        return cls(
            name_zh=row.name_zh,
            name_en=row.name_en,
            from_day=row.from_day,
            recorded_at=row.recorded_at,
        )
