"""Approving versions of schemes. A version is never edited: the next one replaces it."""

from collections.abc import Sequence
from typing import Any

from certs.schemes.centre_title import TITLE_ZH
from certs.schemes.models import Scheme, SchemeKind
from certs.schemes.permissions import APPROVE_SCHEMES
from certs.schemes.queries import last_version
from certs.schemes.schemas import CentreSchemeIn, CourseSchemeIn, SignatoryIn
from courses.facts import course_by_code
from lms.audit.service import record
from lms.issuer.models import ISSUER_ID
from lms.kernel.problems import NotFound
from lms.kernel.work import Work


async def approve_course_scheme(work: Work, course_code: str, wanted: CourseSchemeIn) -> Scheme:
    """The next version of a course's scheme, approved by the actor.

    Raises:
        NotFound: no such course.
    """
    work.actor.require(APPROVE_SCHEMES)
    course = await course_by_code(work.session, course_code)
    if course is None:
        raise NotFound
    scheme = Scheme(
        id=work.new_id(),
        issuer_id=ISSUER_ID,
        kind=SchemeKind.COURSE,
        course_id=course.id,
        version=await last_version(work.session, SchemeKind.COURSE, course.id) + 1,
        automatic=wanted.automatic,
        signatories=_plain(wanted.signatories),
        approved_by=work.actor.person,
        approved_at=work.now(),
        reason=wanted.reason,
    )
    return await _add(work, scheme)


async def approve_centre_scheme(work: Work, wanted: CentreSchemeIn) -> Scheme:
    """The next version of what centre certificates are called and who signs them.

    Whether a centre gets one is the centres' own policy, not decided here.
    """
    work.actor.require(APPROVE_SCHEMES)
    scheme = Scheme(
        id=work.new_id(),
        issuer_id=ISSUER_ID,
        kind=SchemeKind.CENTRE,
        version=await last_version(work.session, SchemeKind.CENTRE, None) + 1,
        automatic=True,
        title_zh=TITLE_ZH,
        title_en=wanted.title_en,
        title_en_confirmed=wanted.title_en_confirmed,
        signatories=_plain(wanted.signatories),
        approved_by=work.actor.person,
        approved_at=work.now(),
        reason=wanted.reason,
    )
    return await _add(work, scheme)


async def _add(work: Work, scheme: Scheme) -> Scheme:
    work.session.add(scheme)
    await work.session.flush()
    await record(
        work,
        action="scheme.approved",
        subject=("scheme", scheme.id),
        after={
            "kind": scheme.kind.value,
            "course_id": scheme.course_id,
            "version": scheme.version,
            "automatic": scheme.automatic,
            "signatories": scheme.signatories,
        },
        reason=scheme.reason,
    )
    return scheme


def _plain(signatories: Sequence[SignatoryIn]) -> list[dict[str, Any]]:
    return [signatory.model_dump(mode="json") for signatory in signatories]
