"""Instants in requests' bodies: with their zone, and in years that every calendar can say."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

FIRST_YEAR, LAST_YEAR = 2000, 2199


def _of_our_times(instant: datetime) -> datetime:
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ValueError(f"from {FIRST_YEAR} to {LAST_YEAR}")
    return instant


Instant = Annotated[AwareDatetime, Field(strict=False), AfterValidator(_of_our_times)]
"""Of a meeting, a sitting, a release; outside these years it is a slip of the keyboard."""
