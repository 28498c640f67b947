"""What happens to a certified centre afterwards: leavers, revocations, dips, and the renewal."""

import time
from datetime import date, timedelta

from scripts.demo import candidates, companies
from scripts.demo.association import Offer
from scripts.demo.companies import Company
from scripts.demo.person import Person
from scripts.demo.server import DemoServer
from scripts.demo.telling import Surprise, Telling, expect

PATIENCE = 15.0


def leave(tell: Telling, company: Company, leaver: Person) -> None:
    """Somebody without a certificate leaves; their last day was yesterday."""
    path = f"{company.path}/staff"
    number = f"S{company.staff.index(leaver) + 1:03}"
    record = company.manager.get(path, staff_number=number)["items"][0]
    yesterday = date.fromisoformat(str(companies.standing(company)["day"])) - timedelta(days=1)
    left = company.manager.post(
        f"{path}/{record['id']}/departure", {"last_day": yesterday.isoformat()}, 200
    )
    tell.step(
        company.manager.name, f"records that {leaver.name} leaves", f"last day {left['last_day']}"
    )
    tell.step("the centre", "stands at", companies.describe(companies.standing(company)))


def revoke(tell: Telling, admin: Person, second: Person, holder: Person) -> None:
    """A certificate is revoked: one person proposes, another approves."""
    line = admin.get("/certificates", person_id=holder.id)["items"][0]
    proposal = admin.post(
        f"/certificates/{line['id']}/revocation", {"reason": "the exam was sat by somebody else"}
    )
    tell.step(admin.name, f"proposes to revoke {line['number']}", proposal["state"])
    admin.post(f"/proposals/{proposal['id']}/approval", {"reason": "my own"}, 409)
    tell.step(admin.name, "tries to approve it alone", "refused: a second person is needed")
    second.sign_in()
    done = second.post(f"/proposals/{proposal['id']}/approval", {"reason": "checked"}, 200)
    tell.step(second.name, "approves it", done["state"])


def dip(tell: Telling, company: Company) -> None:
    """The fraction fell below nine tenths: health shows it, the certificate stays."""
    found = companies.standing(company)
    expect(found["health"] == "below", f"health is {found['health']}")
    expect(found["certified"] is True, "the certificate went with the dip")
    tell.step("the centre", "dips, and keeps its certificate", companies.describe(found))


def mend(
    tell: Telling, company: Company, person: Person, offer: Offer, keys: candidates.Keys
) -> None:
    """Somebody who failed sits again and passes."""
    person.sign_in()
    candidates.sit(person, offer, keys, knows=True)
    company.manager.sign_in()
    companies.await_qualified(company, 18)
    tell.step(
        person.name,
        "sits again and passes",
        companies.describe(companies.standing(company)),
    )


def renewal(tell: Telling, server: DemoServer, company: Company) -> None:
    """The certificate ends after a year; the next begins the day after, by itself."""
    first = companies.standing(company)["certificate"]
    expect(isinstance(first, dict), "no certificate to renew")
    assert isinstance(first, dict)  # noqa: S101 - told above; this tells the type checker
    days = (date.fromisoformat(first["last_day"]) - date.fromisoformat(first["valid_from"])).days
    server.later(days + 1)
    tell.step("the calendar", f"moves on by {days + 1} days", "the server is started again")
    company.manager.sign_in()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = companies.standing(company)
        held = found["certificate"]
        if isinstance(held, dict) and held["valid_from"] > first["last_day"]:
            tell.step(
                "midnight",
                "renews the certificate",
                f"{held['valid_from']} to {held['last_day']}, {companies.describe(found)}",
            )
            return
        time.sleep(0.1)
    raise Surprise(f"not renewed: {companies.standing(company)}")
