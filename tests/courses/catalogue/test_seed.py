from sqlalchemy import select
from sqlmodel import col

from courses.catalogue.models import Course
from courses.catalogue.seed import load_catalogue, published_courses
from tests.builders.learning import SYSTEM


async def load(opened) -> int:
    async with opened.works.write(SYSTEM) as work:
        return await load_catalogue(work)


def test_thirteen_courses_three_of_which_the_fund_reimburses():
    courses = published_courses()
    assert len({course.code for course in courses}) == len(courses) == 13
    assert {course.code for course in courses if course.cef_reimbursable} == {
        "CCSM",
        "CSEL",
        "CPCS",
    }


async def test_loading_again_adds_nothing_and_keeps_what_the_operator_changed(opened):
    assert await load(opened) == 13
    async with opened.works.write(SYSTEM) as work:
        course = await work.session.scalar(select(Course).where(col(Course.code) == "CPCS"))
        course.title_en = "As the operator has it"
    assert await load(opened) == 0
    rows = await opened.pool.fetch("SELECT code, title_en FROM course ORDER BY position")
    assert [row["code"] for row in rows] == [course.code for course in published_courses()]
    assert rows[-1]["title_en"] == "As the operator has it"
    assert await opened.pool.fetchval("SELECT count(*) FROM course_version") == 0
