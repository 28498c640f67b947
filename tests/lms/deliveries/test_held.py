from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.events import Handler, Handlers, event
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.people.grants.roles import Role
from tests.builders.people import somebody

HANDLER = "tests.break"
HELD = "/api/v1/held-deliveries"
HOLD = """UPDATE event_delivery SET held_at = now(), starts = 5, last_error = 'no paper'
          WHERE event_id = $1 AND handler = $2"""


@event("tests.printer-broke")
class PrinterBroke:
    printer_id: UUID


@pytest.fixture
def printed() -> list[UUID]:
    """What the handler got to do."""
    return []


@pytest.fixture
async def held(opened: Platform, printed: list[UUID]) -> AsyncIterator[UUID]:
    """An event whose delivery is held."""

    async def print_it(_: Work, happened: PrinterBroke) -> None:
        printed.append(happened.printer_id)

    before = opened.works.handlers
    opened.works.handlers = Handlers([Handler(HANDLER, PrinterBroke, print_it)])
    async with opened.works.write(Actor.system("test")) as work:
        event_id = await work.emit(PrinterBroke(printer_id=new_id()))
    await opened.pool.execute(HOLD, event_id, HANDLER)
    await opened.pool.execute("DELETE FROM queue.pgqueuer")
    yield event_id
    opened.works.handlers = before


async def test_a_held_delivery_is_seen_and_starts_again_when_released(
    opened, client, held, printed, settle
):
    admin_id, admin = await somebody(opened, Role.ADMIN)
    (seen,) = (await client.get(HELD, headers=admin)).json()["items"]
    assert (seen["event_id"], seen["handler"]) == (str(held), HANDLER)
    assert (seen["starts"], seen["last_error"]) == (5, "no paper")

    address = f"{HELD}/{held}/{HANDLER}/release"
    assert (await client.post(address, headers=admin)).status_code == 204
    assert await settle() == 1
    assert len(printed) == 1
    assert (await client.get(HELD, headers=admin)).json()["items"] == []
    assert (await client.post(address, headers=admin)).status_code == 404

    audited = await opened.pool.fetch(
        "SELECT actor_id, before::text, request_id FROM audit_entry WHERE subject_id = $1", held
    )
    assert [(row["actor_id"], row["before"]) for row in audited] == [(admin_id, '{"starts": 5}')]
    assert audited[0]["request_id"]


async def test_an_auditor_sees_and_releases_nothing(opened, client, held):
    _, auditor = await somebody(opened, Role.AUDITOR)
    assert len((await client.get(HELD, headers=auditor)).json()["items"]) == 1
    answer = await client.post(f"{HELD}/{held}/{HANDLER}/release", headers=auditor)
    assert answer.status_code == 403
    assert await opened.pool.fetchval("SELECT count(*) FROM queue.pgqueuer") == 0
