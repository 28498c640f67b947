"""A company's own centres at the API: where they stand, who is missing, what was decided."""

from datetime import timedelta

import msgspec
import pytest

from certs.centres.decisions import evidence
from certs.centres.evaluations.midnight import evaluate_due
from certs.centres.standing.report import report_on
from lms.kernel.actor import Actor
from lms.kernel.clock import day_start
from lms.orgs.roster.closing import close_centre
from lms.people.grants.roles import Role
from tests.builders.people import somebody
from tests.certs.centres.crowd import a_crowd

FOREIGN = "01900000-0000-7000-8000-0000000000ff"


def below(world, centre):
    return f"/api/v1/organisations/{world.organisation_id}/centres/{centre}"


async def test_a_manager_sees_where_the_centre_stands(client, world, manager):
    centre = await world.centre()
    await world.certified(centre, 1)
    await a_crowd(world, centre, size=28, qualified=25)
    answer = (await client.get(f"{below(world, centre)}/standing", headers=manager)).json()
    assert (answer["counted"], answer["qualified"], answer["required"]) == (29, 26, 27)
    assert (answer["percentage"], answer["missing"]) == ("89.65", 1)
    assert (answer["outcome"], answer["health"]) == ("not_met", "below")
    assert answer["certified"] is True
    assert answer["certificate"]["last_day"] == "2027-03-01"
    assert answer["would_renew_today"] is None


async def test_a_manager_sees_who_is_missing_and_what_expires_next(client, world, manager):
    centre = await world.centre()
    unlinked = await world.hire(centre)
    linked = await world.hire(centre)
    await world.link(linked)
    [(late, _)] = await world.certified(centre, 1, last_day=world.today + timedelta(days=90))
    [(soon, _)] = await world.certified(centre, 1, last_day=world.today + timedelta(days=9))
    await world.certified(centre, 1)
    missing = await client.get(f"{below(world, centre)}/missing", headers=manager)
    assert [(one["staff_record_id"], one["reason"]) for one in missing.json()["items"]] == [
        (str(unlinked), "not_linked"),
        (str(linked), "no_qualifying_certificate"),
    ]
    assert not {"mark", "score", "result"} & set(missing.json()["items"][0])
    first = await client.get(
        f"{below(world, centre)}/expiring", headers=manager, params={"limit": 1}
    )
    assert [one["staff_record_id"] for one in first.json()["items"]] == [str(soon)]
    rest = await client.get(
        f"{below(world, centre)}/expiring",
        headers=manager,
        params={"cursor": first.json()["next_cursor"]},
    )
    assert [one["staff_record_id"] for one in rest.json()["items"]] == [str(late)]


async def test_missing_goes_on_where_the_page_ended(client, world, manager):
    centre = await world.centre()
    staff = [str(await world.hire(centre)) for _ in range(3)]
    first = await client.get(
        f"{below(world, centre)}/missing", headers=manager, params={"limit": 2}
    )
    rest = await client.get(
        f"{below(world, centre)}/missing",
        headers=manager,
        params={"cursor": first.json()["next_cursor"]},
    )
    found = [one["staff_record_id"] for one in first.json()["items"] + rest.json()["items"]]
    assert found == staff


async def test_a_decision_is_shown_with_the_evidence_that_has_its_hash(client, world, manager):
    centre = await world.centre()
    await world.certified(centre, 1)
    [decision] = (await client.get(f"{below(world, centre)}/decisions", headers=manager)).json()[
        "items"
    ]
    answer = await client.get(f"{below(world, centre)}/decisions/{decision['id']}", headers=manager)
    frozen = msgspec.convert(answer.json()["evidence"], evidence.Evidence)
    assert evidence.stands(frozen)
    assert evidence.digest(evidence.encode(frozen)).hex() == decision["evidence_sha256"]


async def test_a_manager_attests_the_roster(client, world, manager):
    centre = await world.centre()
    await world.certified(centre, 2)
    made = await client.post(f"{below(world, centre)}/attestations", headers=manager)
    assert made.status_code == 201
    assert made.json()["counted"] == 2
    listed = await client.get(f"{below(world, centre)}/attestations", headers=manager)
    assert [one["id"] for one in listed.json()["items"]] == [made.json()["id"]]


@pytest.mark.parametrize("what", ["standing", "missing", "expiring", "decisions", "attestations"])
async def test_another_company_and_the_unsigned_see_nothing(client, world, opened, what):
    centre = await world.centre()
    await world.certified(centre, 1)
    assert (await client.get(f"{below(world, centre)}/{what}")).status_code == 401
    other = await client.get(
        f"{below(world, centre)}/{what}",
        headers=(await somebody(opened, Role.COMPANY_MANAGER, world.deciders[0]))[1],
    )
    assert other.status_code == 404


async def test_a_manager_does_not_reach_another_companys_centre_by_their_own_path(
    client, world, opened, manager
):
    centre = await world.centre()
    mine = await somebody(opened, Role.COMPANY_MANAGER, world.deciders[0])
    path = f"/api/v1/organisations/{world.deciders[0]}/centres/{centre}/standing"
    assert (await client.get(path, headers=mine[1])).status_code == 404
    unknown = f"{below(world, FOREIGN)}/standing"
    assert (await client.get(unknown, headers=manager)).status_code == 404


async def test_a_past_day_is_told_as_it_stood(client, world, manager):
    first, now = world.today - timedelta(days=3), world.clock.at
    world.clock.at = day_start(first, "Asia/Hong_Kong")
    centre = await world.centre()
    await world.certified(centre, 1)
    world.clock.at = now
    await world.hire(centre)
    path = f"{below(world, centre)}/days"
    before = await client.get(f"{path}/{first - timedelta(days=1)}", headers=manager)
    assert (before.json()["counted"], before.json()["certificate"]) == (None, None)
    then = (await client.get(f"{path}/{first + timedelta(days=1)}", headers=manager)).json()
    assert (then["counted"], then["qualified"], then["outcome"]) == (1, 1, "met")
    assert then["certificate"]["status"] == "in_force"
    now = (await client.get(f"{path}/{first + timedelta(days=3)}", headers=manager)).json()
    assert (now["counted"], now["outcome"], now["evaluated_on"]) == (2, "not_met", str(world.today))


async def test_an_attestation_is_due_from_registration_on_and_again_after_renewal(
    client, world, manager
):
    centre = await world.centre()
    await world.certified(centre, 1)

    async def due():
        async with world.works.read(Actor.system("test")) as work:
            return (await report_on(work, world.organisation_id, centre)).attestation_due

    assert await due()
    await client.post(f"{below(world, centre)}/attestations", headers=manager)
    assert not await due()
    world.clock.at = day_start(world.today.replace(year=2027), "Asia/Hong_Kong")
    await evaluate_due(world.works)
    assert await due()


async def test_no_attestation_is_due_before_registration_or_after_closing(client, world, manager):
    applied, closed = await world.centre(registered=False), await world.centre()

    async def due(centre):
        answer = await client.get(f"{below(world, centre)}/standing", headers=manager)
        return answer.json()["attestation_due"]

    assert [await due(applied), await due(closed)] == [False, True]
    async with world.write() as work:
        await close_centre(
            work,
            world.fractions,
            world.organisation_id,
            closed,
            closed_on=None,
            reason="the lease ended",
        )
    assert await due(closed) is False


async def test_at_risk_names_the_day_and_the_people(client, world, manager):
    centre = await world.centre()
    await world.certified(centre, 8)
    soon = world.today + timedelta(days=9)
    [(leaver, _), _] = await world.certified(centre, 2)
    await world.leave(leaver, soon - timedelta(days=1))
    risky = [leaver, (await world.certified(centre, 1, last_day=soon))[0][0]]
    [(_, person)] = await world.certified(centre, 1, last_day=soon)
    await world.award(person, code="CCCP", from_day=soon)
    await world.hire(centre)
    answer = (await client.get(f"{below(world, centre)}/standing", headers=manager)).json()
    assert (answer["health"], answer["breaks_on"]) == (
        "at_risk",
        str(soon + timedelta(days=1)),
    )
    assert [one["staff_record_id"] for one in answer["breaking"]] == [str(one) for one in risky]


async def test_a_renewal_that_is_decided_ahead_ends_with_its_own_last_day(client, world, manager):
    centre = await world.centre()
    soon, later = world.today + timedelta(days=9), world.today + timedelta(days=40)
    renewed, gap, for_good = await world.certified(centre, 3, last_day=soon)
    next_day = soon + timedelta(days=1)
    await world.award(renewed[1], code="CCCP", from_day=next_day, last_day=later)
    await world.award(gap[1], code="CCCP", from_day=next_day + timedelta(days=1))
    await world.award(for_good[1], code="CCCP", from_day=next_day)
    below_centre = below(world, centre)
    items = (await client.get(f"{below_centre}/expiring", headers=manager)).json()["items"]
    assert [(one["staff_record_id"], one["certified_until"]) for one in items] == [
        (str(gap[0]), str(soon)),
        (str(renewed[0]), str(later)),
    ]
    await world.award(gap[1], code="CPCS", from_day=next_day)
    told = (await client.get(f"{below_centre}/standing", headers=manager)).json()
    assert (told["health"], told["breaks_on"]) == ("at_risk", str(later + timedelta(days=1)))
    assert [(one["staff_record_id"], one["certified_until"]) for one in told["breaking"]] == [
        (str(renewed[0]), str(later))
    ]


async def test_nothing_is_told_of_a_day_to_come(client, world, manager):
    centre = await world.centre()
    await world.certified(centre, 1)
    day = f"{below(world, centre)}/days"
    assert (await client.get(f"{day}/{world.today}", headers=manager)).status_code == 200
    refused = await client.get(f"{day}/{world.today + timedelta(days=1)}", headers=manager)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "day_to_come"
