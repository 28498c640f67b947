"""What `lms import questions` and `lms seed --demonstration` do; their commands: `lms/cli.py`."""

from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from courses.catalogue.models import Course
from courses.questions import service
from courses.questions.import_outcome import ImportOutcome
from courses.questions.models import Bank
from courses.questions.schemas import BankFileIn, BankIn
from lms.kernel.actor import Actor
from lms.kernel.problems import Fault, Invalid
from lms.kernel.work import Work, Works

DEMONSTRATION = {"CPCS": Path(__file__).with_name("demonstration") / "cpcs.json"}
"""Course codes and their demonstration banks, marked as such."""


async def import_bank(works: Works, course_code: str, body: bytes) -> ImportOutcome:
    """Bring the course's bank of the file's title to what the file says, making it if need be.

    Raises:
        Invalid: there is no such course, or with every fault of the file.
    """
    data = BankFileIn.from_json(body)
    async with works.write(Actor.system("lms import questions")) as work:
        return await service.import_file(work, await _bank_for(work, course_code, data), data)


async def load_demonstration(works: Works) -> dict[str, ImportOutcome]:
    """Load every demonstration bank; a repeat changes nothing."""
    return {
        code: await import_bank(works, code, path.read_bytes())
        for code, path in DEMONSTRATION.items()
    }


async def _bank_for(work: Work, course_code: str, data: BankFileIn) -> UUID:
    wanted = select(col(Course.id)).where(col(Course.code) == course_code)
    course_id = (await work.session.execute(wanted)).scalar_one_or_none()
    if course_id is None:
        raise Invalid([Fault("/course", "unknown", f"there is no course {course_code}")])
    titled = select(col(Bank.id)).where(
        col(Bank.course_id) == course_id, col(Bank.title_en) == data.title_en
    )
    held = (await work.session.execute(titled)).scalars().first()
    if held is not None:
        return held
    made = BankIn(
        course_id=course_id,
        title_zh_hant=data.title_zh_hant,
        title_en=data.title_en,
        demonstration=data.demonstration,
    )
    return (await service.add_bank(work, made)).id
