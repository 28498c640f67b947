"""The mails that left, for tests: carried into the data folder as in an office without a server."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from lms.app import Platform
from lms.notify.equipment import FOLDER, postman_of


async def post(opened: Platform) -> list[EmailMessage]:
    """Carry what is due, as the worker does; answers the letters that left, the oldest first."""
    folder = opened.settings.data_dir / FOLDER
    before = {file.name for file in folder.glob("*.eml")}
    await postman_of(opened.settings).send_due(opened.works)
    left = sorted(file for file in folder.glob("*.eml") if file.name not in before)
    return [_read(file.read_bytes()) for file in left]


def text_of(message: EmailMessage) -> str:
    """A letter's text with plain line ends."""
    return str(message.get_content()).replace("\r\n", "\n")


def _read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message
