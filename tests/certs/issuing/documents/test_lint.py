from datetime import date
from typing import Any

import msgspec
import pytest

from certs.issuing.documents.lint import faults_of_draft
from certs.issuing.documents.payload import Bilingual, IssuerNames, Signatory
from certs.issuing.numbers.number import Kind
from tests.certs.issuing.documents.drafts import a_draft

NOBODY = Bilingual(zh=None, en=None)


def _certified(**replaced: Any) -> Any:
    return msgspec.structs.replace(a_draft().certified, **replaced)


def test_a_good_draft_has_no_fault() -> None:
    assert faults_of_draft(a_draft()) == []
    centre = a_draft(
        kind=Kind.CENTRE,
        organisation=Bilingual(zh="港燈", en=None),
        certified=_certified(code=None, version=None),
    )
    assert faults_of_draft(centre) == []


@pytest.mark.parametrize(
    ("replaced", "pointer", "code"),
    [
        ({"holder": NOBODY}, "/holder", "missing"),
        ({"holder": Bilingual(zh=None, en=" CHAN")}, "/holder/en", "untidy"),
        ({"holder": Bilingual(zh=None, en="e\u0301")}, "/holder/en", "untidy"),
        ({"holder": Bilingual(zh=None, en="CHAN\u202eNAHC")}, "/holder/en", "unprintable"),
        ({"holder": Bilingual(zh="陳\n大文", en=None)}, "/holder/zh", "unprintable"),
        ({"holder": Bilingual(zh=None, en="A" * 201)}, "/holder/en", "too_long"),
        ({"organisation": Bilingual(zh=None, en="Acme")}, "/organisation", "misplaced"),
        ({"kind": Kind.CENTRE}, "/organisation", "missing"),
        ({"certified": _certified(title_en="")}, "/certified/title_en", "missing"),
        ({"certified": _certified(title_zh="  ")}, "/certified/title_zh", "missing"),
        ({"certified": _certified(code=None)}, "/certified/code", "missing"),
        ({"issuer": IssuerNames(zh="協會", en="Body", short="a-b")}, "/issuer/short", "form"),
        ({"certified": _certified(version=None)}, "/certified/version", "missing"),
        ({"last_day": date(2026, 3, 1)}, "/last_day", "before_start"),
        ({"status_url": "/verify/0123456789ABCDEFGHJKMNPQRS"}, "/status_url", "form"),
        ({"status_url": "https://example.org/verify/X"}, "/status_url", "mismatch"),
        ({"verification_code": "short"}, "/verification_code", "form"),
        (
            {"signatories": (Signatory(name=NOBODY, title=Bilingual(zh=None, en="Chair")),)},
            "/signatories/0/name",
            "missing",
        ),
    ],
)
def test_each_fault_is_found_where_it_is(replaced: dict[str, Any], pointer: str, code: str) -> None:
    assert (pointer, code) in {
        (fault.pointer, fault.code) for fault in faults_of_draft(a_draft(**replaced))
    }


def test_all_faults_are_told_at_once() -> None:
    faults = faults_of_draft(
        a_draft(holder=NOBODY, certified=_certified(title_en="", version=0), status_url="x")
    )
    assert len({fault.pointer for fault in faults}) >= 4
