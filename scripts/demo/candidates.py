"""What candidates do in the story: attend, sit, know the answers or not."""

import json
from typing import Any

from scripts.demo.association import BANK_FILE, CONTACT_MINUTES, Offer
from scripts.demo.person import Person
from scripts.demo.telling import Telling, expect

Keys = dict[str, list[str]]
"""English stem → the English texts of its right options."""


def known_answers() -> Keys:
    """What somebody knows who has learned the demonstration bank."""
    keys: Keys = {}
    for question in json.loads(BANK_FILE.read_text())["questions"]:
        key = question["key"]["correct"]
        right = {key} if isinstance(key, str) else set(key)
        options = question["body"]["options"]
        keys[question["stem"]["en"]] = [
            option["text"]["en"] for option in options if option["id"] in right
        ]
    return keys


def attend(tell: Telling, trainer: Person, offer: Offer, people: list[Person]) -> None:
    """The trainer takes the attendance of everybody enrolled."""
    path = f"/classes/{offer.class_id}/meetings/{offer.meeting_id}/attendance"
    present = [
        {"enrolment_id": row["enrolment_id"], "minutes": CONTACT_MINUTES}
        for row in trainer.get(path)
    ]
    expect(len(present) == len(people), f"{len(present)} of {len(people)} on the list")
    trainer.put(path, {"present": present})
    tell.step(trainer.name, "takes the attendance", f"{len(present)} present")


def sit(person: Person, offer: Offer, keys: Keys, *, knows: bool) -> dict[str, Any]:
    """Start, answer every question, submit; answers the released result."""
    attempt = person.post("/attempts", {"sitting_id": offer.sitting_id})
    for item in attempt["items"]:
        saved = person.put(
            f"/attempts/{attempt['id']}/answers/{item['position']}",
            {"answer": _answer(item, keys, knows=knows), "revision": item["revision"]},
        )
        expect(saved["revision"] == 1, f"the first save is revision {saved['revision']}")
    person.post(f"/attempts/{attempt['id']}/submission", status=200)
    results = person.get("/me/results")
    result: dict[str, Any] = results["courses"][0]
    expect(result["passed"] is knows, f"{person.name} knows: {knows}, passed: {result['passed']}")
    return result


def _answer(item: dict[str, Any], keys: Keys, *, knows: bool) -> Any:
    right = keys[item["stem"]["en"]]
    chosen = [
        option["id"]
        for option in item["body"]["options"]
        if (option["text"]["en"] in right) is knows
    ]
    return chosen[0] if item["kind"] == "single_choice" else chosen
