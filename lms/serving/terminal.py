"""What is said to the operator, apart from the log."""

from __future__ import annotations

import sys


def say(sentence: str) -> None:
    """One line to the terminal or the service's journal, at once."""
    sys.stderr.write(f"lms: {sentence}\n")
    sys.stderr.flush()
