"""What a company may see of its staff's learning. Pure: the whole rule is here and nowhere else.

It sees of linked staff: whether enrolled, attended (seats that it paid), certified until. Results
need the person's consent, which ends with the employment (`consents.py`). Whatever became true
after the employment's end is never shown. The facts come from the floors above (courses, certs),
which ask this rule before they answer a company.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Employment:
    """For which days a person is linked to the company's record; `last_day` None: still.

    One that ended before its first day never was.
    """

    first_day: date
    last_day: date | None = None

    def knows(self, fact_day: date | None) -> bool:
        """Whether something that became true on a day is the company's to know."""
        if fact_day is None or self.last_day is None:
            return fact_day is not None
        return self.first_day <= self.last_day and fact_day <= self.last_day


@dataclass(frozen=True, slots=True)
class Learning:
    """A person's facts about one course, each with the day on which it became true."""

    enrolled_on: date | None = None
    paid_by_company: bool = False
    attended_minutes: int | None = None
    attended_on: date | None = None
    result_on: date | None = None
    passed: bool | None = None
    percent: str | None = None
    certified_on: date | None = None
    certified_until: date | None = None


@dataclass(frozen=True, slots=True)
class Visible:
    """What is left of it for the company. `certified_until` None with `certified`: without end."""

    enrolled: bool = False
    attended_minutes: int | None = None
    certified: bool = False
    certified_until: date | None = None
    passed: bool | None = None
    percent: str | None = None


def visible(facts: Learning, employment: Employment | None, *, consented: bool) -> Visible:
    """The part of a person's facts that their company may see; nothing of an unlinked record."""
    if employment is None:
        return Visible()
    attended = facts.paid_by_company and employment.knows(facts.attended_on)
    certified = employment.knows(facts.certified_on)
    result = consented and employment.knows(facts.result_on)
    return Visible(
        enrolled=employment.knows(facts.enrolled_on),
        attended_minutes=facts.attended_minutes if attended else None,
        certified=certified,
        certified_until=facts.certified_until if certified else None,
        passed=facts.passed if result else None,
        percent=facts.percent if result else None,
    )
