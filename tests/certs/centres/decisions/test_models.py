"""What the database keeps of decisions."""

from datetime import date

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from lms.kernel.db import metadata


async def test_decisions_and_evaluations_are_refused_any_change(world):
    centre = await world.centre()
    await world.certified(centre, 1)
    for table in ("centre_decision", "centre_evaluation", "centre_policy"):
        with pytest.raises(DBAPIError, match="never changed"):
            async with world.write() as work:
                await work.session.execute(delete(metadata.tables[table]))


async def test_a_day_of_the_evidence_is_the_centres(world):
    centre = await world.centre()
    await world.certified(centre, 1)
    [row] = await world.rows("SELECT * FROM centre_decision WHERE centre_id = :id", id=centre)
    assert (row.day, row.zone, row.policy_version) == (date(2026, 3, 2), "Asia/Hong_Kong", 1)
