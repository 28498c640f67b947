"""Somebody leaves a company: every place and the link end with the last day.

Their own enrolments, attempts and certificates are theirs; the company's grants end and unused
company seats go back when the last day is over (`staff/ends.py`), the latter by the floors above on
hearing `orgs.staff-left`.
"""

from datetime import date

from lms.issuer.queries import issuer_day
from lms.kernel.problems import Conflict
from lms.kernel.work import Work
from lms.orgs.days import ONE_DAY
from lms.orgs.organisations.service import open_for_change
from lms.orgs.ports import FractionListener
from lms.orgs.roster import timeline
from lms.orgs.roster.permissions import MANAGE_ROSTERS
from lms.orgs.roster.service import Whose
from lms.orgs.roster.timeline import Change
from lms.orgs.roster.writing import carry_out, plan
from lms.orgs.staff.ends import GENERAL_REASON
from lms.orgs.staff.queries import links_to_end, require_record

LAST_DAY_MOVES = (
    "they have neither a place nor a link after that day; an earlier last day can be set until the "
    "one set is over, a later one by correcting their last place"
)


async def leave(
    work: Work,
    listener: FractionListener,
    whose: Whose,
    last_day: date | None,
    reason: str | None = None,
) -> date:
    """Let somebody go with a last day: today unless given, past or to come. Answers it.

    Raises:
        NotFound: the company has no such record.
        Conflict: `not_placed`, they have neither a place nor a link after that day.
    """
    work.actor.require(MANAGE_ROSTERS, whose.organisation_id)
    await open_for_change(work, whose.organisation_id)
    await require_record(work.session, whose.organisation_id, whose.staff_record_id)
    last = last_day or await issuer_day(work)
    end = last + ONE_DAY
    record_ids = [whose.staff_record_id]
    planned = await plan(
        work,
        whose.organisation_id,
        record_ids,
        lambda places: timeline.end_all(places, end),
    )
    linked = await links_to_end(work.session, whose.organisation_id, end, record_ids)
    if not linked and planned.changes[whose.staff_record_id] == Change():
        raise Conflict("not_placed", LAST_DAY_MOVES)
    await carry_out(
        work,
        listener,
        planned,
        action="staff.left",
        reason=reason or GENERAL_REASON,
        ending={whose.staff_record_id: end},
    )
    return last
