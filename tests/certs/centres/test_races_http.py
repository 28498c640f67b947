"""The races over HTTP with two server processes, a few of each; all of them: scripts/races.py."""

import pytest

from scripts.races import EACH, SCENARIOS, TOGETHER, races

pytestmark = pytest.mark.processes
FEW = 3


async def test_two_servers_decide_as_one_after_the_other(chosen, opened):
    findings = await races(chosen, FEW)
    assert findings.clean, findings
    assert (findings.issued[EACH], findings.issued[TOGETHER]) == (FEW, FEW)
    assert set(findings.issued) <= set(SCENARIOS)
