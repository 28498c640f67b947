"""Certificates at the API: the holder's own, the staff's lists, and what may happen to them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import QueryParameter

from certs.awards.ports import CentreFractions
from certs.issuing import queries
from certs.issuing.changes.correction import correct_certificate, correct_name
from certs.issuing.changes.service import change_status, propose_change, propose_for_award
from certs.issuing.changes.status import Happened, Status
from certs.issuing.models import OrderState
from certs.issuing.numbers.number import Kind
from certs.issuing.permissions import (
    MANAGE_CERTIFICATES,
    READ_CERTIFICATES,
    REVOKE_CERTIFICATES,
)
from certs.issuing.schemas import (
    CertificateCorrectionIn,
    CertificateLineOut,
    CertificateOut,
    CertificateReasonIn,
    CorrectedOut,
    MyCertificateOut,
    OrderOut,
)
from certs.issuing.service import Press
from lms.approvals.schemas import ProposalOut
from lms.kernel.actor import SIGNED_IN, Actor
from lms.kernel.clock import local_day
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works


@get("/me/certificates", operation_id="listMyCertificates", needs=SIGNED_IN)
async def list_my_certificates(works: Works, actor: Actor) -> list[MyCertificateOut]:
    """The signed-in person's certificates, newest first; all of them, also what has ended."""
    async with works.read(actor) as work:
        rows = await queries.certificates_of_person(work.session, actor.person)
        return [MyCertificateOut.of(row, local_day(work.now(), row.zone)) for row in rows]


@get("/certificates", operation_id="listCertificates", needs=READ_CERTIFICATES)
async def list_certificates(
    works: Works,
    actor: Actor,
    page: PageRequest,
    kind: Kind | None = None,
    person_id: UUID | None = None,
    wanted: Annotated[Status | None, QueryParameter(name="status")] = None,
    number: Annotated[str | None, QueryParameter(max_length=60)] = None,
) -> Page[CertificateLineOut]:
    """Certificates of people and centres, newest first.

    A mistyped `number` is told from one that nobody holds.
    """
    async with works.read(actor) as work:
        if number is not None:
            await queries.require_number(work.session, number)
        rows = await queries.certificates(
            work.session, page, kind=kind, person_id=person_id, status=wanted, number=number
        )
    return page_of(rows, page, out=CertificateLineOut.of, key=lambda row: [str(row.id)])


@get("/certificates/{certificate_id:uuid}", operation_id="getCertificate", needs=READ_CERTIFICATES)
async def get_certificate(
    certificate_id: UUID, works: Works, actor: Actor, as_of: date | None = None
) -> CertificateOut:
    """One certificate whole, with its standing today or on the day `as_of`."""
    async with works.read(actor) as work:
        row = await queries.require_certificate(work.session, certificate_id)
        events = await queries.history(work.session, certificate_id)
        day = as_of or local_day(work.now(), row.zone)
    return CertificateOut.of(row, list(events), day)


@get("/certificate-orders", operation_id="listCertificateOrders", needs=READ_CERTIFICATES)
async def list_orders(
    works: Works,
    actor: Actor,
    page: PageRequest,
    wanted: Annotated[OrderState, QueryParameter(name="state")] = OrderState.OPEN,
) -> Page[OrderOut]:
    """Certificates that are due and not made, with the faults that prevent it."""
    async with works.read(actor) as work:
        rows = await queries.orders(work.session, page, state=wanted)
    return page_of(rows, page, out=OrderOut.of, key=lambda row: [str(row.id)])


@post(
    "/certificates/{certificate_id:uuid}/suspension",
    operation_id="suspendCertificate",
    needs=MANAGE_CERTIFICATES,
)
async def suspend_certificate(
    certificate_id: UUID,
    data: CertificateReasonIn,
    works: Works,
    actor: Actor,
    key: IdempotencyKey,
    fractions: CentreFractions,
) -> CertificateLineOut:
    """Suspend a person's certificate and its award; their centres are counted again."""
    async with works.write(actor, key) as work:
        row = await change_status(work, fractions, certificate_id, Happened.SUSPENDED, data.reason)
        return work.remember(CertificateLineOut.of(row))


@post(
    "/certificates/{certificate_id:uuid}/reinstatement",
    operation_id="reinstateCertificate",
    needs=MANAGE_CERTIFICATES,
)
async def reinstate_certificate(
    certificate_id: UUID,
    data: CertificateReasonIn,
    works: Works,
    actor: Actor,
    key: IdempotencyKey,
    fractions: CentreFractions,
) -> CertificateLineOut:
    """End a suspension; the last day stays what it was."""
    async with works.write(actor, key) as work:
        row = await change_status(work, fractions, certificate_id, Happened.REINSTATED, data.reason)
        return work.remember(CertificateLineOut.of(row))


@post(
    "/certificates/{certificate_id:uuid}/revocation",
    operation_id="proposeRevocation",
    needs=REVOKE_CERTIFICATES,
)
async def propose_revocation(
    certificate_id: UUID, data: CertificateReasonIn, works: Works, actor: Actor, key: IdempotencyKey
) -> ProposalOut:
    """Propose to revoke a certificate from now on; a second person does it."""
    async with works.write(actor, key) as work:
        made = await propose_change(work, certificate_id, Happened.REVOKED, data.reason)
        return work.remember(ProposalOut.of(made))


@post(
    "/certificates/{certificate_id:uuid}/voiding",
    operation_id="proposeVoiding",
    needs=REVOKE_CERTIFICATES,
)
async def propose_voiding(
    certificate_id: UUID, data: CertificateReasonIn, works: Works, actor: Actor, key: IdempotencyKey
) -> ProposalOut:
    """Propose to declare a certificate void from its issue on; a second person does it."""
    async with works.write(actor, key) as work:
        made = await propose_change(work, certificate_id, Happened.VOID, data.reason)
        return work.remember(ProposalOut.of(made))


@post(
    "/awards/{award_id:uuid}/revocation",
    operation_id="proposeAwardRevocation",
    needs=REVOKE_CERTIFICATES,
)
async def propose_award_revocation(
    award_id: UUID, data: CertificateReasonIn, works: Works, actor: Actor, key: IdempotencyKey
) -> ProposalOut:
    """Propose to revoke an award, also one whose certificate is not made yet: none is made then."""
    async with works.write(actor, key) as work:
        made = await propose_for_award(work, award_id, Happened.REVOKED, data.reason)
        return work.remember(ProposalOut.of(made))


@post(
    "/awards/{award_id:uuid}/voiding",
    operation_id="proposeAwardVoiding",
    needs=REVOKE_CERTIFICATES,
)
async def propose_award_voiding(
    award_id: UUID, data: CertificateReasonIn, works: Works, actor: Actor, key: IdempotencyKey
) -> ProposalOut:
    """Propose to declare an award void, also one whose certificate is not made yet."""
    async with works.write(actor, key) as work:
        made = await propose_for_award(work, award_id, Happened.VOID, data.reason)
        return work.remember(ProposalOut.of(made))


@post(
    "/certificates/{certificate_id:uuid}/correction",
    operation_id="correctCertificate",
    needs=MANAGE_CERTIFICATES,
)
async def post_correction_of_one(
    certificate_id: UUID,
    data: CertificateReasonIn,
    works: Works,
    actor: Actor,
    key: IdempotencyKey,
    press: Press,
) -> CertificateLineOut:
    """Supersede a certificate, a person's or a centre's, by one made from today's records."""
    async with works.write(actor, key) as work:
        made = await correct_certificate(work, press, certificate_id, data.reason)
        return work.remember(CertificateLineOut.of(made))


@post("/certificates/corrections", operation_id="correctCertificates", needs=MANAGE_CERTIFICATES)
async def post_correction(
    data: CertificateCorrectionIn, works: Works, actor: Actor, key: IdempotencyKey, press: Press
) -> CorrectedOut:
    """Supersede every certificate of a person that bears an old name, in one act."""
    async with works.write(actor, key) as work:
        made = await correct_name(work, press, data.person_id, data.reason)
        return work.remember(
            CorrectedOut(certificates=[CertificateLineOut.of(row) for row in made])
        )


router = Router(
    path="/",
    route_handlers=[
        list_my_certificates,
        list_certificates,
        get_certificate,
        list_orders,
        suspend_certificate,
        reinstate_certificate,
        propose_revocation,
        propose_voiding,
        propose_award_revocation,
        propose_award_voiding,
        post_correction_of_one,
        post_correction,
    ],
    tags=["certificates"],
)
