"""Another pass rule for a version that is in use: proposed by one person, approved by another.

A rule is in use from the version's opening on: people enrol on its word. Until then the draft is
simply edited. How exams take it up: `courses/papers/new_rule.py`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from courses.catalogue import queries
from courses.catalogue.models import Component, CourseVersion, VersionState
from courses.catalogue.permissions import CHANGE_PASS_RULE
from courses.catalogue.schemas import PassRuleIn
from lms.approvals.models import Proposal
from lms.approvals.service import propose
from lms.audit.service import record
from lms.kernel.problems import Conflict, Fault, Invalid
from lms.kernel.work import Work

KIND = "catalogue.pass-rule"
RULE_FIELDS = (
    "attendance_percent",
    "retake_limit",
    "cooling_off_days",
    "cef_attendance_percent",
    "cef_mark_percent",
)


async def propose_pass_rule(work: Work, code: str, number: int, data: PassRuleIn) -> Proposal:
    """Ask for another rule.

    Raises:
        Conflict: `version_not_open`: a draft is edited, a closed version is over.
        Invalid: the components are not those of the version.
    """
    work.actor.require(CHANGE_PASS_RULE)
    version = await queries.require_version(work.session, code, number)
    _require_open(version)
    _require_all(await queries.components(work.session, version.id), data)
    return await propose(
        work,
        kind=KIND,
        subject_id=version.id,
        payload=data.model_dump(exclude={"reason"}),
        reason=data.reason,
    )


async def apply_pass_rule(work: Work, payload: dict[str, Any], proposal: Proposal) -> None:
    """Put an approved rule in the catalogue, in the approval's transaction."""
    version = await queries.version_by_id(work.session, proposal.subject_id, locked=True)
    _require_open(version)
    parts = {row.position: row for row in await queries.components(work.session, version.id)}
    before = _rule(version, parts.values())
    for name in RULE_FIELDS:
        setattr(version, name, payload[name])
    version.attendance_gates = version.attendance_percent is not None
    for given in payload["components"]:
        part = parts[given["position"]]
        part.weight, part.pass_mark_percent = given["weight"], given["pass_mark_percent"]
    version.revision += 1
    await record(
        work,
        action="version.pass-rule-changed",
        subject=("course_version", version.id),
        before=before,
        after=msgspec.to_builtins(payload),
        reason=proposal.reason,
    )


def _require_open(version: CourseVersion) -> None:
    if version.state is not VersionState.OPEN:
        raise Conflict("version_not_open", f"it is {version.state.value}")


def _require_all(parts: Sequence[Component], data: PassRuleIn) -> None:
    wanted = sorted(part.position for part in data.components)
    if wanted != [part.position for part in parts]:
        fault = Fault("/components", "components", "name each component of the version once")
        raise Invalid([fault])


def _rule(version: CourseVersion, parts: Iterable[Component]) -> dict[str, Any]:
    rule: dict[str, Any] = {name: getattr(version, name) for name in RULE_FIELDS}
    kept = {"position", "weight", "pass_mark_percent"}
    rule["components"] = [part.model_dump(include=kept) for part in parts]
    return rule
