"""A change of policy reaches every centre as soon as it is approved, without any tick."""

from certs.centres.evaluations.policy_change import BATCH
from tests.certs.centres.crowd import a_crowd
from tests.certs.centres.people_of_the_issuer import approved


async def test_what_a_policy_of_today_makes_true_is_issued_at_once(world, settle):
    centre = await world.centre()
    await a_crowd(world, centre, size=5, qualified=4)
    await settle()
    await approved(world, threshold=[8, 10])
    await settle()
    assert await world.decisions(centre) == [("issue", world.today)]
    row = await world.standing(centre)
    assert (row.policy_version, row.policies_seen, row.required) == (2, 2, 4)


async def test_more_centres_than_a_batch_are_each_evaluated_once(world, settle):
    centres = [await world.centre() for _ in range(BATCH + 1)]
    await settle()
    await approved(world, smallest_centre=3)
    await settle()
    rows = await world.rows(
        "SELECT s.centre_id, s.policies_seen, count(*) AS times FROM centre_standing AS s "
        "JOIN centre_evaluation AS e USING (centre_id) WHERE e.cause = 'the policy changed' "
        "GROUP BY 1, 2"
    )
    assert {(row.centre_id, row.policies_seen, row.times) for row in rows} == {
        (centre, 2, 1) for centre in centres
    }


async def test_a_change_that_comes_first_brings_its_centre_up_to_date(world, settle):
    centre = await world.centre()
    await a_crowd(world, centre, size=5, qualified=4)
    await settle()
    await approved(world, threshold=[8, 10])
    await world.hire(centre)
    assert await world.decisions(centre) == [("issue", world.today)]
    await settle()
    row = await world.standing(centre)
    assert (row.policies_seen, row.seq, row.health) == (2, 4, "below")
