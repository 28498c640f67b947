"""Looking over a certificate before it gets a number: every fault at once. Pure.

A fault keeps the certificate from being issued; it does not undo the award.
"""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

from certs.issuing.documents.payload import Bilingual, Draft, IssuerNames, Signatory
from certs.issuing.documents.verification_code import read_code
from certs.issuing.numbers.number import Kind
from lms.kernel.problems import Fault

TEXT_LONGEST = 200
UNPRINTABLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
"""Unicode categories without a place on a certificate; Cf has the marks that turn text around."""


def faults_of_draft(draft: Draft) -> list[Fault]:
    """Everything that keeps a draft from being issued; empty when nothing does."""
    return [
        *_bilingual("/holder", draft.holder),
        *_organisation(draft),
        *_issuer(draft.issuer),
        *_certified(draft),
        *_dates(draft),
        *_address(draft),
        *(
            fault
            for position, signatory in enumerate(draft.signatories)
            for fault in _signatory(f"/signatories/{position}", signatory)
        ),
    ]


def _text(pointer: str, value: str) -> list[Fault]:
    if not value.strip():
        return [Fault(pointer, "missing", "there is no text")]
    faults = []
    if value != value.strip() or unicodedata.normalize("NFC", value) != value:
        faults.append(Fault(pointer, "untidy", "spaces at an end, or not in Unicode's NFC"))
    if len(value) > TEXT_LONGEST:
        faults.append(Fault(pointer, "too_long", f"at most {TEXT_LONGEST} characters"))
    if any(unicodedata.category(character) in UNPRINTABLE for character in value):
        faults.append(Fault(pointer, "unprintable", "a character that cannot be printed"))
    return faults


def _bilingual(pointer: str, value: Bilingual) -> list[Fault]:
    scripts = [(f"{pointer}/{name}", getattr(value, name)) for name in ("zh", "en")]
    present = [(place, text) for place, text in scripts if text is not None]
    if not present:
        return [Fault(pointer, "missing", "there is a name in neither script")]
    return [fault for place, text in present for fault in _text(place, text)]


def _organisation(draft: Draft) -> list[Fault]:
    if draft.kind is Kind.PERSON:
        if draft.organisation is None:
            return []
        return [Fault("/organisation", "misplaced", "a person's certificate names no employer")]
    if draft.organisation is None:
        return [Fault("/organisation", "missing", "a centre belongs to an organisation")]
    return _bilingual("/organisation", draft.organisation)


def _issuer(issuer: IssuerNames) -> list[Fault]:
    faults = [*_text("/issuer/zh", issuer.zh), *_text("/issuer/en", issuer.en)]
    if not (issuer.short.isascii() and issuer.short.isalnum() and issuer.short.isupper()):
        faults.append(Fault("/issuer/short", "form", "capital letters and digits only"))
    return faults


def _certified(draft: Draft) -> list[Fault]:
    faults = [
        *_text("/certified/title_zh", draft.certified.title_zh),
        *_text("/certified/title_en", draft.certified.title_en),
    ]
    if draft.kind is Kind.PERSON:
        faults += _text("/certified/code", draft.certified.code or "")
        if (draft.certified.version or 0) < 1:
            faults.append(Fault("/certified/version", "missing", "which version of the course?"))
    return faults


def _dates(draft: Draft) -> list[Fault]:
    if draft.last_day is not None and draft.last_day < draft.from_day:
        return [Fault("/last_day", "before_start", "it would end before it begins")]
    return []


def _address(draft: Draft) -> list[Fault]:
    faults = []
    if read_code(draft.verification_code) != draft.verification_code:
        faults.append(Fault("/verification_code", "form", "not a verification code"))
    address = urlsplit(draft.status_url)
    if address.scheme not in ("http", "https") or not address.netloc:
        faults.append(Fault("/status_url", "form", "not a full web address"))
    if not address.path.endswith(f"/{draft.verification_code}"):
        faults.append(Fault("/status_url", "mismatch", "it does not lead to this certificate"))
    return faults


def _signatory(pointer: str, signatory: Signatory) -> list[Fault]:
    return [
        *_bilingual(f"{pointer}/name", signatory.name),
        *_bilingual(f"{pointer}/title", signatory.title),
    ]
