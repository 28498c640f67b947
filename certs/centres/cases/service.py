"""Cases: something about a centre's certificate that a person has to judge."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from certs.centres.cases.models import CaseKind, CaseState, CentreCase
from certs.centres.permissions import SETTLE_CASES
from certs.events import CentreCaseOpened
from lms.audit.service import record
from lms.kernel.problems import Conflict, NotFound
from lms.kernel.work import Work
from lms.web.dependencies import ExpectedRevision


async def open_case(
    work: Work,
    *,
    centre_id: UUID,
    organisation_id: UUID,
    kind: CaseKind,
    findings: dict[str, Any],
    decision_id: UUID | None = None,
) -> UUID | None:
    """Open a case, unless one of the kind about the same decision is open: then None."""
    case_id = work.new_id()
    opened = await work.session.execute(
        insert(CentreCase)
        .values(
            id=case_id,
            organisation_id=organisation_id,
            centre_id=centre_id,
            decision_id=decision_id,
            kind=kind,
            state=CaseState.OPEN,
            findings=findings,
            opened_at=work.now(),
            revision=1,
        )
        .on_conflict_do_nothing()
        .returning(col(CentreCase.id))
    )
    if opened.first() is None:
        return None
    await work.emit(CentreCaseOpened(case_id=case_id, centre_id=centre_id, kind=kind.value))
    return case_id


async def settle_case(
    work: Work, case_id: UUID, expected: ExpectedRevision, resolution: str
) -> CentreCase:
    """Close a case with what was found and done; the doing itself is a verb of its own.

    Raises:
        Conflict: it has been settled.
    """
    work.actor.require(SETTLE_CASES)
    query = select(CentreCase).where(col(CentreCase.id) == case_id).with_for_update(key_share=True)
    case = (await work.session.scalars(query)).one_or_none()
    if case is None:
        raise NotFound
    expected.check(case.revision)
    if case.state is CaseState.SETTLED:
        raise Conflict("case_settled", "it has been settled")
    case.state = CaseState.SETTLED
    case.settled_at = work.now()
    case.settled_by = work.actor.person
    case.resolution = resolution
    case.revision += 1
    await work.session.flush()
    await record(
        work,
        action="centre_case.settled",
        subject=("centre", case.centre_id),
        after={"case_id": case.id, "kind": case.kind.value},
        reason=resolution,
    )
    return case
