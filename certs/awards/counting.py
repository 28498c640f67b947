"""Around every change of an award: holders and their centres are locked first, counted after."""

from collections.abc import Iterable
from uuid import UUID

from certs.awards.ports import CentreFractions
from lms.issuer.queries import issuer_day
from lms.kernel.locks import Locked, lock
from lms.kernel.work import Work
from lms.orgs.roster.queries import centres_of_person


async def hold_counts(
    work: Work, fractions: CentreFractions, person_ids: Iterable[UUID]
) -> list[UUID]:
    """Lock people, then every centre in which they count; answers those centres.

    People come first: otherwise somebody's link could be accepted between our look at their
    centres and our award, and neither transaction would see the other's half.
    """
    holders = sorted(set(person_ids))
    await lock(work, Locked.PERSON, holders)
    today = await issuer_day(work)
    centre_ids = {
        centre_id
        for person_id in holders
        for centre_id in await centres_of_person(work.session, person_id, today)
    }
    await fractions.before(work, sorted(centre_ids))
    return sorted(centre_ids)
