"""Values that no client should send and every server gets: in paths, queries, headers, bodies."""

import base64
import json
from typing import Any

NUL = "a\x00b"
LONG = "x" * 40_000
TEXTS = (
    "",
    " ",
    NUL,
    LONG,
    "\u202eevil\u200b",
    "💥" * 300,
    "\ufffe\uffff",
    "'; DROP TABLE person; --",
    "%s%n{0}${x}{{7*7}}",
    "../../etc/passwd",
    "=HYPERLINK(1)",
    "null",
)
DAYS = (
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "-4712-01-01",
    "99999-01-01",
    "2026-03-02T00:00:00Z",
)
INSTANTS = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-12:00",
    "2026-03-02T00:00:00",
    "2026-03-02T24:00:00Z",
)
NUMBERS = (-1, 0, 2**31, 2**63, -(2**63) - 1, 10**400, 1.5, 1e308)
OTHERS = (None, True, [], {}, [None], {"a": {"b": 1}}, [[[]]], ["same", "same"])
HUGE = "1" + "0" * 400
IN_QUERIES = (*TEXTS, *DAYS, "-1", HUGE, "nan")
IN_PATHS = (*TEXTS[2:], HUGE, "-1", "%", "\ud7ff")
VALUES: tuple[Any, ...] = (*TEXTS, *DAYS, *INSTANTS, *NUMBERS, *OTHERS)


def _cursor(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


CURSORS = (
    "",
    "!",
    "é",
    "AAAA",
    _cursor(),
    _cursor(1),
    _cursor(-1),
    _cursor(None),
    _cursor(2**80),
    _cursor("a"),
    _cursor(NUL),
    _cursor("9999-12-31", "00000000-0000-0000-0000-000000000000"),
    _cursor("2026-03-02T00:00:00Z", "x"),
    _cursor("a", "b", "c", "d"),
    _cursor("00000000-0000-0000-0000-000000000000"),
    _cursor("\ud800"),
    base64.urlsafe_b64encode(b"[" * 300).decode(),
    base64.urlsafe_b64encode(b'{"a":1}').decode(),
)
BODIES = (
    b"",
    b"{",
    b"[]",
    b"1",
    b'"x"',
    b"null",
    b"\xff\xfe{\x00}\x00",
    b"\xef\xbb\xbf{}",
    b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    b"[" * 200_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b'{"reason": "\\ud800"}',
    b'{"reason": "\xed\xa0\x80"}',
    b'{"reason": "a", "reason": "b"}',
    b'{"seats": 1e999, "points": NaN}',
    b"a=1&b=2",
)
CONTENT_TYPES = (
    "application/json",
    "application/json; charset=utf-16",
    "application/json; charset=nonsense",
    "text/csv",
    "text/csv; charset=nonsense",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "application/msgpack",
    "\u00e9",
    "",
)
HEADERS: dict[str, tuple[str, ...]] = {
    "Authorization": (
        "",
        "Bearer",
        "Bearer ",
        "bearer x",
        "Bearer a.b.c",
        "Bearer " + "x" * 8000,
        "Bearer é",
        "Basic YTpi",
        "Bearer eyJhbGciOiJub25lIn0.e30.",
        "Bearer eyJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLy4uLyJ9.e30.AAAA",
        "Bearer \x7f",
    ),
    "If-Match": (
        "",
        "*",
        '"',
        '""',
        "W/",
        'W/"1"',
        '"-1"',
        '"1.5"',
        '"²"',
        '"' + "9" * 400 + '"',
        '"1", "2"',
        "é",
    ),
    "Idempotency-Key": ("", " ", "é", "x" * 255, "x" * 256, "x" * 8000, "\x7f"),
    "X-Request-Id": ("", "x" * 500, "a b", "é", "<script>"),
    "Accept": ("", "nonsense", "*/*;q=x", "text/html,application/json;q=0.9", "é", "a/b;" * 500),
    "Accept-Language": ("", "zh-Hant;q=x", "é", "*" * 500),
}
