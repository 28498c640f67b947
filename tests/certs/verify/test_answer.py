"""What the public is told, as pure rules."""

import base64
import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from itertools import product

import msgspec
import pytest

from certs.issuing.changes.status import Status
from certs.issuing.documents.payload import (
    Bilingual,
    Payload,
    canonical,
    numbered,
    payload_hash,
    read_payload,
)
from certs.issuing.numbers.number import Kind, Number
from certs.verify import page
from certs.verify.answer import as_context, as_json
from certs.verify.misses import neighbourhood
from certs.verify.queries import Found
from lms.web.pages import wants_page
from tests.certs.issuing.documents.drafts import a_draft

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
YEAR = timedelta(days=365)


def a_found(status: Status = Status.ISSUED, **draft: object) -> Found:
    exact = canonical(numbered(a_draft(**draft), str(Number("APCSC", Kind.PERSON, 2026, 1))))
    stated = read_payload(exact)
    return Found(
        payload=exact,
        payload_hash=payload_hash(exact),
        token="x.y.z",
        status=status.value,
        status_at=NOW,
        from_day=stated.from_day,
        last_day=stated.last_day,
        zone="Asia/Hong_Kong",
    )


def _page(found: Found, now: datetime = NOW) -> str:
    stated = read_payload(found.payload)
    return page.render("certificate.html.j2", as_context(found, stated, now))


def test_the_json_holds_the_exact_payload() -> None:
    found = a_found()
    body = as_json(found, NOW)
    assert b'"certificate":' + found.payload in body
    told = msgspec.json.decode(body)
    assert (told["standing"], told["valid"]) == ("valid", True)
    assert msgspec.convert(told["certificate"], Payload) == read_payload(found.payload)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.ISSUED, ("有效", "Valid")),
        (Status.SUSPENDED, ("已暫停", "Suspended")),
        (Status.REVOKED, ("已撤銷", "Revoked")),
        (Status.SUPERSEDED, ("已由另一證書取代", "Superseded by another certificate")),
        (Status.VOID, ("自簽發起無效", "Void from its issue")),
        (Status.LAPSED, ("已提前終止", "Ended before its last day")),
    ],
)
def test_every_standing_is_said_in_both_languages_with_its_time(
    status: Status, words: tuple[str, str]
) -> None:
    text = _page(a_found(status))
    assert all(word in text for word in words)
    assert "2026-03-02 09:00 (Asia/Hong_Kong)" in text
    assert f'class="standing {"valid" if status is Status.ISSUED else status.value}"' in text


def test_dates_are_told_apart_from_decisions() -> None:
    found = a_found()
    assert "已過有效期" in _page(found, NOW + timedelta(days=400))
    assert "尚未生效" in _page(found, NOW - timedelta(days=1))


def test_a_certificate_expires_at_midnight_of_its_own_zone() -> None:
    found = a_found()
    last_moment = datetime(2027, 3, 1, 15, 59, 59, tzinfo=UTC)
    assert b'"standing":"valid"' in as_json(found, last_moment)
    expired = as_json(found, last_moment + timedelta(seconds=1))
    assert b'"standing":"expired"' in expired
    assert b'"standing_since":"2027-03-01T16:00:00Z"' in expired


@pytest.mark.parametrize(
    ("organisation", "last_day", "signatories", "confirmed"),
    list(
        product(
            [None, Bilingual(zh=None, en="Co")],
            [None, date(2027, 3, 1)],
            [True, False],
            [True, False],
        )
    ),
)
def test_the_page_renders_strictly_whatever_is_absent(
    organisation: Bilingual | None, last_day: date | None, signatories: bool, confirmed: bool
) -> None:
    certified = msgspec.structs.replace(
        a_draft().certified, title_en_confirmed=confirmed, code=None, version=None
    )
    draft = {"organisation": organisation, "last_day": last_day, "certified": certified}
    if not signatories:
        draft["signatories"] = ()
    text = _page(a_found(**draft))
    assert ("working translation" in text) == (not confirmed)
    assert ("no end" in text) == (last_day is None)
    assert ("機構" in text) == (organisation is not None)


def test_names_are_escaped() -> None:
    text = _page(a_found(holder=Bilingual(zh=None, en="<script>alert(1)</script>")))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_the_page_asks_nothing_of_other_hosts() -> None:
    text = _page(a_found())
    assert "<link" not in text
    assert "<img" not in text
    assert "src=" not in text
    policy = page.headers()["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_the_policy_allows_the_pages_own_style_and_there_is_no_other() -> None:
    text = _page(a_found())
    [style] = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page.headers()["Content-Security-Policy"]
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script", text)


@pytest.mark.parametrize("status", Status)
def test_english_is_marked_as_english_wherever_it_stands(status: Status) -> None:
    pages = [_page(a_found(status)), _page(a_found(last_day=None)), _page(a_found(), NOW + YEAR)]
    pages += [page.render(name, {}) for name in ("unknown.html.j2", "too_many.html.j2")]
    for text in pages:
        assert '<html lang="zh-Hant">' in text
        body = text.partition("<body>")[2]
        without = re.sub(r'<(span|time)[^>]*lang="en"[^>]*>[^<]*</\1>|<[^>]*>', " ", body)
        words = set(re.findall(r"[A-Za-z]{2,}", without))
        assert words <= {"Asia", "Hong", "Kong", "APCSC", "CPCS", "SHA"} | _hex_words(without)


def _hex_words(text: str) -> set[str]:
    """Letters of the hash."""
    return {word for one in re.findall(r"[0-9a-f]{64}", text) for word in re.findall("[a-f]+", one)}


def test_colours_can_be_told_from_their_ground() -> None:
    style = (page.FOLDER / page.STYLE).read_text()
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", style))
    for on_the_page in ("ink", "quiet"):
        assert _contrast(colours[on_the_page], "#f5f6f8") >= ENOUGH
    for under_white in ("good", "bad", "wait"):
        assert _contrast("#ffffff", colours[under_white]) >= ENOUGH


ENOUGH = 4.5
"""WCAG 2.2, 1.4.3 (AA)."""


def _contrast(one: str, other: str) -> float:
    lights = sorted((_luminance(one), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_code_that_does_not_exist_is_told_so() -> None:
    assert "No certificate has this verification code" in page.render("unknown.html.j2", {})


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("application/json, text/html", False),
    ],
)
def test_browsers_get_a_page_and_programs_get_json(accept: str, expected: bool) -> None:
    assert wants_page(accept) is expected


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_one_guesser_is_one_bucket(origin: str, expected: str) -> None:
    assert neighbourhood(origin) == expected
