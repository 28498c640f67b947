import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from lms.kernel.actor import Actor
from lms.kernel.clock import FrozenClock
from lms.kernel.ids import new_id
from lms.kernel.problems import CONSTRAINTS, Conflict, Invalid, NotFound, StaleRevision
from lms.kernel.work import Works
from lms.orgs.roster.leaving import leave
from lms.orgs.roster.service import Whose
from lms.orgs.staff import consents, ends, links, service
from lms.orgs.staff.models import StaffLink
from lms.orgs.staff.queries import links_of_record, open_consent, open_link_of_record
from lms.orgs.staff.service import StaffFacts
from lms.people.grants.queries import open_grant
from lms.people.grants.roles import Role
from tests.builders.orgs import SYSTEM, Watched, a_centre, a_company, a_link, a_member, rows
from tests.builders.people import a_person

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


@pytest.fixture
def watched() -> Watched:
    return Watched()


async def test_a_staff_number_is_unique_in_its_company_only(works: Works) -> None:
    async with works.write(SYSTEM) as work:
        await a_member(work, await a_company(work, "Mine"), "0071")
    async with works.write(SYSTEM) as work:
        theirs = await a_company(work, "Theirs")
        await a_member(work, theirs, "0071")
        with pytest.raises(IntegrityError) as taken:
            await a_member(work, theirs, "0071")
    assert taken.value.orig is not None
    constraint = getattr(taken.value.orig.__cause__, "constraint_name", "")
    assert CONSTRAINTS[constraint] == "staff_number_taken"


async def test_an_edit_counts_the_centre_again_and_is_audited(
    works: Works, watched: Watched
) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        record = await a_member(work, company, centre=centre, job_role="Agent")
    facts = StaffFacts("1001", job_role="Driver")
    async with works.write(SYSTEM) as work:
        edited = await service.edit(work, watched, company.id, record.id, facts, revision=1)
        assert edited.revision == 2
    assert watched.changes == [frozenset({centre.id})]
    async with works.read(SYSTEM) as work:
        (entry,) = await rows(
            work, "SELECT before, after FROM audit_entry WHERE action = 'staff.edited'"
        )
    assert (entry.before["job_role"], entry.after["job_role"]) == ("Agent", "Driver")
    with pytest.raises(StaleRevision):
        async with works.write(SYSTEM) as work:
            await service.edit(work, watched, company.id, record.id, facts, revision=1)


async def test_a_role_that_was_is_kept_and_never_changed(works: Works, clock: FrozenClock) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        record = await a_member(work, company, job_role="Agent")
    for revision, (hours, role) in enumerate(
        [(1, "Driver"), (1, "Driver"), (1, None), (0, "Cook"), (-5, "Clerk"), (9, "Clerk")], start=1
    ):
        clock.advance(timedelta(hours=hours))
        async with works.write(SYSTEM) as work:
            facts = StaffFacts("1001", job_role=role)
            await service.edit(work, Watched(), company.id, record.id, facts, revision=revision)
    first = clock.now() - timedelta(hours=6)
    async with works.read(SYSTEM) as work:
        query = "SELECT job_role, held_until FROM past_job_role ORDER BY held_until"
        kept = [tuple(row) for row in await rows(work, query)]
    assert kept == [("Agent", first), ("Driver", first + timedelta(hours=2))]
    for change in ("UPDATE past_job_role SET job_role = 'Cook'", "DELETE FROM past_job_role"):
        with pytest.raises(DBAPIError):
            async with works.write(SYSTEM) as work:
                await work.session.execute(text(change))


async def test_a_link_is_counted_and_told_in_its_own_transaction(
    works: Works, watched: Watched
) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        record = await a_member(work, company, centre=centre)
    person_id = await a_link(works, company, record, watched)
    assert watched.changes == [frozenset({centre.id})]
    async with works.read(SYSTEM) as work:
        (event,) = await rows(work, "SELECT payload FROM event WHERE type = 'orgs.staff-linked.v1'")
    assert event.payload["person_id"] == str(person_id)


async def test_a_record_and_a_person_have_one_link_at_a_time_in_a_company(works: Works) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        one, two = [await a_member(work, company, number) for number in ("1", "2")]
    person_id = await a_link(works, company, one)
    with pytest.raises(Conflict) as conflict:
        await a_link(works, company, one)
    assert conflict.value.code == "already_linked"
    with pytest.raises(IntegrityError) as twice:
        async with works.write(SYSTEM) as work:
            await links.make_link(work, Watched(), company.id, two.id, person_id=person_id)
    assert twice.value.orig is not None
    constraint = getattr(twice.value.orig.__cause__, "constraint_name", "")
    assert CONSTRAINTS[constraint] == "already_linked"


async def test_two_companies_may_each_link_one_person(works: Works) -> None:
    records = []
    for name in ("Mine", "Theirs"):
        async with works.write(SYSTEM) as work:
            company = await a_company(work, name)
            records.append((company, await a_member(work, company)))
    person_id = await a_link(works, *records[0])
    async with works.write(SYSTEM) as work:
        company, record = records[1]
        await links.make_link(work, Watched(), company.id, record.id, person_id=person_id)


async def test_of_two_links_made_at_once_one_stands(works: Works) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        record = await a_member(work, company)
    done = await asyncio.gather(
        *(a_link(works, company, record) for _ in range(3)), return_exceptions=True
    )
    assert sorted(getattr(one, "code", "linked") for one in done) == [
        "already_linked",
        "already_linked",
        "linked",
    ]


async def test_an_admins_link_needs_a_person_and_a_day_that_has_come(works: Works) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        record = await a_member(work, company)
        person = await a_person(work)
    for person_id, first_day in ((new_id(), None), (person.id, TODAY + DAY)):
        with pytest.raises(Invalid):
            async with works.write(SYSTEM) as work:
                await links.link_by_admin(
                    work,
                    Watched(),
                    company.id,
                    record.id,
                    person_id=person_id,
                    first_day=first_day,
                    reason="papers seen",
                )


async def test_a_wrong_link_ends_now_and_the_right_one_may_follow_the_same_day(
    works: Works, watched: Watched
) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        record = await a_member(work, company, centre=centre)
    wrong = await a_link(works, company, record)
    async with works.write(SYSTEM) as work:
        ended = await links.unlink(
            work, watched, company.id, record.id, last_day=None, reason="another Chan"
        )
        assert (ended.person_id, ended.valid_from, ended.valid_to) == (wrong, TODAY, TODAY)
    right = await a_link(works, company, record)
    async with works.read(SYSTEM) as work:
        standing = await open_link_of_record(work.session, record.id)
        assert standing is not None
        assert standing.person_id == right
        assert len(await links_of_record(work.session, record.id)) == 2
    assert watched.changes == [frozenset({centre.id})]


@pytest.mark.parametrize("new_number", [False, True])
async def test_who_was_let_go_by_mistake_is_linked_on_without_a_gap(
    works: Works, watched: Watched, new_number: bool
) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        record = await a_member(work, company)
    person_id = await a_link(works, company, record)
    last_day = TODAY + 9 * DAY
    async with works.write(SYSTEM) as work:
        await leave(work, watched, Whose(company.id, record.id), last_day)
        if new_number:
            record = await a_member(work, company, "1002")
    async with works.write(SYSTEM) as work:
        again = await links.make_link(work, watched, company.id, record.id, person_id=person_id)
    assert again.valid_from == last_day + DAY


async def test_who_is_linked_to_nobody_cannot_be_unlinked(works: Works, watched: Watched) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        record = await a_member(work, company)
        with pytest.raises(Conflict) as conflict:
            await links.unlink(work, watched, company.id, record.id, last_day=None, reason="a slip")
    assert conflict.value.code == "not_linked"


async def test_a_link_does_not_end_before_its_day(works: Works, watched: Watched) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        record = await a_member(work, company)
    await a_link(works, company, record)
    with pytest.raises(Invalid):
        async with works.write(SYSTEM) as work:
            await links.unlink(
                work, watched, company.id, record.id, last_day=TODAY + DAY, reason="will go"
            )


async def test_an_ended_link_is_never_changed(works: Works, watched: Watched) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        record = await a_member(work, company)
    await a_link(works, company, record)
    async with works.write(SYSTEM) as work:
        await links.unlink(work, watched, company.id, record.id, last_day=TODAY, reason="a slip")
    for change in (
        "UPDATE staff_link SET valid_to = NULL, ended_at = NULL",
        "UPDATE staff_link SET valid_to = valid_to + 1",
        "DELETE FROM staff_link",
    ):
        with pytest.raises(DBAPIError, match="closed, never changed"):
            async with works.write(SYSTEM) as work:
                await work.session.execute(text(change))


@pytest.mark.parametrize("by_themselves", [False, True])
async def test_a_manager_who_is_let_go_manages_no_more(
    works: Works, watched: Watched, by_themselves: bool
) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        record = await a_member(work, company)
        person = await a_person(work, role=Role.COMPANY_MANAGER, scope_id=company.id)
    async with works.write(SYSTEM) as work:
        await links.make_link(work, watched, company.id, record.id, person_id=person.id)
    themselves = replace(SYSTEM, person_id=person.id)
    async with works.write(themselves if by_themselves else SYSTEM) as work:
        await links.unlink(work, watched, company.id, record.id, last_day=TODAY, reason="gone")
        role = await open_grant(work.session, person.id, Role.COMPANY_MANAGER, company.id)
    assert role is None


async def test_consent_is_the_linked_persons_to_give_and_to_take_back(works: Works) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        record = await a_member(work, company)
        stranger = await a_person(work)
    person_id = await a_link(works, company, record)
    theirs = Actor(kind="person", person_id=person_id).reaching_issuer("own consent")
    for _ in range(2):
        async with works.write(theirs) as work:
            await consents.give(work, company.id)
    async with works.read(SYSTEM) as work:
        assert await open_consent(work.session, company.id, person_id) is not None
        assert len(await rows(work, "SELECT id FROM consent")) == 1
    async with works.write(theirs) as work:
        await consents.withdraw(work, company.id)
    with pytest.raises(NotFound):
        async with works.write(theirs) as work:
            await consents.withdraw(work, company.id)
    with pytest.raises(NotFound):
        other = Actor(kind="person", person_id=stranger.id).reaching_issuer("own consent")
        async with works.write(other) as work:
            await consents.give(work, company.id)
    async with works.write(SYSTEM) as work:
        await links.unlink(work, Watched(), company.id, record.id, last_day=TODAY, reason="gone")
    with pytest.raises(NotFound):
        async with works.write(theirs) as work:
            await consents.give(work, company.id)


async def test_the_event_of_a_link_that_has_not_ended_is_not_made() -> None:
    with pytest.raises(ValueError, match="not ended"):
        ends.left(StaffLink(valid_to=None))
