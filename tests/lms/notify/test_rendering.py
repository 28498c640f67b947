from datetime import date

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from lms.notify.rendering import (
    SUBJECT_LONGEST,
    TEXT_LONGEST,
    Sender,
    en_date,
    environment,
    render,
    zh_date,
)

SENDER = Sender("亞太", "Asia Pacific", "https://lms.example")


def refused(reason: object, name: str | None = "Harbour") -> str:
    context = {"organisation_zh": None, "organisation_en": name, "reason": reason}
    return render("organisation_refused", context, SENDER).text


def test_dates_are_written_as_people_write_them() -> None:
    assert zh_date("2026-03-02") == "2026年3月2日"
    assert en_date(date(2028, 2, 29)) == "29 February 2028"


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\u2028", "\u2029", "\x85", "\x0b", "\x00"])
def test_a_value_cannot_open_a_line_of_its_own(break_: str) -> None:
    text = refused(f"missing{break_}{break_}Pay at https://evil.example")
    line = next(line for line in text.splitlines() if "evil" in line)
    assert line.lstrip().startswith("missing")


def test_a_value_cannot_turn_the_direction_of_writing() -> None:
    assert "\u202e" not in refused("\u202eevil")


def test_a_long_value_is_cut() -> None:
    text = refused("x" * 10_000)
    assert "x" * 500 + "…" in text
    assert "x" * 501 not in text


def test_a_value_that_is_none_is_refused_rather_than_shown() -> None:
    with pytest.raises(ValueError, match="missing"):
        refused(None)
    with pytest.raises(ValueError, match="missing"):
        refused("why", name=None)


def test_a_subject_is_bounded_and_one_line() -> None:
    context = {"organisation_zh": "甲\n乙" * 120, "organisation_en": "B\r\nBcc: x@example.org"}
    subject = render("organisation_registered", context, SENDER).subject
    assert len(subject) <= SUBJECT_LONGEST
    assert subject.splitlines() == [subject]


def test_a_text_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.notify.rendering.TEXT_LONGEST", 100)
    assert TEXT_LONGEST > 100
    with pytest.raises(ValueError, match="characters"):
        refused("why")


def test_a_missing_name_and_a_missing_template_are_errors() -> None:
    with pytest.raises(UndefinedError):
        render("organisation_refused", {"reason": "x"}, SENDER)
    with pytest.raises(TemplateNotFound):
        render("no_such_mail", {}, SENDER)


def test_html_parts_would_be_escaped_and_text_parts_are_not() -> None:
    escapes = environment().autoescape
    assert callable(escapes)
    assert escapes("letter.html.j2") is True
    assert escapes("letter.txt.j2") is False
