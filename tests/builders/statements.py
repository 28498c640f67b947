"""The statements that a piece of work sends, to see that more rows do not mean more of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from lms.kernel.work import Works


@contextmanager
def statements(works: Works) -> Iterator[list[str]]:
    """What is sent inside the block, filled as it goes."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    engine = works.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
