"""The catalogue at the API: the public list and page of courses, and its running by admins."""

from litestar import Router, get, patch, post
from litestar.datastructures import State

from courses.catalogue import listing, pass_rule, queries, service, versions
from courses.catalogue.permissions import CHANGE_PASS_RULE, READ_VERSIONS, RUN_CATALOGUE
from courses.catalogue.schemas import (
    CourseDetailOut,
    CourseEditIn,
    CourseIn,
    CourseOut,
    CourseRowOut,
    PassRuleIn,
    TitleConfirmationIn,
    VersionEditIn,
    VersionIn,
    VersionLineOut,
    VersionOut,
)
from lms.approvals.schemas import ProposalOut
from lms.issuer.queries import issuer_day
from lms.kernel.actor import PUBLIC, Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works
from lms.web.dependencies import ExpectedRevision


@get("", operation_id="listCourses", needs=PUBLIC)
async def list_courses(state: State, page: PageRequest) -> Page[CourseRowOut]:
    """Courses in the issuer's order."""
    works: Works = state.works  # a second dependency would cost this hot path a task group
    rows = await listing.list_rows(works.pool, page, works.clock.now())
    return page_of(
        rows, page, out=CourseRowOut.of, key=lambda row: [row["position"], str(row["id"])]
    )


@get("/{code:str}", operation_id="getCourse", needs=PUBLIC)
async def get_course(code: str, works: Works, actor: Actor) -> CourseDetailOut:
    """One course, with the version that takes enrolments today."""
    async with works.read(actor) as work:
        course = await queries.require_course(work.session, code)
        day = await issuer_day(work)
        version = await queries.version_in_effect(work.session, course.id, day)
        found = None if version is None else await queries.whole(work.session, version)
    return CourseDetailOut.with_version(course, found)


@post("", operation_id="createCourse", needs=RUN_CATALOGUE)
async def create_course(
    data: CourseIn, works: Works, actor: Actor, key: IdempotencyKey
) -> CourseOut:
    """Add a course to the catalogue."""
    async with works.write(actor, key) as work:
        return work.remember(CourseOut.of(await service.add_course(work, data)))


@patch("/{code:str}", operation_id="editCourse", needs=RUN_CATALOGUE)
async def edit_course(
    code: str, data: CourseEditIn, works: Works, actor: Actor, expected: ExpectedRevision
) -> CourseOut:
    """Change a course's titles, family, level or its standing with the fund."""
    async with works.write(actor) as work:
        return CourseOut.of(await service.edit_course(work, code, expected, data))


@post(
    "/{code:str}/title-confirmation",
    operation_id="confirmCourseTitle",
    needs=RUN_CATALOGUE,
    status_code=200,
)
async def confirm_title(
    code: str, data: TitleConfirmationIn, works: Works, actor: Actor, expected: ExpectedRevision
) -> CourseOut:
    """Confirm the English title as the issuer's own."""
    async with works.write(actor) as work:
        return CourseOut.of(await service.confirm_title(work, code, expected, data))


@get("/{code:str}/versions", operation_id="listCourseVersions", needs=READ_VERSIONS)
async def list_versions(code: str, works: Works, actor: Actor) -> list[VersionLineOut]:
    """A course's versions, newest first, drafts too."""
    async with works.read(actor) as work:
        await queries.require_course(work.session, code)
        return [VersionLineOut.of(row) for row in await queries.versions(work.session, code)]


@post("/{code:str}/versions", operation_id="draftCourseVersion", needs=RUN_CATALOGUE)
async def draft_version(
    code: str, data: VersionIn, works: Works, actor: Actor, key: IdempotencyKey
) -> VersionOut:
    """Draft the next version of a course."""
    async with works.write(actor, key) as work:
        return work.remember(VersionOut.of(await versions.add_version(work, code, data)))


@get("/{code:str}/versions/{number:int}", operation_id="getCourseVersion", needs=READ_VERSIONS)
async def get_version(code: str, number: int, works: Works, actor: Actor) -> VersionOut:
    """One version, whatever its state."""
    async with works.read(actor) as work:
        version = await queries.require_version(work.session, code, number)
        return VersionOut.of(await queries.whole(work.session, version))


@patch("/{code:str}/versions/{number:int}", operation_id="editCourseVersion", needs=RUN_CATALOGUE)
async def edit_version(
    code: str,
    number: int,
    data: VersionEditIn,
    works: Works,
    actor: Actor,
    expected: ExpectedRevision,
) -> VersionOut:
    """Set what the operator sets; of an open version only its fee and its last day."""
    async with works.write(actor) as work:
        return VersionOut.of(await versions.edit_version(work, code, number, expected, data))


@post(
    "/{code:str}/versions/{number:int}/opening",
    operation_id="openCourseVersion",
    needs=RUN_CATALOGUE,
    status_code=200,
)
async def open_version(
    code: str, number: int, works: Works, actor: Actor, expected: ExpectedRevision
) -> VersionOut:
    """Open a complete draft for enrolment."""
    async with works.write(actor) as work:
        return VersionOut.of(await versions.open_version(work, code, number, expected))


@post(
    "/{code:str}/versions/{number:int}/closing",
    operation_id="closeCourseVersion",
    needs=RUN_CATALOGUE,
    status_code=200,
)
async def close_version(
    code: str, number: int, works: Works, actor: Actor, expected: ExpectedRevision
) -> VersionOut:
    """Take no more enrolments into a version."""
    async with works.write(actor) as work:
        return VersionOut.of(await versions.close_version(work, code, number, expected))


@post(
    "/{code:str}/versions/{number:int}/pass-rule-proposals",
    operation_id="proposePassRule",
    needs=CHANGE_PASS_RULE,
)
async def propose_pass_rule(
    code: str, number: int, data: PassRuleIn, works: Works, actor: Actor, key: IdempotencyKey
) -> ProposalOut:
    """Propose another pass rule for an open version; a second person approves it."""
    async with works.write(actor, key) as work:
        made = await pass_rule.propose_pass_rule(work, code, number, data)
        return work.remember(ProposalOut.of(made))


router = Router(
    path="/courses",
    route_handlers=[
        list_courses,
        get_course,
        create_course,
        edit_course,
        confirm_title,
        list_versions,
        draft_version,
        get_version,
        edit_version,
        open_version,
        close_version,
        propose_pass_rule,
    ],
)
