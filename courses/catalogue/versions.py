"""Verbs on versions: draft, set, open, close. An open one changes only its fee and last day.

Another pass rule for an open version needs two people: `pass_rule.py`.
"""

from typing import Any
from uuid import UUID

from courses.catalogue import queries
from courses.catalogue.models import (
    Component,
    CourseVersion,
    Prerequisite,
    ValidityKind,
    VersionState,
)
from courses.catalogue.opening import Content, missing
from courses.catalogue.permissions import RUN_CATALOGUE
from courses.catalogue.queries import WholeVersion
from courses.catalogue.schemas import VersionEditIn, VersionIn
from courses.events import VersionClosed
from lms.audit.service import record
from lms.kernel.problems import Conflict, Fault, Invalid, Problem
from lms.kernel.work import Work
from lms.web.dependencies import ExpectedRevision

CHANGEABLE_WHILE_OPEN = frozenset({"fee_hkd_cents", "teach_out_on"})


async def add_version(work: Work, code: str, data: VersionIn) -> WholeVersion:
    """Draft the next version of a course.

    Raises:
        Invalid: a prerequisite is unknown, or the days are in the wrong order.
    """
    work.actor.require(RUN_CATALOGUE)
    course = await queries.require_course(work.session, code, locked=True)
    version = CourseVersion(
        id=work.new_id(),
        course_id=course.id,
        number=await queries.highest_number(work.session, course.id) + 1,
        effective_from=data.effective_from,
    )
    work.session.add(version)
    await work.session.flush()
    await _apply(work, version, data)
    await record(
        work,
        action="version.drafted",
        subject=("course_version", version.id),
        after=data.model_dump(exclude_unset=True),
    )
    return await queries.whole(work.session, version)


async def edit_version(
    work: Work, code: str, number: int, expected: ExpectedRevision, data: VersionEditIn
) -> WholeVersion:
    """Set what the operator sets.

    Raises:
        Problem: `version_fixed`, the version is open or closed; all refused fields are named.
        Invalid: a prerequisite is unknown, or the days are in the wrong order.
    """
    work.actor.require(RUN_CATALOGUE)
    version = await queries.require_version(work.session, code, number, locked=True)
    expected.check(version.revision)
    _refuse_fixed(version, data)
    before = _plain(await queries.whole(work.session, version))
    await _apply(work, version, data)
    version.revision += 1
    await record(
        work,
        action="version.edited",
        subject=("course_version", version.id),
        before={name: before[name] for name in data.model_fields_set if name in before},
        after=data.model_dump(exclude_unset=True),
    )
    return await queries.whole(work.session, version)


async def open_version(
    work: Work, code: str, number: int, expected: ExpectedRevision
) -> WholeVersion:
    """Open a draft for enrolment.

    Raises:
        Conflict: `version_not_draft`.
        Problem: `version_incomplete`, naming everything that is not set.
    """
    work.actor.require(RUN_CATALOGUE)
    version = await queries.require_version(work.session, code, number, locked=True)
    expected.check(version.revision)
    if version.state is not VersionState.DRAFT:
        raise Conflict("version_not_draft", f"it is {version.state.value}")
    found = await queries.whole(work.session, version)
    faults = missing(_content(found))
    if faults:
        raise Problem(code="version_incomplete", faults=faults)
    version.state = VersionState.OPEN
    version.opened_at = work.now()
    version.revision += 1
    await work.session.flush()
    await record(
        work,
        action="version.opened",
        subject=("course_version", version.id),
        after=_plain(found),
    )
    return found


async def close_version(
    work: Work, code: str, number: int, expected: ExpectedRevision
) -> WholeVersion:
    """Take no more enrolments; those who are enrolled go on until the teach-out date.

    Its classes close with it: `courses/enrolment/subscriptions.py`.

    Raises:
        Conflict: `version_not_open`.
    """
    work.actor.require(RUN_CATALOGUE)
    version = await queries.require_version(work.session, code, number, locked=True)
    expected.check(version.revision)
    if version.state is not VersionState.OPEN:
        raise Conflict("version_not_open", f"it is {version.state.value}")
    version.state = VersionState.CLOSED
    version.closed_at = work.now()
    version.revision += 1
    await work.emit(VersionClosed(version_id=version.id, course_id=version.course_id))
    await record(work, action="version.closed", subject=("course_version", version.id))
    return await queries.whole(work.session, version)


def _refuse_fixed(version: CourseVersion, data: VersionEditIn) -> None:
    if version.state is VersionState.DRAFT:
        return
    refused = sorted(data.model_fields_set - CHANGEABLE_WHILE_OPEN)
    if version.state is VersionState.OPEN and "fee_hkd_cents" in data.model_fields_set:
        refused += ["fee_hkd_cents"] if data.fee_hkd_cents is None else []
    if version.state is VersionState.CLOSED:
        refused = sorted(data.model_fields_set - {"teach_out_on"})
    if refused:
        faults = [Fault(f"/{name}", "fixed", "fixed since it opened") for name in refused]
        raise Problem(code="version_fixed", faults=faults)


async def _apply(work: Work, version: CourseVersion, data: VersionEditIn) -> None:
    given = data.model_fields_set
    for name in given - {"prerequisites", "validity", "components"}:
        setattr(version, name, getattr(data, name))
    version.attendance_gates = version.attendance_percent is not None
    if version.teach_out_on is not None and version.teach_out_on < version.effective_from:
        raise Invalid([Fault("/teach_out_on", "order", "it ends before it begins")])
    if "validity" in given:
        kind = ValidityKind.UNSET if data.validity is None else ValidityKind(data.validity.kind)
        version.validity_kind = kind
        version.validity_months = None if data.validity is None else data.validity.months
    if "prerequisites" in given:
        version.prerequisites_decided = data.prerequisites is not None
        await _set_prerequisites(work, version, data.prerequisites or [])
    if "components" in given:
        await _set_components(work, version.id, data)
    await work.session.flush()


async def _set_prerequisites(work: Work, version: CourseVersion, codes: list[str]) -> None:
    known = await queries.course_ids(work.session, codes)
    faults = [
        Fault(f"/prerequisites/{place}", "unknown", f"there is no other course {code}")
        for place, code in enumerate(codes)
        if code not in known or known[code] == version.course_id
    ]
    if faults:
        raise Invalid(faults)
    wanted = set(known.values())
    held = {
        row.required_course_id: row for row in await queries.asked_for(work.session, version.id)
    }
    for course_id in held.keys() - wanted:
        await work.session.delete(held[course_id])
    for course_id in wanted - held.keys():
        work.session.add(Prerequisite(version_id=version.id, required_course_id=course_id))


async def _set_components(work: Work, version_id: UUID, data: VersionEditIn) -> None:
    """Bring components to the list, place by place, so that an exam keeps its component's id."""
    wanted = data.components or []
    held = {row.position: row for row in await queries.components(work.session, version_id)}
    for position, part in enumerate(wanted, start=1):
        row = held.pop(position, None)
        if row is None:
            row = Component(
                id=work.new_id(), version_id=version_id, position=position, **part.model_dump()
            )
            work.session.add(row)
            continue
        for name, value in part.model_dump().items():
            setattr(row, name, value)
    for row in held.values():
        await work.session.delete(row)


def _content(found: WholeVersion) -> Content:
    return Content(
        contact_minutes=found.version.contact_minutes,
        fee_hkd_cents=found.version.fee_hkd_cents,
        prerequisites_decided=found.version.prerequisites_decided,
        validity_kind=found.version.validity_kind,
        pass_marks=[part.pass_mark_percent for part in found.components],
    )


def _plain(found: WholeVersion) -> dict[str, Any]:
    plain = found.version.model_dump(exclude={"id", "course_id", "revision"})
    plain["validity"] = {"kind": found.version.validity_kind, "months": plain["validity_months"]}
    plain["prerequisites"] = list(found.prerequisites)
    plain["components"] = [part.model_dump(exclude={"version_id"}) for part in found.components]
    return plain
