"""A mail as bytes (RFC 5322): the only place where headers are made."""

import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from uuid import UUID

from lms.notify.rendering import Rendered

POLICY = email.policy.SMTP.clone(cte_type="7bit")
"""Refuses line breaks in headers, and needs no mail server that takes more than seven bits."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to be carried; a repeat of it is the same to the byte."""

    id: UUID
    made_at: datetime
    sender: str
    recipient: str
    content: bytes


def letter(
    *, delivery_id: UUID, made_at: datetime, mail_from: str, recipient: str, words: Rendered
) -> Letter:
    """Put a mail's words into an envelope.

    Raises:
        ValueError: an address or the subject would break out of its header.
    """
    address = parseaddr(mail_from)[1]
    message = EmailMessage(POLICY)
    message["From"] = mail_from
    message["To"] = recipient
    message["Subject"] = words.subject
    message["Date"] = format_datetime(made_at)
    message["Message-ID"] = f"<{delivery_id}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "zh-Hant, en"
    message.set_content(words.text)
    return Letter(delivery_id, made_at, address, recipient, message.as_bytes())
