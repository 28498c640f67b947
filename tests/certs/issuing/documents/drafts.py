"""Drafts for tests of pure rules; every part can be replaced."""

from datetime import date
from typing import Any

from certs.issuing.documents.payload import Bilingual, Certified, Draft, IssuerNames, Signatory
from certs.issuing.numbers.number import Kind

CODE = "0123456789ABCDEFGHJKMNPQRS"


def a_draft(**replaced: Any) -> Draft:
    parts: dict[str, Any] = {
        "kind": Kind.PERSON,
        "issuer": IssuerNames(
            zh="亞太顧客服務協會", en="Asia Pacific Customer Service Consortium", short="APCSC"
        ),
        "holder": Bilingual(zh="陳大文", en="CHAN Tai Man"),
        "organisation": None,
        "certified": Certified(
            code="CPCS",
            title_zh="傑出顧客服務證書",
            title_en="Certified Professional in Customer Service",
            title_en_confirmed=True,
            version=1,
        ),
        "verification_code": CODE,
        "status_url": f"https://certificates.example.org/verify/{CODE}",
        "issued_on": date(2026, 3, 2),
        "from_day": date(2026, 3, 2),
        "last_day": date(2027, 3, 1),
        "signatories": (
            Signatory(
                name=Bilingual(zh=None, en="Jane Wong"),
                title=Bilingual(zh="主席", en="Chairman"),
            ),
        ),
        "supersedes": None,
    }
    return Draft(**{**parts, **replaced})
