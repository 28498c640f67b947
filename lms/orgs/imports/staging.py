"""A file's lines into the database: COPY batch by batch, then one diff against what is known."""

import asyncio
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from lms.kernel.work import Work
from lms.orgs.imports import statements
from lms.orgs.imports.columns import Column
from lms.orgs.imports.lines import LineFault
from lms.orgs.imports.models import Outcome
from lms.orgs.imports.reading import OpenedFile

STAGED = (
    "line",
    "staff_number",
    "centre_id",
    "name_zh",
    "name_en",
    "work_email",
    "job_role",
    "first_day",
    "last_day",
)
"""The staging table's columns in the order of `Line`'s fields."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a file is compared with, and under which import its lines are kept."""

    import_id: UUID
    organisation_id: UUID
    effective_on: date
    columns: Sequence[Column]

    def parameters(self) -> dict[str, Any]:
        return {
            "import_id": self.import_id,
            "organisation_id": self.organisation_id,
            "effective_on": self.effective_on,
        }


async def stage(work: Work, opened: OpenedFile) -> None:
    """Read the whole file into a staging table that goes with the transaction.

    Reading is done on another thread, so that this process goes on serving.
    """
    connection = await work.session.connection()
    await connection.execute(statements.MAKE_STAGING)
    driver: Any = (await connection.get_raw_connection()).driver_connection
    while (batch := await asyncio.to_thread(opened.batch)) is not None:
        if batch:
            records = [astuple(line) for line in batch]
            await driver.copy_records_to_table("staged_line", records=records, columns=STAGED)
    await connection.execute(statements.ANALYZE_STAGING)


async def compare(work: Work, comparison: Comparison) -> tuple[dict[Outcome, int], list[LineFault]]:
    """Keep every line with what it would change; answers the outcomes and the lines left out."""
    flags = {
        f"has_{column.value}": column in comparison.columns
        for column in (
            Column.NAME_ZH,
            Column.NAME_EN,
            Column.WORK_EMAIL,
            Column.JOB_ROLE,
            Column.LAST_DAY,
        )
    }
    await work.session.execute(statements.DIFF, {**comparison.parameters(), **flags})
    scope = {"import_id": comparison.import_id}
    counted = await work.session.execute(statements.OUTCOMES, scope)
    outcomes = {Outcome(row.outcome): row.lines for row in counted}
    lost = await work.session.execute(statements.LOST, scope)
    detail = "the last day is before the first that they would have"
    faults = [LineFault(row.line, Column.LAST_DAY, "days_order", detail) for row in lost]
    return outcomes, faults
