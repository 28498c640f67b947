"""The tick: what was left behind is finished, and one failure stops no other."""

from datetime import timedelta
from typing import Any

from certs import parts
from certs.issuing.documents.signing import sign_certificate
from certs.issuing.finishing import finish
from certs.issuing.service import Press
from certs.keys.service import PURPOSE, Signer
from lms.kernel.actor import Actor
from lms.kernel.crypto import Sealer, installation_secret
from lms.kernel.queue import Delivery, deliver
from tests.builders.certs import ASchool, Settle

SYSTEM = Actor.system("test")


class _FailsOnce(Signer):
    """A key store that is out of reach for one call."""

    failures = 1

    async def sign(self, *args: Any, **kwargs: Any) -> str:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the key store does not answer")
        return await super().sign(*args, **kwargs)


async def _unsigned(school: ASchool, count: int) -> None:
    """That many certificates that were issued, and whose deliveries are lost."""
    for _ in range(count):
        await school.passing()
    for _ in range(2):
        rows = await school.opened.pool.fetch("DELETE FROM queue.pgqueuer RETURNING payload")
        for row in rows:
            await deliver(school.opened.works, Delivery.of(row["payload"]))
    await school.opened.pool.execute("DELETE FROM queue.pgqueuer")


async def _signed(school: ASchool) -> int:
    count: int = await school.opened.pool.fetchval("SELECT count(token) FROM certificate")
    return count


async def test_one_failure_stops_no_other_and_is_tried_again(school: ASchool, clock: Any) -> None:
    await _unsigned(school, 3)
    clock.advance(timedelta(minutes=1))
    settings = school.opened.settings
    secret = installation_secret(settings.secret.get_secret_value(), settings.data_dir)
    press = Press(_FailsOnce(Sealer(secret, PURPOSE)), settings.base_url)
    await finish(press, school.opened.works)
    assert await _signed(school) == 2
    await finish(press, school.opened.works)
    assert await _signed(school) == 3


async def test_what_is_on_its_way_is_left_to_its_own_handler(school: ASchool) -> None:
    await _unsigned(school, 1)
    await finish(parts.press(school.opened.settings), school.opened.works)
    assert await _signed(school) == 0


async def test_signing_again_changes_nothing(school: ASchool, settle: Settle) -> None:
    row = await school.certified(settle)
    async with school.opened.works.write(SYSTEM) as work:
        await sign_certificate(work, parts.press(school.opened.settings), row["id"])
    again = await school.certificate_of(row["person_id"])
    assert (again["token"], again["signed_at"]) == (row["token"], row["signed_at"])


async def test_an_award_that_ended_before_its_document_gets_none(
    school: ASchool, settle: Settle
) -> None:
    await school.passing()
    [row] = await school.opened.pool.fetch("DELETE FROM queue.pgqueuer RETURNING payload")
    await deliver(school.opened.works, Delivery.of(row["payload"]))
    await school.opened.pool.execute("UPDATE award SET state = 'void'")
    await settle()
    assert await school.opened.pool.fetchval("SELECT state FROM certificate_order") == "withdrawn"
    assert await school.opened.pool.fetchval("SELECT count(*) FROM number_counter") == 0
