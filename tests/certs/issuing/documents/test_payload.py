import json

from hypothesis import given
from hypothesis import strategies as st

from certs.issuing.documents.payload import (
    Bilingual,
    canonical,
    numbered,
    payload_hash,
    read_payload,
)
from certs.issuing.numbers.number import Kind, Number
from tests.certs.issuing.documents.drafts import a_draft

NUMBER = str(Number("APCSC", Kind.PERSON, 2026, 1))
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


def test_the_bytes_are_these_and_no_others() -> None:
    exact = canonical(numbered(a_draft(signatories=()), NUMBER))
    assert exact.decode() == (
        '{"certified":{"code":"CPCS","title_en":"Certified Professional in Customer Service",'
        '"title_en_confirmed":true,"title_zh":"傑出顧客服務證書","version":1},'
        '"format":"certificate/1","from_day":"2026-03-02",'
        '"holder":{"en":"CHAN Tai Man","zh":"陳大文"},"issued_on":"2026-03-02",'
        '"issuer":{"en":"Asia Pacific Customer Service Consortium","short":"APCSC",'
        '"zh":"亞太顧客服務協會"},"kind":"person","last_day":"2027-03-01",'
        f'"number":"{NUMBER}","organisation":null,"signatories":[],'
        '"status_url":"https://certificates.example.org/verify/0123456789ABCDEFGHJKMNPQRS",'
        '"supersedes":null,"verification_code":"0123456789ABCDEFGHJKMNPQRS"}'
    )


@given(texts, texts)
def test_reading_and_writing_again_gives_the_same_bytes(zh: str, en: str) -> None:
    exact = canonical(numbered(a_draft(holder=Bilingual(zh=zh, en=en)), NUMBER))
    assert canonical(read_payload(exact)) == exact


@given(texts)
def test_any_json_reader_sees_the_same_and_can_make_the_same_bytes(name: str) -> None:
    exact = canonical(numbered(a_draft(holder=Bilingual(zh=None, en=name)), NUMBER))
    again = json.dumps(json.loads(exact), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert again.encode() == exact


def test_one_changed_sign_changes_the_hash() -> None:
    exact = canonical(numbered(a_draft(), NUMBER))
    assert payload_hash(exact) != payload_hash(exact.replace(b"CHAN", b"CHEN"))
