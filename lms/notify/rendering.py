"""From a template and its context to a subject and a text. The texts are in `templates/`.

Every mail says its matter in Traditional Chinese and in English, one after the other.
"""

import functools
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

FOLDER = Path(__file__).parent / "templates"
SUFFIX = ".txt.j2"
LAYOUT = "layout"
VALUE_LONGEST = 500
SUBJECT_LONGEST = 250
TEXT_LONGEST = 64 * 1024

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's words."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Sender:
    """What every template may name: whose mail it is, and where the service is."""

    issuer_zh: str
    issuer_en: str
    base_url: str


def template_names() -> list[str]:
    """The mails that there are."""
    names = (path.name.removesuffix(SUFFIX) for path in FOLDER.glob(f"*{SUFFIX}"))
    return sorted(name for name in names if name != LAYOUT)


def render(template: str, context: Mapping[str, Any], sender: Sender) -> Rendered:
    """A mail's words.

    Raises:
        jinja2.TemplateNotFound: there is no such mail.
        jinja2.UndefinedError: the template names something that the context lacks.
        ValueError: a value that is to be shown is None, or the mail grows beyond its bounds.
    """
    found = environment().get_template(template + SUFFIX)
    values = {
        **context,
        "issuer_zh": sender.issuer_zh,
        "issuer_en": sender.issuer_en,
        "base_url": sender.base_url,
    }
    subject = " ".join("".join(found.blocks["subject"](found.new_context(values))).split())
    text = found.render(values)
    if len(subject) > SUBJECT_LONGEST:
        subject = subject[: SUBJECT_LONGEST - 1] + "…"
    if len(text) > TEXT_LONGEST:
        raise ValueError(f"the mail {template} has {len(text)} characters")
    return Rendered(subject, text)


@functools.cache
def environment() -> Environment:
    """The templates, strict about missing names; HTML parts, should there be any, are escaped."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        finalize=_one_line,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["zh_date"] = zh_date
    made.filters["en_date"] = en_date
    made.filters["zh_moment"] = zh_moment
    made.filters["en_moment"] = en_moment
    return made


def zh_date(day: str | date) -> str:
    """2026年3月2日."""
    read = day if isinstance(day, date) else date.fromisoformat(str(day))
    return f"{read.year}年{read.month}月{read.day}日"


def en_date(day: str | date) -> str:
    """2 March 2026."""
    read = day if isinstance(day, date) else date.fromisoformat(str(day))
    return f"{read.day} {MONTHS[read.month - 1]} {read.year}"


def zh_moment(at: str) -> str:
    """2026年3月2日 09:30; `at` is an ISO instant that is local already."""
    read = datetime.fromisoformat(str(at))
    return f"{zh_date(read.date())} {read:%H:%M}"


def en_moment(at: str) -> str:
    """2 March 2026, 09:30; `at` is an ISO instant that is local already."""
    read = datetime.fromisoformat(str(at))
    return f"{en_date(read.date())}, {read:%H:%M}"


def _one_line(value: object) -> object:
    """A shown value cannot open a line of its own in a mail, turn its direction, or flood it."""
    if value is None:
        raise ValueError("a value to be shown is missing")
    if not isinstance(value, str):
        return value
    shown = "".join(_shown(character) for character in value[: VALUE_LONGEST + 1])
    return shown if len(value) <= VALUE_LONGEST else shown[:VALUE_LONGEST] + "…"


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if category in {"Cf", "Cs"} else character
