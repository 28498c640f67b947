"""Changing the centre policy: proposed by one, approved by another, then a new version."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from certs.centres.permissions import CHANGE_CENTRE_POLICY
from certs.centres.policy.models import CentrePolicy
from certs.centres.policy.queries import policy_timeline
from certs.centres.policy.rules import FIRST, Policy
from certs.events import CentrePolicyChanged
from courses.facts import known_codes
from lms.approvals.models import Proposal
from lms.approvals.service import propose
from lms.audit.service import record
from lms.issuer.models import ISSUER_ID
from lms.issuer.queries import issuer_day
from lms.kernel.problems import Conflict, Fault, Invalid
from lms.kernel.work import Work

KIND = "centre.policy"


async def store_first(work: Work) -> None:
    """Store the first policy, before anything refers to it.

    Several evaluations may be the first at once: one of them writes it.
    """
    await work.session.execute(
        insert(CentrePolicy)
        .values(
            version=FIRST.version,
            effective_from=FIRST.effective_from,
            document=FIRST.document(),
            made_at=work.now(),
        )
        .on_conflict_do_nothing()
    )


async def propose_policy(
    work: Work, *, effective_from: date, document: dict[str, Any], reason: str
) -> Proposal:
    """Ask for another policy from a day on.

    Raises:
        Conflict: the day has passed where the issuer is, or a change waits for its approval.
        Invalid: a qualifying course is none of the catalogue's.
    """
    work.actor.require(CHANGE_CENTRE_POLICY)
    await _not_past(work, effective_from)
    await _known_courses(work, document["qualifying_courses"])
    payload = {"effective_from": effective_from, "document": document}
    return await propose(work, kind=KIND, subject_id=ISSUER_ID, payload=payload, reason=reason)


async def apply_policy(work: Work, payload: dict[str, Any], proposal: Proposal) -> None:
    """Make the approved version; that every centre is due is told by an event.

    Raises:
        Conflict: its day has passed while it waited: past decisions keep the policy they had.
    """
    effective_from = date.fromisoformat(payload["effective_from"])
    await _not_past(work, effective_from)
    before = await policy_timeline(work.session)
    if not before.stored:
        await store_first(work)
    policy = Policy.of(before.newest + 1, effective_from, payload["document"])
    work.session.add(
        CentrePolicy(
            version=policy.version,
            effective_from=policy.effective_from,
            document=policy.document(),
            made_at=work.now(),
            proposal_id=proposal.id,
        )
    )
    await record(
        work,
        action="centre_policy.changed",
        subject=("centre_policy", ISSUER_ID),
        before=before.on(effective_from).document(),
        after={"version": policy.version, **policy.document()},
        reason=proposal.reason,
    )
    await work.emit(CentrePolicyChanged(version=policy.version))


async def _not_past(work: Work, effective_from: date) -> None:
    if effective_from < await issuer_day(work):
        raise Conflict("policy_day_passed", "a policy begins today or later")


async def _known_courses(work: Work, codes: Iterable[str]) -> None:
    """A mistyped code would leave every holder of that course unqualified."""
    asked = [code for code in codes if code not in FIRST.qualifying_courses]
    known = await known_codes(work.session, asked)
    unknown = [code for code in asked if code not in known]
    if unknown:
        detail = f"the catalogue has no {', '.join(unknown)}"
        raise Invalid([Fault("/qualifying_courses", "course_unknown", detail)])
