"""An exam that was sat, and is about to be marked again."""

import pytest

from lms.app import Platform
from lms.people.grants.roles import Role
from tests.builders.candidates import Client, sit
from tests.builders.exams import ACandidate, AnExam, a_candidate, an_exam
from tests.builders.people import somebody
from tests.builders.regrades import Headers


@pytest.fixture
async def marked(
    client: Client, opened: Platform
) -> tuple[AnExam, list[ACandidate], Headers, Headers]:
    """An exam that draws its whole pool; three candidates with 4, 2 and 1 of 4; two admins."""
    exam = await an_exam(opened, count=4)
    await opened.pool.execute(
        "UPDATE exam_pool_entry SET withdrawn_at = now() WHERE question_version_id IN"
        " (SELECT question_version_id FROM exam_pool_entry ORDER BY 1 LIMIT 2)"
    )
    candidates = [await a_candidate(opened, exam) for _ in range(3)]
    for rights, candidate in zip((4, 2, 1), candidates, strict=True):
        await sit(client, candidate, exam, rights=rights)
    admins = [(await somebody(opened, Role.ADMIN))[1] for _ in range(2)]
    return exam, candidates, admins[0], admins[1]
