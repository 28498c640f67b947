"""Staff records: added and edited. Links are in `links.py`, places in `roster/`."""

from dataclasses import asdict, dataclass
from uuid import UUID

from lms.audit.service import record
from lms.issuer.queries import issuer_day
from lms.kernel.problems import StaleRevision
from lms.kernel.work import Work
from lms.orgs.organisations.service import open_for_change
from lms.orgs.ports import FractionListener
from lms.orgs.staff.job_roles import keep_past_role
from lms.orgs.staff.models import StaffRecord
from lms.orgs.staff.permissions import MANAGE_STAFF
from lms.orgs.staff.queries import centres_of_record, require_record


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """What a company says about somebody who works there."""

    staff_number: str
    name_zh: str | None = None
    name_en: str | None = None
    work_email: str | None = None
    job_role: str | None = None


async def add(work: Work, organisation_id: UUID, facts: StaffFacts) -> StaffRecord:
    """Add a staff record; it counts nowhere until it has a place.

    Raises:
        Conflict: `organisation_not_open`.
        Problem: `staff_number_taken`, when it is written.
    """
    work.actor.require(MANAGE_STAFF, organisation_id)
    await open_for_change(work, organisation_id)
    added = StaffRecord(
        id=work.new_id(),
        organisation_id=organisation_id,
        created_at=work.now(),
        **asdict(facts),
    )
    work.session.add(added)
    await work.session.flush()
    await record(
        work, action="staff.added", subject=("staff_record", added.id), after=asdict(facts)
    )
    return added


async def edit(
    work: Work,
    listener: FractionListener,
    organisation_id: UUID,
    staff_record_id: UUID,
    facts: StaffFacts,
    *,
    revision: int,
) -> StaffRecord:
    """State a record's facts anew. Its centres count again, since a policy may look at job roles.

    Raises:
        NotFound: the company has none such.
        StaleRevision: somebody edited it in the meantime.
        Problem: `staff_number_taken`, when it is written.
    """
    work.actor.require(MANAGE_STAFF, organisation_id)
    await open_for_change(work, organisation_id)
    today = await issuer_day(work)
    centres = await centres_of_record(work.session, staff_record_id, today)
    await listener.before(work, centres)
    edited = await require_record(work.session, organisation_id, staff_record_id)
    if edited.revision != revision:
        raise StaleRevision(f"it is at revision {edited.revision} now")
    before = asdict(facts_of(edited))
    await keep_past_role(work, edited.id, facts.job_role)
    for name, value in asdict(facts).items():
        setattr(edited, name, value)
    edited.revision += 1
    await work.session.flush()
    await record(
        work,
        action="staff.edited",
        subject=("staff_record", edited.id),
        before=before,
        after=asdict(facts),
    )
    await listener.changed(work, centres)
    return edited


def facts_of(row: StaffRecord) -> StaffFacts:
    """A record's facts as they stand."""
    return StaffFacts(row.staff_number, row.name_zh, row.name_en, row.work_email, row.job_role)
