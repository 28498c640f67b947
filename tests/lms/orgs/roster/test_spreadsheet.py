from datetime import date
from uuid import UUID

from lms.orgs.roster.spreadsheet import Called, ExportLine, labels, part

EAST, WEST, NORTH = (UUID(int=number) for number in (1, 2, 3))


def test_a_line_says_the_last_day_and_nothing_that_a_spreadsheet_would_run() -> None:
    line = ExportLine(
        "-12", "=1+1", 'CHAN, "Tai"', None, None, EAST, date(2026, 1, 1), date(2026, 4, 1)
    )
    assert part([line], {EAST: "@East"}) == (
        '\'-12,\'=1+1,"CHAN, ""Tai""",,,\'@East,2026-01-01,2026-03-31\r\n'
    )


def test_a_centre_is_called_by_a_name_that_is_its_alone_else_by_its_id() -> None:
    called = labels(
        [
            Called(EAST, "東", "Hotline"),
            Called(WEST, None, "hot-line"),
            Called(NORTH, None, "North"),
        ]
    )
    assert called == {EAST: "東", WEST: str(WEST), NORTH: "North"}
