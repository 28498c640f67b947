"""The free centre certificate told again in the plainest Python, to hold the product against.

It shares no code with the product: it walks through every single day, counts by loops, and keeps
its own calendar. Slow and obvious is the point.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass
class PlainAward:
    first: date
    last: date | None
    state: str = "in_force"

    def good_on(self, day):
        return (
            self.state == "in_force"
            and self.first <= day
            and (self.last is None or day <= self.last)
        )


@dataclass
class PlainCertificate:
    first: date
    last: date
    state: str = "in_force"
    ended: bool = False


@dataclass
class PlainCentre:
    today: date
    state: str = "applied"
    barred: bool = False
    left_out: str = ""
    roles: dict = field(default_factory=dict)
    places: dict = field(default_factory=dict)
    links: dict = field(default_factory=dict)
    awards: dict = field(default_factory=dict)
    certificates: list = field(default_factory=list)
    log: list = field(default_factory=list)

    def numbers(self):
        counted = qualified = 0
        for staff, (first, last) in self.places.items():
            if self.left_out and self.roles.get(staff) == self.left_out:
                continue
            if first <= self.today and (last is None or self.today <= last):
                counted += 1
                person = self.links.get(staff)
                if any(award.good_on(self.today) for award in self.awards.get(person, [])):
                    qualified += 1
        return counted, qualified

    def met(self):
        counted, qualified = self.numbers()
        return counted > 0 and qualified * 10 >= counted * 9

    def look(self):
        may = self.met() and self.state == "registered" and not self.barred
        latest = self.certificates[-1] if self.certificates else None
        if latest is not None and latest.state in ("revoked", "lapsed"):
            latest = None
        if latest is None or (latest.ended and latest.state != "suspended"):
            if may:
                self._certify("issue")
        elif latest.ended:
            pass
        elif self.state != "registered":
            latest.state = "lapsed"
            self.log.append(("lapse", self.today))
        elif self.today > latest.last:
            latest.ended = True
            if may and latest.state == "in_force":
                self._certify("renew")
            else:
                self.log.append(("refuse_renewal", self.today))

    def _certify(self, kind):
        year, month, day = self.today.year + 1, self.today.month, self.today.day
        end = date(year, 2, 28) if (month, day) == (2, 29) else date(year, month, day)
        if (month, day) != (2, 29):
            end -= timedelta(days=1)
        self.certificates.append(PlainCertificate(self.today, end))
        self.log.append((kind, self.today))

    def wait_until(self, day):
        while self.today < day:
            self.today += timedelta(days=1)
            self.look()
