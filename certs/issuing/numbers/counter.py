"""Serial numbers: taken under the counter's row lock, so that a rolled-back issue leaves no gap."""

from sqlalchemy import text

from certs.issuing.numbers.number import Kind
from lms.issuer.models import ISSUER_ID
from lms.kernel.locks import Locked, note
from lms.kernel.work import Work

NEXT = text(
    """
    INSERT INTO number_counter AS c (issuer_id, kind, year, last)
    VALUES (:issuer_id, :kind, :year, 1)
    ON CONFLICT (issuer_id, kind, year) DO UPDATE SET last = c.last + 1
    RETURNING last
    """
)


async def next_serial(work: Work, kind: Kind, year: int) -> int:
    """The next serial number of a local year; everybody else waits until this transaction ends.

    So it is asked for last, when nothing can go wrong any more.
    """
    note(work, Locked.NUMBER)
    row = await work.session.execute(
        NEXT, {"issuer_id": ISSUER_ID, "kind": kind.value, "year": year}
    )
    return int(row.scalar_one())
