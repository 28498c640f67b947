"""Shapes of places and rosters at the API; days are first and last, both inclusive."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from lms.kernel.schema import In, Out
from lms.orgs.days import Day, last_day_of
from lms.orgs.roster.service import Stay
from lms.orgs.staff.models import Assignment, StaffLink, StaffRecord
from lms.orgs.texts import Note


class AssignmentIn(In):
    """`first_day` is today in the centre's zone unless it is given; no `last_day` is open-ended."""

    centre_id: UUID
    first_day: Day | None = None
    last_day: Day | None = None
    primary: bool = True

    def stay(self) -> Stay:
        return Stay(self.centre_id, self.first_day, self.last_day, self.primary)


class PlaceCorrectionIn(In):
    """What was true instead; every day is stated, and why it was wrong."""

    centre_id: UUID
    first_day: Day
    last_day: Day | None = None
    primary: bool = True
    reason: Note

    def stay(self) -> Stay:
        return Stay(self.centre_id, self.first_day, self.last_day, self.primary)


class PlaceRemovalIn(In):
    reason: Note


class PlaceTransferIn(In):
    """`first_day` is the first in the new centre; today there unless it is given."""

    to_centre_id: UUID
    first_day: Day | None = None


class DepartureIn(In):
    """`last_day` is the last that they work; today unless it is given."""

    last_day: Day | None = None
    reason: Note | None = None


class ClosureIn(In):
    """`closed_on` is the first day on which it is no centre any more; today unless it is given."""

    closed_on: Day | None = None
    reason: Note


class OrganisationClosureIn(In):
    reason: Note


class DepartureOut(Out):
    staff_record_id: UUID
    last_day: date


class AssignmentOut(Out):
    id: UUID
    centre_id: UUID
    primary: bool
    first_day: date
    last_day: date | None
    known_at: datetime
    superseded_at: datetime | None

    @classmethod
    def of(cls, row: Assignment) -> Self:
        return cls(
            id=row.id,
            centre_id=row.centre_id,
            primary=row.is_primary,
            first_day=row.valid_from,
            last_day=last_day_of(row.valid_to),
            known_at=row.known_at,
            superseded_at=row.superseded_at,
        )


class RosterRowOut(Out):
    """One place of one member of staff on the day that was asked about."""

    assignment_id: UUID
    centre_id: UUID
    staff_record_id: UUID
    staff_number: str
    name_zh: str | None
    name_en: str | None
    job_role: str | None
    primary: bool
    first_day: date
    last_day: date | None
    person_id: UUID | None

    @classmethod
    def of(cls, place: Assignment, staff: StaffRecord, link: StaffLink | None) -> Self:
        return cls(
            assignment_id=place.id,
            centre_id=place.centre_id,
            staff_record_id=staff.id,
            staff_number=staff.staff_number,
            name_zh=staff.name_zh,
            name_en=staff.name_en,
            job_role=staff.job_role,
            primary=place.is_primary,
            first_day=place.valid_from,
            last_day=last_day_of(place.valid_to),
            person_id=link.person_id if link else None,
        )
