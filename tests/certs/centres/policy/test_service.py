"""Asking for another policy; what one is: `test_rules.py`."""

import pytest

from certs.centres.policy.rules import FIRST
from certs.centres.policy.service import propose_policy
from lms.kernel.problems import Invalid
from tests.builders.statements import statements
from tests.certs.centres.people_of_the_issuer import admin


async def test_all_codes_that_no_course_has_are_named_and_found_by_one_statement(world):
    counts = []
    for codes in (["XA"], ["XA", "CPCS", "XB", "XC"]):
        document = FIRST.document() | {"qualifying_courses": codes}
        with statements(world.works) as sent, pytest.raises(Invalid) as refused:
            async with world.works.write(admin(world)) as work:
                await propose_policy(
                    work, effective_from=world.today, document=document, reason="a slip"
                )
        counts.append(len(sent))
    assert [fault.detail for fault in refused.value.faults] == ["the catalogue has no XA, XB, XC"]
    assert counts[0] == counts[1] > 0
