"""The issuer's published courses, from `catalogue.json`, loaded at every start."""

from pathlib import Path

import msgspec
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from courses.catalogue.models import Course
from lms.issuer.models import ISSUER_ID
from lms.kernel.work import Work

SOURCE = Path(__file__).with_name("catalogue.json")


class PublishedCourse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A course as published; hours, fee, prerequisites, marks and validity are not."""

    code: str
    title_zh_hant: str
    title_en: str
    title_en_status: str
    cef_reimbursable: bool
    family: str
    role_level: str | None


def published_courses() -> list[PublishedCourse]:
    """The courses in their published order."""
    return msgspec.json.decode(SOURCE.read_bytes(), type=list[PublishedCourse])


async def load_catalogue(work: Work) -> int:
    """Add the published courses that are not there yet; answers how many.

    What the operator has changed since stays as it is.
    """
    rows = [
        {"id": work.new_id(), "issuer_id": ISSUER_ID, "position": place, "revision": 1}
        | msgspec.to_builtins(course)
        for place, course in enumerate(published_courses(), start=1)
    ]
    statement = (
        insert(Course)
        .values(rows)
        .on_conflict_do_nothing(constraint="uq_course_code")
        .returning(col(Course.id))
    )
    return len((await work.session.execute(statement)).all())
