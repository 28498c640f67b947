"""Verbs on courses. On their versions: `versions.py`; on a rule in use: `pass_rule.py`."""

from collections.abc import Mapping

from courses.catalogue import queries
from courses.catalogue.models import Course, TitleStatus
from courses.catalogue.permissions import RUN_CATALOGUE
from courses.catalogue.schemas import CourseEditIn, CourseIn, TitleConfirmationIn
from lms.audit.service import record
from lms.issuer.models import ISSUER_ID
from lms.kernel.work import Work
from lms.web.dependencies import ExpectedRevision


async def add_course(work: Work, data: CourseIn) -> Course:
    """Add a course at the end of the list, with an English title that nobody has confirmed."""
    work.actor.require(RUN_CATALOGUE)
    course = Course(
        id=work.new_id(),
        issuer_id=ISSUER_ID,
        title_en_status=TitleStatus.UNVERIFIED,
        position=await queries.next_position(work.session),
        **data.model_dump(),
    )
    work.session.add(course)
    await work.session.flush()
    await record(
        work, action="course.added", subject=("course", course.id), after=data.model_dump()
    )
    return course


async def edit_course(
    work: Work, code: str, expected: ExpectedRevision, data: CourseEditIn
) -> Course:
    """Change what a course is called and where it belongs; its code stays."""
    work.actor.require(RUN_CATALOGUE)
    course = await queries.require_course(work.session, code, locked=True)
    expected.check(course.revision)
    changes = data.model_dump(exclude_unset=True)
    if changes.get("title_en", course.title_en) != course.title_en:
        changes["title_en_status"] = TitleStatus.UNVERIFIED
    return await _change(work, course, "course.edited", changes)


async def confirm_title(
    work: Work, code: str, expected: ExpectedRevision, data: TitleConfirmationIn
) -> Course:
    """Say what the English title is: from now on it is the issuer's own."""
    work.actor.require(RUN_CATALOGUE)
    course = await queries.require_course(work.session, code, locked=True)
    expected.check(course.revision)
    changes = {"title_en": data.title_en, "title_en_status": TitleStatus.VERIFIED}
    return await _change(work, course, "course.title-confirmed", changes)


async def _change(work: Work, course: Course, action: str, changes: Mapping[str, object]) -> Course:
    before = {name: getattr(course, name) for name in changes}
    for name, value in changes.items():
        setattr(course, name, value)
    course.revision += 1
    await record(work, action=action, subject=("course", course.id), before=before, after=changes)
    return course
