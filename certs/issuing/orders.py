"""Orders: what is due is written down first, then made; what fails stays until it is mended."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from certs.awards.models import Award
from certs.issuing.models import CertificateOrder, OrderState
from certs.issuing.numbers.number import Kind
from lms.kernel.locks import Locked, lock
from lms.kernel.work import Work


async def order_for_award(work: Work, award_id: UUID) -> CertificateOrder:
    """The order of a person's award, made if there is none, locked. The person is locked before."""
    return await _ensured(work, Kind.PERSON, award_id=award_id)


async def order_for_centre_award(work: Work, centre_award_id: UUID) -> CertificateOrder:
    """The order of a centre's award, made if there is none, locked."""
    return await _ensured(work, Kind.CENTRE, centre_award_id=centre_award_id)


async def lock_order_of_centre_award(work: Work, centre_award_id: UUID) -> CertificateOrder | None:
    """The order of a centre's award, locked; None before there is one."""
    query = select(col(CertificateOrder.id)).where(
        col(CertificateOrder.centre_award_id) == centre_award_id,
        col(CertificateOrder.supersedes_id).is_(None),
    )
    order_id = (await work.session.scalars(query)).one_or_none()
    return None if order_id is None else await _locked(work, order_id)


async def withdraw_order(work: Work, award_id: UUID) -> None:
    """Make no document of a person's award. The person is locked before.

    Where nothing is ordered yet, the order that is still to come finds the award ended.
    """
    query = select(col(CertificateOrder.id)).where(
        col(CertificateOrder.award_id) == award_id,
        col(CertificateOrder.state) == OrderState.OPEN,
    )
    order_id = (await work.session.scalars(query)).one_or_none()
    if order_id is not None:
        (await _locked(work, order_id)).state = OrderState.WITHDRAWN


async def lock_order(work: Work, order_id: UUID) -> CertificateOrder:
    """One order, locked, as it is now; before it its holder, who may be about to be renamed."""
    query = (
        select(col(Award.person_id))
        .join(CertificateOrder, col(CertificateOrder.award_id) == col(Award.id))
        .where(col(CertificateOrder.id) == order_id)
    )
    await lock(work, Locked.PERSON, await work.session.scalars(query))
    return await _locked(work, order_id)


async def _locked(work: Work, order_id: UUID) -> CertificateOrder:
    return await work.session.get_one(
        CertificateOrder, order_id, with_for_update={"key_share": True}, populate_existing=True
    )


async def _ensured(
    work: Work, kind: Kind, *, award_id: UUID | None = None, centre_award_id: UUID | None = None
) -> CertificateOrder:
    """Two deliveries at once meet here: one inserts, the other waits for it and finds its row."""
    made = await work.session.execute(
        insert(CertificateOrder)
        .values(
            id=work.new_id(),
            kind=kind,
            award_id=award_id,
            centre_award_id=centre_award_id,
            state=OrderState.OPEN,
            requested_at=work.now(),
        )
        .on_conflict_do_nothing()
        .returning(col(CertificateOrder.id))
    )
    order_id = made.scalar_one_or_none()
    if order_id is not None:
        return await work.session.get_one(CertificateOrder, order_id)
    query = select(col(CertificateOrder.id)).where(
        col(CertificateOrder.award_id) == award_id
        if award_id is not None
        else col(CertificateOrder.centre_award_id) == centre_award_id,
        col(CertificateOrder.supersedes_id).is_(None),
    )
    return await _locked(work, (await work.session.scalars(query)).one())
