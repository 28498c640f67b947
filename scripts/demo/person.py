"""Somebody at a client: signs in, asks, and is surprised by any answer that was not expected."""

from typing import Any

import httpx

from scripts.demo.telling import Surprise

PASSWORD = "Star Ferry to Wan Chai"  # noqa: S105 - an invented person's, in thrown-away data


class Person:
    """One person's conversation with the API; `name` is how the story calls them."""

    def __init__(self, url: str, name: str, email: str, password: str = PASSWORD) -> None:
        self.name = name
        self.email = email
        self.password = password
        self.id = ""
        self._client = httpx.Client(base_url=f"{url}/api/v1", timeout=30)

    def sign_in(self) -> None:
        """Get a token; the API's tokens live for five minutes at most."""
        body = {"email": self.email, "password": self.password}
        tokens = self.post("/auth/token", body, 200)
        self._client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        self.id = self.get("/me")["id"]

    def get(self, path: str, **params: str) -> Any:
        """The answer to a GET."""
        return self.ask("GET", path, 200, params=params)

    def post(self, path: str, body: Any = None, status: int = 201) -> Any:
        """The answer to a POST of JSON."""
        return self.ask("POST", path, status, json=body)

    def put(self, path: str, body: Any, *, revision: int | None = None) -> Any:
        """The answer to a PUT of JSON."""
        return self.ask("PUT", path, 200, json=body, headers=_if_match(revision))

    def act(self, path: str, revision: int, body: Any = None) -> Any:
        """The answer to a POST that changes something seen at a revision."""
        return self.ask("POST", path, 200, json=body, headers=_if_match(revision))

    def ask(self, method: str, path: str, status: int, **request: Any) -> Any:
        """Ask, and read the JSON that comes back.

        Raises:
            Surprise: the answer's status is another.
        """
        answer = self._client.request(method, path, **request)
        if answer.status_code != status:
            raise Surprise(
                f"{self.name}: {method} {path} answered {answer.status_code}, not {status}: "
                f"{answer.text[:1000]}"
            )
        return answer.json() if answer.content else None


def _if_match(revision: int | None) -> dict[str, str]:
    return {} if revision is None else {"If-Match": f'"{revision}"'}
