"""What a certificate states, and the exact bytes that are stored and never changed. Pure."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Literal

import msgspec

from certs.issuing.numbers.number import Kind

FORMAT: Literal["certificate/1"] = "certificate/1"


class Bilingual(msgspec.Struct, frozen=True, kw_only=True):
    """A text in both scripts; None where a script has none, never a guess."""

    zh: str | None
    en: str | None


class IssuerNames(msgspec.Struct, frozen=True, kw_only=True):
    zh: str
    en: str
    short: str


class Certified(msgspec.Struct, frozen=True, kw_only=True):
    """What is certified. `title_en_confirmed` is false while the English is our own rendering.

    The centre certificate has neither a course's code nor a version.
    """

    code: str | None
    title_zh: str
    title_en: str
    title_en_confirmed: bool
    version: int | None


class Signatory(msgspec.Struct, frozen=True, kw_only=True):
    name: Bilingual
    title: Bilingual


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on a certificate but its number, which is taken only for a draft without fault.

    `organisation` belongs to a centre's certificate only; `supersedes` is the number of the
    document that this one corrects.
    """

    kind: Kind
    issuer: IssuerNames
    holder: Bilingual
    organisation: Bilingual | None
    certified: Certified
    verification_code: str
    status_url: str
    issued_on: date
    from_day: date
    last_day: date | None
    signatories: tuple[Signatory, ...]
    supersedes: str | None


class Payload(Draft, frozen=True, kw_only=True):
    """The whole certificate."""

    number: str
    format: Literal["certificate/1"] = FORMAT


def numbered(draft: Draft, number: str) -> Payload:
    """The draft with its number."""
    return Payload(
        **{name: getattr(draft, name) for name in draft.__struct_fields__}, number=number
    )


def canonical(payload: Payload) -> bytes:
    """The bytes: UTF-8 JSON, sorted keys, no spaces, days as YYYY-MM-DD (as RFC 8785 has it)."""
    return msgspec.json.encode(payload, order="sorted")


def payload_hash(exact: bytes) -> bytes:
    """SHA-256 of the exact bytes."""
    return hashlib.sha256(exact).digest()


def read_payload(exact: bytes) -> Payload:
    """What stored bytes state.

    Raises:
        msgspec.ValidationError: they are not a payload of this format.
    """
    return msgspec.json.decode(exact, type=Payload)
