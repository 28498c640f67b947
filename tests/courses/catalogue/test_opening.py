from dataclasses import replace

import asyncpg
import pytest

from courses.catalogue.models import ValidityKind
from courses.catalogue.opening import Content, missing
from tests.builders.exams import SYSTEM, a_course

COMPLETE = Content(
    contact_minutes=960,
    fee_hkd_cents=0,
    prerequisites_decided=True,
    validity_kind=ValidityKind.NONE,
    pass_marks=(60, 50),
)
EMPTY = Content(
    contact_minutes=None,
    fee_hkd_cents=None,
    prerequisites_decided=False,
    validity_kind=ValidityKind.UNSET,
    pass_marks=(),
)


def test_a_complete_version_lacks_nothing_and_zero_is_a_value():
    assert missing(COMPLETE) == []
    assert missing(replace(COMPLETE, contact_minutes=0)) == []


def test_everything_that_is_not_set_is_named_at_once():
    assert [fault.pointer for fault in missing(EMPTY)] == [
        "/contact_minutes",
        "/fee_hkd_cents",
        "/prerequisites",
        "/validity",
        "/components",
    ]


def test_a_pass_mark_is_named_by_its_component():
    faults = missing(replace(COMPLETE, pass_marks=(60, None, None)))
    assert [fault.pointer for fault in faults] == [
        "/components/1/pass_mark_percent",
        "/components/2/pass_mark_percent",
    ]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"contact_minutes": None}, "/contact_minutes"),
        ({"fee_hkd_cents": None}, "/fee_hkd_cents"),
        ({"prerequisites_decided": False}, "/prerequisites"),
        ({"validity_kind": ValidityKind.UNSET}, "/validity"),
        ({"pass_marks": ()}, "/components"),
    ],
)
def test_each_missing_field_blocks_by_itself(change, pointer):
    assert [fault.pointer for fault in missing(replace(COMPLETE, **change))] == [pointer]


@pytest.mark.parametrize(
    "unset",
    [
        "contact_minutes = NULL",
        "fee_hkd_cents = NULL",
        "prerequisites_decided = false",
        "validity_kind = 'unset', validity_months = NULL",
    ],
)
async def test_the_database_itself_keeps_nothing_open_with_a_field_unset(opened, unset):
    async with opened.works.write(SYSTEM) as work:
        await a_course(work)
    with pytest.raises(asyncpg.CheckViolationError, match="ck_course_version_complete"):
        await opened.pool.execute(f"UPDATE course_version SET {unset}")  # noqa: S608 - from above
