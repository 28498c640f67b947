"""The one answer to everybody who asks for a letter."""

from lms.kernel.schema import Out


class LetterAskedOut(Out):
    """The same for every address: whether there is a letter, and which, is seen in the mailbox."""

    message: str = "Look into the mailbox: what comes next is in a letter, if one was due."
