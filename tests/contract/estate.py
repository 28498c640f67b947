"""Two companies with one of everything each, made by real verbs, for tests of who sees what."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar import Litestar
from litestar.testing import AsyncTestClient

from certs import parts as certs
from lms.app import Platform
from lms.kernel.work import Works
from lms.orgs.roster.queries import assignments_of_record
from lms.people.grants.roles import Role
from tests.builders.certs import ASchool, a_school
from tests.builders.orgs import SYSTEM, a_centre, a_company, a_link, a_member
from tests.builders.people import somebody

Client = AsyncTestClient[Litestar]
Settle = Callable[[], Awaitable[int]]
API = "/api/v1"


@dataclass
class Company:
    """A company: its manager's headers, and the ids of its things under their names in paths."""

    manager: dict[str, str]
    ids: dict[str, Any]
    fresh: dict[str, UUID] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"{API}/organisations/{self.ids['organisation_id']}"


@dataclass
class Estate:
    """Both companies, and the course that their staff pass."""

    school: ASchool
    mine: Company
    theirs: Company


async def an_estate(opened: Platform, client: Client, settle: Settle) -> Estate:
    school = await a_school(opened)
    return Estate(
        school,
        await _a_company(opened, client, settle, school),
        await _a_company(opened, client, settle, school),
    )


async def _a_company(opened: Platform, client: Client, settle: Settle, school: ASchool) -> Company:
    """Two staff: one linked, certified and the cause of a centre certificate; one still invited."""
    company, centre, staff, uninvited, assignment_id = await _roster(opened.works)
    person_id = await a_link(opened.works, company, staff, certs.fractions())
    await school.certified(settle, person_id)
    _, manager = await somebody(opened, Role.COMPANY_MANAGER, company.id)
    built = Company(
        manager,
        {
            "organisation_id": company.id,
            "centre_id": centre.id,
            "staff_record_id": staff.id,
            "assignment_id": assignment_id,
            "person_id": person_id,
        },
        {"staff_record_id": uninvited.id},
    )
    await somebody(opened, Role.COMPANY_MANAGER, company.id)
    await _made_over_http(client, built, school.course_code)
    return built


async def _roster(works: Works) -> tuple[Any, Any, Any, Any, UUID]:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company, listener=certs.fractions())
        staff = await a_member(work, company, "1", centre=centre, listener=certs.fractions())
        uninvited = await a_member(work, company, "2", work_email="two@example.org")
        await work.session.flush()
        [place] = await assignments_of_record(work.session, staff.id, superseded=False)
    return company, centre, staff, uninvited, place.id


async def _made_over_http(client: Client, company: Company, course_code: str) -> None:
    """A roster file, an invitation, a preview, a sponsored enrolment; and what there is already."""

    async def post(path: str, **sent: Any) -> Any:
        headers = company.manager | sent.pop("headers", {})
        answer = await client.post(f"{company.path}/{path}", headers=headers, **sent)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def first(path: str) -> Any:
        answer = await client.get(f"{company.path}/{path}", headers=company.manager)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        return (found if isinstance(found, list) else found["items"])[0]["id"]

    csv = {"headers": {"Content-Type": "text/csv"}, "content": b"staff number,name\n3,WONG Siu\n"}
    ids = company.ids
    ids["import_id"] = (await post("imports", **csv))["id"]
    ids["invitation_id"] = (
        await post("invitations", json={"staff_record_id": str(company.fresh["staff_record_id"])})
    )["id"]
    wanted = {"course_code": course_code, "staff_numbers": ["1"]}
    committed = await post("enrolments/previews", json=wanted)
    done = await post(f"enrolments/previews/{committed['id']}/commit", json={"mode": "possible"})
    assert done["enrolled"] == 1, done
    ids["enrolment_id"] = done["rows"][0]["enrolment_id"]
    ids["preview_id"] = (await post("enrolments/previews", json=wanted))["id"]
    ids["decision_id"] = await first(f"centres/{ids['centre_id']}/decisions")
    ids["grant_id"] = await first("managers")
