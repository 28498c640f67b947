"""Files one after another against a plain model of one member's life."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.kernel.work import Works
from lms.orgs.imports.service import commit
from tests.builders.orgs import SYSTEM, Watched, rows
from tests.lms.orgs.imports.files import Company, a_company_of_two, previewed

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stated:
    """What a file says of one member: day numbers from the first of March."""

    west: bool
    first: int | None
    last: int | None


stated = st.builds(
    Stated, st.booleans(), st.none() | st.integers(0, 6), st.none() | st.integers(3, 9)
)
START = date(2026, 2, 27)
FOR_GOOD = 99

Stint = tuple[UUID, int, int]
"""A centre, and day numbers from START: the first, and the first no more."""


def plain_model(stints: list[Stint], centre: UUID, said: Stated, today: int) -> list[Stint] | None:
    """A member's stints after a file: there from then on, before it as they were; None: a fault."""
    here = [stint for stint in stints if stint[0] == centre and stint[1] <= today < stint[2]]
    first = said.first if said.first is not None else here[0][1] if here else today
    end = FOR_GOOD if said.last is None else said.last + 1
    if end <= first:
        return None
    before = [(where, begun, min(ended, first)) for where, begun, ended in stints if begun < first]
    overlapping = [one for one in stints if one[0] == centre and one[1] < first < one[2]]
    restated = {(where, begun, first) for where, begun, _ in overlapping}
    return sorted([*(one for one in before if one not in restated), (centre, first, end)])


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(stated, min_size=1, max_size=4))
async def test_any_files_in_a_row_leave_what_a_plain_model_says(
    works: Works, files: list[Stated]
) -> None:
    company = await a_company_of_two(works)
    stints: list[Stint] = []
    for said in files:
        first = "" if said.first is None else str(START + said.first * DAY)
        last = "" if said.last is None else str(START + said.last * DAY)
        centre = company.west if said.west else company.east
        file = f"staff number,centre,first day,last day\n1,{centre},{first},{last}\n"
        expected = plain_model(stints, centre, said, (TODAY - START).days)
        made = await previewed(works, company.id, file)
        assert bool(made.faults) == (expected is None)
        if expected is None:
            continue
        async with works.write(SYSTEM) as work:
            await commit(work, Watched(), company.id, made.id)
        stints = expected
        assert await lived(works, company) == stints


async def lived(works: Works, company: Company) -> list[Stint]:
    """The only member's stints, as is known now."""
    async with works.read(SYSTEM) as work:
        places = await rows(
            work,
            "SELECT centre_id, valid_from, valid_to FROM assignment "
            "WHERE organisation_id = :company AND superseded_at IS NULL",
            company=company.id,
        )
    return sorted(
        (
            place.centre_id,
            (place.valid_from - START).days,
            FOR_GOOD if place.valid_to is None else (place.valid_to - START).days,
        )
        for place in places
    )
