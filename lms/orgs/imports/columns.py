"""Which column of a file is which: header names in English and Chinese, and the delimiter. Pure."""

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

DELIMITERS = (",", "\t", ";")


class Column(StrEnum):
    """What a roster file can say about a member of staff."""

    STAFF_NUMBER = "staff_number"
    NAME_ZH = "name_zh"
    NAME_EN = "name_en"
    WORK_EMAIL = "work_email"
    JOB_ROLE = "job_role"
    CENTRE = "centre"
    FIRST_DAY = "first_day"
    LAST_DAY = "last_day"


SPELLINGS: dict[Column, tuple[str, ...]] = {
    Column.STAFF_NUMBER: (
        "staff number, staff no, staff id, employee number, employee no, employee id",
        "員工編號, 員工號碼, 員工號, 職員編號, 職員號碼, 僱員編號, 工號",
    ),
    Column.NAME_ZH: ("name zh, chinese name, name chinese", "中文姓名, 中文名, 中文名稱, 姓名"),
    Column.NAME_EN: ("name en, english name, name english, name", "英文姓名, 英文名, 英文名稱"),
    Column.WORK_EMAIL: (
        "work email, email, e-mail, email address, work e-mail",
        "電郵, 電郵地址, 電子郵件, 電子郵箱, 工作電郵, 公司電郵",
    ),
    Column.JOB_ROLE: (
        "job role, role, job title, title, position, post",
        "職位, 職務, 職稱, 職銜, 崗位",
    ),
    Column.CENTRE: (
        "centre, center, service centre, contact centre, centre name, centre id",
        "中心, 服務中心, 客戶服務中心, 聯絡中心, 中心名稱, 中心編號",
    ),
    Column.FIRST_DAY: (
        "first day, start date, from, date joined, joined on",
        "首日, 開始日期, 到職日期, 入職日期, 生效日期",
    ),
    Column.LAST_DAY: (
        "last day, end date, until, date left, left on",
        "末日, 最後工作日, 結束日期, 離職日期",
    ),
}
"""The header names that each column is known by; case, width, spaces and dots do not matter."""

_DROPPED = re.compile(r"[\s._\-()/#:：*]+")


@dataclass(frozen=True, slots=True)
class HeaderFault:
    """One thing wrong with the header."""

    column: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Header:
    """The columns in the file's order, and what is wrong with them."""

    columns: tuple[Column, ...]
    faults: tuple[HeaderFault, ...]


def plain(name: str) -> str:
    """A header or centre name as it is compared."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", name).casefold())


KNOWN: dict[str, Column] = {
    plain(spelling): column
    for column, groups in SPELLINGS.items()
    for group in groups
    for spelling in group.split(", ")
}


def read_header(cells: Sequence[str], *, needs_centre: bool) -> Header:
    """Recognise a header. A column that we do not know is a fault: it may be a misspelt leaver."""
    columns: list[Column] = []
    faults: list[HeaderFault] = []
    for cell in cells:
        column = KNOWN.get(plain(cell))
        if column is None:
            faults.append(HeaderFault(cell[:60], "column_unknown", f"known are {_known()}"))
        elif column in columns:
            faults.append(HeaderFault(cell[:60], "column_twice", f"two columns are {column}"))
        else:
            columns.append(column)
    needed = [Column.STAFF_NUMBER, *([Column.CENTRE] if needs_centre else [])]
    faults += [
        HeaderFault(column, "column_missing", f"a column {column} is needed")
        for column in needed
        if column not in columns
    ]
    return Header(tuple(columns), tuple(faults))


def delimiter_of(first_line: str) -> str:
    """The delimiter under which most of the first line's cells are known names; the comma first."""

    def known(delimiter: str) -> int:
        cells = next(csv.reader([first_line], delimiter=delimiter), [])
        return sum(plain(cell) in KNOWN for cell in cells)

    return max(DELIMITERS, key=known)


def _known() -> str:
    return ", ".join(Column)
