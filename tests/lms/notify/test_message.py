from datetime import UTC, datetime
from email import message_from_bytes, policy
from uuid import UUID

import pytest

from lms.notify.message import Letter, letter
from lms.notify.rendering import Rendered

ID = UUID("01900000-0000-7000-8000-00000000abcd")
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WORDS = Rendered(
    "證書已經簽發 | Your certificate is issued", "你好：\n\nHello,\n" + "字" * 2000 + "\n"
)


def made(**changed: object) -> Letter:
    given = {
        "mail_from": "協會 <lms@example.org>",
        "recipient": "tai.man@example.org",
        "words": WORDS,
    }
    return letter(delivery_id=ID, made_at=AT, **{**given, **changed})  # type: ignore[arg-type]


def test_a_letter_reads_back_as_it_was_written() -> None:
    read = message_from_bytes(made().content, policy=policy.default)
    assert read["Subject"] == WORDS.subject
    assert read["To"] == "tai.man@example.org"
    assert read["From"].addresses[0].addr_spec == "lms@example.org"
    assert read["From"].addresses[0].display_name == "協會"
    assert read["Date"].datetime == AT
    assert read["Message-ID"] == f"<{ID}@example.org>"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read.get_content().splitlines() == WORDS.text.splitlines()


def test_a_letter_is_seven_bits_in_short_lines() -> None:
    content = made().content
    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert content.count(b"\n") == content.count(b"\r\n")


def test_the_same_letter_is_the_same_to_the_byte() -> None:
    assert made().content == made().content


@pytest.mark.parametrize(
    "changed",
    [
        {"recipient": "a@example.org\r\nBcc: b@example.org"},
        {"recipient": "a@example.org\nX: y"},
        {"words": Rendered("Hello\r\nBcc: b@example.org", "text")},
        {"mail_from": "lms@example.org\r\nBcc: b@example.org"},
    ],
)
def test_nothing_breaks_out_of_its_header(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"linefeed|newline|CR|parse|control"):
        made(**changed)


def test_a_body_that_looks_like_a_header_or_an_end_stays_body() -> None:
    text = "Bcc: b@example.org\n.\nQUIT\n"
    read = message_from_bytes(made(words=Rendered("x", text)).content, policy=policy.default)
    assert read["Bcc"] is None
    assert read.get_content().splitlines() == text.splitlines()
