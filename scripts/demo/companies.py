"""What a company does in the story: applies, lists its centre and staff, invites, enrols."""

import csv
import io
import time
from dataclasses import dataclass, field

from scripts.demo.association import Offer
from scripts.demo.person import PASSWORD, Person
from scripts.demo.server import DemoServer
from scripts.demo.telling import Surprise, Telling, expect

SURNAMES = (
    *("陳 CHAN", "李 LEE", "黃 WONG", "張 CHEUNG", "何 HO", "林 LAM", "吳 NG"),
    *("梁 LEUNG", "劉 LAU", "蔡 CHOI"),
)
GIVEN = ("大文 Tai Man", "美玲 Mei Ling", "志明 Chi Ming")
VISIBLE_WITHIN = 2.0


@dataclass
class Company:
    """A company of the story, its manager, its centre and its people."""

    name_zh: str
    name_en: str
    domain: str
    size: int
    manager: Person
    id: str = ""
    centre_id: str = ""
    staff: list[Person] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/organisations/{self.id}"

    @property
    def centre_path(self) -> str:
        return f"{self.path}/centres/{self.centre_id}"


def apply(tell: Telling, server: DemoServer, company: Company) -> None:
    """Its manager signs up by mail and applies for the company."""
    manager = company.manager
    family, given = manager.name.split(" ", 1)
    manager.post(
        "/signup",
        {"family_name_en": family, "given_name_en": given, "email": manager.email},
        202,
    )
    code = server.code_mailed_to(manager.email, "e-mail address")
    manager.post("/signup/completion", {"token": code, "password": PASSWORD})
    manager.sign_in()
    tell.step(manager.name, "signs up and confirms the e-mail address", "signed in")
    applied = manager.post(
        "/organisation-applications", {"name_zh": company.name_zh, "name_en": company.name_en}
    )
    company.id = applied["id"]
    tell.step(manager.name, f"applies for {company.name_en}", applied["state"])


def register(tell: Telling, admin: Person, company: Company) -> None:
    """The association registers the company and, once applied for, its centre."""
    admin.post(f"{company.path}/registration", status=200)
    tell.step(admin.name, f"registers {company.name_en}", "registered")
    centre = company.manager.post(
        f"{company.path}/centres",
        {"name_zh": f"{company.name_zh}客戶服務中心", "name_en": f"{company.name_en} centre"},
    )
    company.centre_id = centre["id"]
    tell.step(company.manager.name, "applies for its service centre", centre["state"])
    registered = admin.post(f"{company.centre_path}/registration", status=200)
    tell.step(admin.name, "registers the centre", registered["state"])


def list_staff(tell: Telling, server: DemoServer, company: Company) -> None:
    """Load the roster from a CSV file: see what it would do, then do it."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["員工編號", "中文姓名", "英文姓名", "電郵", "職位", "中心"])
    for number in range(company.size):
        zh, en = SURNAMES[number % len(SURNAMES)].split(" ")
        given_zh, given_en = GIVEN[number // len(SURNAMES)].split(" ", 1)
        address = f"staff{number + 1:02}@{company.domain}"
        company.staff.append(Person(server.url, f"{en} {given_en}", address))
        role = "主任" if number == 0 else "客務專員"
        name_en = f"{en} {given_en}"
        rows.writerow(
            [f"S{number + 1:03}", zh + given_zh, name_en, address, role, company.centre_id]
        )
    preview = company.manager.ask(
        "POST",
        f"{company.path}/imports",
        201,
        content=text.getvalue().encode("utf-8-sig"),
        headers={"Content-Type": "text/csv; charset=utf-8"},
    )
    tell.step(company.manager.name, f"previews a CSV of {company.size} staff", preview["state"])
    company.manager.post(f"{company.path}/imports/{preview['id']}/commit", status=200)
    tell.step(company.manager.name, "commits it", f"{company.size} on the roster")
    company.manager.post(f"{company.centre_path}/attestations")
    tell.step(company.manager.name, "attests the roster", "attested")


def invite(tell: Telling, company: Company) -> None:
    """Invite everybody on the roster to link their record."""
    invited = company.manager.post(f"{company.path}/invitations/list", {})
    expect(len(invited["invited"]) == company.size, f"invited {len(invited['invited'])}")
    tell.step(company.manager.name, "invites all of them by mail", f"{company.size} mails")


def accept(tell: Telling, server: DemoServer, company: Company) -> None:
    """Everybody accepts with the code from their mail, and is a person of the register."""
    for person in company.staff:
        family, given = person.name.split(" ", 1)
        code = server.code_mailed_to(person.email, company.name_en)
        newcomer = {"family_name_en": family, "given_name_en": given, "password": PASSWORD}
        person.post("/invitations/acceptance", {"token": code, "newcomer": newcomer}, 200)
        person.sign_in()
    tell.step(f"{company.size} people", "accept and sign in", f"{company.size} linked")


def enrol(tell: Telling, company: Company, offer: Offer, *, by_manager: int) -> None:
    """Some are enrolled by their manager, the others enrol themselves."""
    numbers = [f"S{place + 1:03}" for place in range(by_manager)]
    wanted = {"course_code": "CPCS", "class_id": offer.class_id, "staff_numbers": numbers}
    preview = company.manager.post(f"{company.path}/enrolments/previews", wanted)
    done = company.manager.post(
        f"{company.path}/enrolments/previews/{preview['id']}/commit", {"mode": "all"}
    )
    expect(done["enrolled"] == by_manager, f"{done['enrolled']} of {by_manager} enrolled")
    tell.step(company.manager.name, f"enrols {by_manager} of its staff", "seats held, confirmed")
    for person in company.staff[by_manager:]:
        person.post("/me/enrolments", {"course_code": "CPCS", "class_id": offer.class_id})
    rest = company.size - by_manager
    tell.step(f"{rest} people", "enrol by themselves", f"{rest} confirmed")


def standing(company: Company) -> dict[str, object]:
    """Where the centre stands, as its manager sees it."""
    found: dict[str, object] = company.manager.get(f"{company.centre_path}/standing")
    return found


def await_qualified(company: Company, number: int) -> None:
    """Wait until so many count as qualified.

    Raises:
        Surprise: they do not in time.
    """
    begun = time.monotonic()
    while time.monotonic() - begun < VISIBLE_WITHIN:
        if standing(company)["qualified"] == number:
            return
        time.sleep(0.02)
    raise Surprise(f"{company.name_en}: {describe(standing(company))}, not {number}")


def await_certified(company: Company) -> float:
    """Wait until the centre's certificate is there; answers the seconds it took.

    Raises:
        Surprise: it took longer than promised.
    """
    begun = time.monotonic()
    while time.monotonic() - begun < VISIBLE_WITHIN:
        if standing(company)["certified"]:
            return time.monotonic() - begun
        time.sleep(0.02)
    raise Surprise(f"{company.name_en} has no certificate after {VISIBLE_WITHIN} s")


def describe(found: dict[str, object]) -> str:
    """A standing in a line."""
    counts = f"{found['qualified']} of {found['counted']} qualified ({found['percentage']} %)"
    more = f", {found['missing']} more needed" if found["missing"] else ""
    health = f", health {found['health']}" if found["health"] else ""
    return f"{counts}{more}, certified: {'yes' if found['certified'] else 'no'}{health}"
