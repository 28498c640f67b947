"""What the association does in the story: opens courses, publishes an exam, plans a class."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scripts.demo.person import Person
from scripts.demo.server import ROOT
from scripts.demo.telling import Telling, expect

BANK_FILE = ROOT / "courses" / "questions" / "demonstration" / "cpcs.json"
QUESTIONS = 16
CONTACT_MINUTES = 360
DEMONSTRATION = "demonstration data: the association sets its own"


def opened_version(code_title: str, title_zh: str) -> dict[str, Any]:
    """The operator-set fields of a course version, as a demonstration chooses them."""
    return {
        "contact_minutes": CONTACT_MINUTES,
        "fee_hkd_cents": 0,
        "prerequisites": [],
        "validity": {"kind": "months", "months": 24},
        "cooling_off_days": 0,
        "retake_limit": 3,
        "components": [
            {
                "title_zh_hant": title_zh,
                "title_en": code_title,
                "weight": 1,
                "pass_mark_percent": 60,
            }
        ],
    }


@dataclass
class Offer:
    """What learners can enrol in and sit."""

    class_id: str
    meeting_id: str
    sitting_id: str


def open_course(tell: Telling, admin: Person, code: str) -> dict[str, Any]:
    """Complete the operator-set fields of a course and open it, after seeing it refused."""
    draft = admin.post(f"/courses/{code}/versions", {"effective_from": today(admin)})
    path = f"/courses/{code}/versions/{draft['number']}"
    refusal = admin.ask(
        "POST", f"{path}/opening", 409, headers={"If-Match": f'"{draft["revision"]}"'}
    )
    missing = ", ".join(fault["detail"] for fault in refusal["errors"])
    tell.step(admin.name, f"tries to open {code}", f"refused, not set: {missing}")
    completed = admin.ask(
        "PATCH",
        path,
        200,
        json=opened_version("Written examination", "筆試"),
        headers={"If-Match": f'"{draft["revision"]}"'},
    )
    version: dict[str, Any] = admin.act(f"{path}/opening", completed["revision"])
    expect(version["state"] == "open", f"{code} is {version['state']}")
    tell.step(admin.name, f"completes {code} ({DEMONSTRATION}) and opens it", version["state"])
    return version


def approve_scheme(tell: Telling, admin: Person, code: str) -> None:
    """Approve the rule under which certificates of a course are issued by themselves."""
    scheme = admin.post(f"/schemes/courses/{code}", {"automatic": True, "reason": "demonstration"})
    tell.step(admin.name, f"approves automatic issue for {code}", f"version {scheme['version']}")


def publish_exam(tell: Telling, admin: Person, version: dict[str, Any]) -> str:
    """Import the bank and publish an exam drawn from it; answers the exam's id."""
    course = admin.get("/courses/CPCS")
    bank_file = json.loads(BANK_FILE.read_text())
    bank = admin.post(
        "/question-banks",
        {
            "course_id": course["id"],
            "title_zh_hant": bank_file["title_zh_hant"],
            "title_en": bank_file["title_en"],
            "demonstration": True,
        },
    )
    imported = admin.post(f"/question-banks/{bank['id']}/imports", bank_file, 200)
    tell.step(admin.name, "imports the question bank", f"{imported['created']} questions")
    topics = [topic["code"] for topic in bank_file["topics"]]
    exam = admin.post(
        "/exams",
        {
            "component_id": version["components"][0]["id"],
            "bank_id": bank["id"],
            "rules": {
                "blueprint": [{"topic": topic, "count": QUESTIONS // 8} for topic in topics],
                "time_limit_minutes": 45,
                "release": "immediate",
            },
        },
    )
    published = admin.act(
        f"/exams/{exam['id']}/publication", exam["revision"], {"reason": "demonstration"}
    )
    state = published["exam"]["versions"][-1]["state"]
    expect(state == "published", f"the exam is {state}")
    tell.step(admin.name, f"publishes an exam: {QUESTIONS} questions of 8 topics", state)
    return str(exam["id"])


def plan_class(tell: Telling, admin: Person, trainer: Person, exam_id: str) -> Offer:
    """Plan a class with one meeting and a sitting that is open now."""
    plan = admin.post(
        "/classes", {"course_code": "CPCS", "version": 1, "code": "CPCS-DEMO", "seats": 40}
    )
    start = datetime.fromisoformat(clock(admin)) + timedelta(hours=1)
    meeting = admin.post(
        f"/classes/{plan['id']}/meetings",
        {
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(minutes=CONTACT_MINUTES)).isoformat(),
            "venue": "灣仔 Wan Chai, room 3",
            "trainer_id": trainer.id,
            "contact_minutes": CONTACT_MINUTES,
        },
    )
    tell.step(admin.name, "plans class CPCS-DEMO", f"{plan['seats']} seats, one meeting")
    sitting = admin.post(
        f"/exams/{exam_id}/sittings",
        {
            "opens_at": (start - timedelta(hours=2)).isoformat(),
            "closes_at": (start + timedelta(days=400)).isoformat(),
            "venue": "online",
        },
    )
    tell.step(admin.name, "opens a sitting", "now")
    return Offer(plan["id"], meeting["id"], sitting["id"])


def clock(person: Person) -> str:
    """The server's time, as its newest record of this person says it."""
    sessions = person.get("/me/sessions")
    return max(str(session["last_used_at"]) for session in sessions)


def today(person: Person) -> str:
    """The server's calendar day in Hong Kong."""
    at = datetime.fromisoformat(clock(person)) + timedelta(hours=8)
    return at.date().isoformat()
