"""The public page, bilingual: strict templates, everything escaped, nothing from outside."""

import base64
import functools
import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lms.notify.rendering import en_date, zh_date

FOLDER = Path(__file__).parent / "templates"
STYLE = "page.css"


def render(template: str, context: Mapping[str, Any]) -> str:
    """A page.

    Raises:
        jinja2.UndefinedError: the template names something that the context lacks.
    """
    return _environment().get_template(template).render(context)


@functools.cache
def headers() -> dict[str, str]:
    """Headers of every page: only its own style, which the policy knows by its hash."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
    return {"Content-Security-Policy": policy, **common_headers()}


def common_headers() -> dict[str, str]:
    """Headers of page and JSON alike: the status is of this moment, and no search engine's."""
    return {"Cache-Control": "no-store", "Vary": "Accept", "X-Robots-Tag": "noindex, noarchive"}


@functools.cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["style"] = Markup(_style())  # noqa: S704 - our own file, not anybody's input
    made.filters["moment"] = _moment
    made.filters["zh_date"] = zh_date
    made.filters["en_date"] = en_date
    return made


@functools.cache
def _style() -> str:
    return (FOLDER / STYLE).read_text(encoding="utf-8")


def _moment(at: datetime, zone: str) -> str:
    """An instant on the clock of a zone, which is named."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"
