"""A company's manager at the API, who invites: what the tests of invitations begin with."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.orgs.organisations.models import Organisation
from tests.builders.people import PASSWORD, letters_to

API = "/api/v1"
ADDRESS = "newcomer@example.org"
NEWCOMER = {
    "name_zh": "李小明",
    "family_name_en": "LEE",
    "given_name_en": "Siu Ming",
    "password": PASSWORD,
}


@dataclass(frozen=True)
class Desk:
    """A company with one placed member, and the headers of its manager."""

    client: AsyncTestClient[Litestar]
    opened: Platform
    company: Organisation
    centre_id: str
    record_id: str
    manager_id: UUID
    manager: dict[str, str]

    async def post(self, path: str, body: Any = None, headers: Any = None) -> tuple[int, Any]:
        answer = await self.client.post(
            f"{API}{path}", json=body or {}, headers=self.manager if headers is None else headers
        )
        return answer.status_code, answer.json()

    async def own(self, path: str, body: Any = None) -> tuple[int, Any]:
        return await self.post(f"/organisations/{self.company.id}{path}", body)

    async def invite(self, email: str = ADDRESS) -> dict[str, Any]:
        status, made = await self.own(
            "/invitations", {"staff_record_id": self.record_id, "email": email}
        )
        assert status == 201, made
        return dict(made)

    async def token(self, email: str = ADDRESS) -> str:
        letter = (await letters_to(self.opened, email))[-1]
        assert letter.token is not None
        return letter.token

    async def staff(self) -> dict[str, Any]:
        path = f"{API}/organisations/{self.company.id}/staff/{self.record_id}"
        return dict((await self.client.get(path, headers=self.manager)).json())


def code(body: Any) -> str:
    return str(body["type"]).removeprefix("/problems/")
