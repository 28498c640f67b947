"""docs/domain.md says what the code does: its tables are read and compared."""

import json
import re
from pathlib import Path

from certs.centres.policy.fraction import Tally
from certs.centres.policy.rules import ALL_THIRTEEN, FIRST

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "domain.md").read_text(encoding="utf-8")
CASE = re.compile(r"^\| (\d+)/(\d+) \| ([a-z ]+) \| (\d+|–) \|$", re.MULTILINE)
COURSE = re.compile(
    r"^\| ([A-Z]{4}) \| (.+?) \| (.+?)( \(unverified\))? \| (yes)? ?\|$", re.MULTILINE
)


def test_every_case_of_the_fraction_comes_out_as_written() -> None:
    cases = CASE.findall(DOCUMENT)
    assert len(cases) == 16
    for qualified, counted, outcome, required in cases:
        tally = Tally(int(counted), int(qualified))
        assert FIRST.outcome(tally).value.replace("_", " ") == outcome
        assert str(FIRST.required(tally) or "–") == required


def test_the_catalogue_is_the_one_that_is_loaded() -> None:
    loaded = json.loads((ROOT / "courses" / "catalogue" / "catalogue.json").read_text("utf-8"))
    written = [
        (code, zh, en, not unverified, cef == "yes")
        for code, zh, en, unverified, cef in COURSE.findall(DOCUMENT)
    ]
    assert written == [
        (
            row["code"],
            row["title_zh_hant"],
            row["title_en"],
            row["title_en_status"] == "verified",
            row["cef_reimbursable"],
        )
        for row in loaded
    ]
    assert {code for code, *_ in written} == ALL_THIRTEEN


def test_no_heading_that_the_contents_name_is_missing() -> None:
    headings = {
        re.sub(r"[^a-z -]", "", line.removeprefix("## ").lower()).replace(" ", "-")
        for line in DOCUMENT.splitlines()
        if line.startswith("## ")
    }
    assert set(re.findall(r"\]\(#([a-z-]+)\)", DOCUMENT)) <= headings


def test_the_numbers_of_the_first_policy_are_those_of_the_document() -> None:
    assert (FIRST.threshold.numerator, FIRST.threshold.denominator) == (9, 10)
    assert "**nine tenths or more**" in DOCUMENT
    assert f"| {FIRST.smallest_centre} counted |" in DOCUMENT
    assert f"| {FIRST.look_ahead_days} days: " in DOCUMENT
    assert f"within {FIRST.fall_days} days of a fall of N by more than {FIRST.fall_percent} %" in (
        DOCUMENT
    )
