"""Cursors: what we made is read again; what is another list's is told, never stumbled over."""

from datetime import date
from uuid import UUID

import pytest

from lms.kernel.paging import PageRequest, cursor_of, page_request
from lms.kernel.problems import Invalid

SOME_ID = UUID("01900000-0000-7000-8000-000000000001")
READERS = [
    PageRequest.after_id,
    PageRequest.after_number,
    PageRequest.after_day,
    PageRequest.after_text,
]


def test_each_kind_of_value_is_read_as_it_was_written() -> None:
    page = page_request(cursor=cursor_of([SOME_ID, 7, date(2026, 3, 2), "S-0071"]))
    assert page.after_id() == SOME_ID
    assert page.after_number(1) == 7
    assert page.after_day(2) == date(2026, 3, 2)
    assert page.after_text(-1) == "S-0071"


def test_without_a_cursor_a_list_begins_at_its_beginning() -> None:
    assert page_request(10) == PageRequest(limit=10)


@pytest.mark.parametrize("cursor", ["", "!", "é", "AAAA", "e30", "WzEuNV0", cursor_of([])])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        page_request(cursor=cursor)


@pytest.mark.parametrize("read", READERS)
def test_a_cursor_of_another_list_is_refused(read) -> None:
    with pytest.raises(Invalid) as refused:
        read(page_request(cursor=cursor_of([None])))
    assert refused.value.faults[0].pointer == "/cursor"
    with pytest.raises(Invalid):
        read(page_request(cursor=cursor_of(["a\0b"])))


@pytest.mark.parametrize("read", READERS)
def test_a_cursor_with_too_few_values_is_refused(read) -> None:
    with pytest.raises(Invalid):
        read(page_request(cursor=cursor_of([SOME_ID])), 1)
