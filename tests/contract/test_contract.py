"""The published contract against the app: what it allows is answered, in the shapes it names.

Cases are made by schemathesis from the document that the server gives out, and sent by everybody.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core import NotSet
from schemathesis.core.failures import Failure

from tests.contract.estate import Client
from tests.contract.ground import Ground, fault

GATE = ("/api/v1/auth/logout", "/api/v1/me/sessions/{session_id}")
"""What would end the session of whoever sends everything else."""

WHO = {"anonymous": 5, "learner": 3, "manager": 3, "admin": 1}
"""Who sends, and one in how many of the few cases."""
BAD_HEADER = str.maketrans("", "", "\r\n\0")


async def the_contract(client: Client) -> Any:
    answer = await client.get("/schema/openapi.json")
    assert answer.status_code == 200
    return schemathesis.openapi.from_dict(answer.json())


def cases(contract: Any, mode: GenerationMode, most: int) -> Iterator[Case]:
    """So many cases of each operation, always the same ones."""
    for found in contract.get_all_operations():
        operation = found.ok()
        if operation.path not in GATE:
            yield from _cases_of(operation, mode, most)


def _cases_of(operation: Any, mode: GenerationMode, most: int) -> list[Case]:
    made: list[Case] = []

    @settings(
        max_examples=most,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: Case) -> None:
        made.append(case)

    try:
        collect()
    except Unsatisfiable:  # it has nothing that could be bad
        assert mode is GenerationMode.NEGATIVE, operation.label
    return made


async def send(client: Client, case: Case, ground: Ground, who: str) -> Any:
    """The case as a request; where its path names something that exists, that is asked for."""
    ids = {name: str(ground.ids.get(name, value)) for name, value in case.path_parameters.items()}
    headers = {
        name: str(value).translate(BAD_HEADER).encode() for name, value in case.headers.items()
    }
    case.path_parameters = ids
    sent = case.as_transport_kwargs()
    known = {name: sent[name] for name in ("json", "params") if sent.get(name) is not None}
    if isinstance(sent.get("data"), bytes | str):
        known["content"] = sent["data"]
    if case.media_type and not isinstance(case.body, NotSet):
        headers["Content-Type"] = case.media_type.encode()
    asked = {name: value.encode() for name, value in ground.headers[who].items()}
    return await client.request(case.method, case.formatted_path, headers=headers | asked, **known)


def breach(case: Case, answer: Any) -> str | None:
    """What the answer does that the contract does not allow."""
    what = f"{case.method} {case.formatted_path} {case.query} {case.body!r:.200}"
    stumble = fault(what, answer)
    if stumble is not None or answer.status_code >= 400:
        return stumble
    try:
        case.operation.validate_response(answer, case=case)
    except (Failure, ExceptionGroup) as error:
        return f"{what}: {answer.status_code} {error}"
    return None


async def breaches(
    client: Client, ground: Ground, who: str, made: Iterable[Case]
) -> tuple[list[str], Counter[int]]:
    """What goes against the contract, and how often each status was answered."""
    found, statuses = [], Counter[int]()
    for case in made:
        answer = await send(client, case, ground, who)
        statuses[answer.status_code] += 1
        told = breach(case, answer)
        if told is not None:
            found.append(told)
    return found, statuses


async def test_what_the_contract_allows_is_answered_as_it_says(
    client: Client, ground: Ground
) -> None:
    """A few cases of each operation; `make soak` sends many, and bad ones."""
    made = list(cases(await the_contract(client), GenerationMode.POSITIVE, 2))
    for who, share in WHO.items():
        found, statuses = await breaches(client, ground, who, made[::share])
        assert not found, "\n".join(found)
        assert statuses.total() - statuses[404] - statuses[422] > 10, statuses


@pytest.mark.soak
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("who", WHO)
async def test_many_cases_of_the_contract(
    client: Client, ground: Ground, who: str, mode: GenerationMode
) -> None:
    made = cases(await the_contract(client), mode, 25)
    found, _ = await breaches(client, ground, who, made)
    assert not found, "\n".join(found)
