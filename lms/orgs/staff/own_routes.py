"""What a person sees and says about the companies that they are linked to."""

from uuid import UUID

from litestar import Router, delete, get, post

from lms.kernel.actor import SIGNED_IN, Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.work import Works
from lms.orgs.staff import consents, queries
from lms.orgs.staff.schemas import ConsentIn, ConsentOut, EmploymentOut

OWN = "a person's own employments and consents"


@get("/me/employments", operation_id="listMyEmployments", needs=SIGNED_IN)
async def list_my_employments(works: Works, actor: Actor) -> list[EmploymentOut]:
    """The companies that you are or were linked to."""
    async with works.read(actor.reaching_issuer(OWN)) as work:
        rows = await queries.employments_of_person(work.session, actor.person)
    return [EmploymentOut.of(link, organisation) for link, organisation in rows]


@get("/me/consents", operation_id="listMyConsents", needs=SIGNED_IN)
async def list_my_consents(works: Works, actor: Actor) -> list[ConsentOut]:
    """Which companies you let, or have let, see your results."""
    async with works.read(actor.reaching_issuer(OWN)) as work:
        rows = await queries.consents_of_person(work.session, actor.person)
    return [ConsentOut.of(row) for row in rows]


@post("/me/consents", operation_id="giveConsent", needs=SIGNED_IN)
async def give_consent(
    data: ConsentIn, works: Works, actor: Actor, key: IdempotencyKey
) -> ConsentOut:
    """Let a company that you are linked to see your results."""
    async with works.write(actor.reaching_issuer(OWN), key) as work:
        return work.remember(ConsentOut.of(await consents.give(work, data.organisation_id)))


@delete(
    "/me/consents/{company_id:uuid}",
    operation_id="withdrawConsent",
    needs=SIGNED_IN,
    status_code=200,
)
async def withdraw_consent(company_id: UUID, works: Works, actor: Actor) -> ConsentOut:
    """Take a consent back."""
    async with works.write(actor.reaching_issuer(OWN)) as work:
        return ConsentOut.of(await consents.withdraw(work, company_id))


router = Router(
    path="",
    tags=["own"],
    route_handlers=[list_my_employments, list_my_consents, give_consent, withdraw_consent],
)
