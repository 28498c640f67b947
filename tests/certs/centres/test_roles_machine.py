"""The random lives of test_service_machine.py under a policy that leaves a job role out."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.certs.centres.people_of_the_issuer import approved
from tests.certs.centres.test_service_machine import Life, live_through
from tests.conftest import MORNING

LEFT_OUT = "trainee"


class LifeWithRoles(Life):
    @initialize(size=st.integers(0, 10), passed=st.booleans())
    def begins(self, size, passed):
        super().begins(size, passed)
        self.plain.left_out = LEFT_OUT

    @precondition(lambda self: self.staff)
    @rule(data=st.data(), role=st.sampled_from([None, "agent", LEFT_OUT, LEFT_OUT]))
    def becomes_something_else(self, data, role):
        staff = data.draw(st.sampled_from(self.staff))
        self.run(self.world.change_role(staff, role))
        self.plain.roles[staff] = role
        self.looked()


async def live_through_roles(world, *, examples, steps):
    world.clock.at = MORNING
    await approved(world, job_roles_not_counted=[LEFT_OUT])
    await live_through(world, examples=examples, steps=steps, life=LifeWithRoles)


async def test_a_few_lives_with_roles(world):
    await live_through_roles(world, examples=3, steps=15)


@pytest.mark.soak
async def test_many_lives_with_roles(world):
    await live_through_roles(world, examples=100, steps=30)
