"""What issuing waits for: awards, centres' decisions, its own certificates to be signed."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from certs.awards.ports import CentreFractions
from certs.events import AwardMade, CentreDecided, CertificateIssued
from certs.issuing.changes.centre_documents import follow_centre_award
from certs.issuing.changes.service import PERMISSION, PROPOSALS, apply_change
from certs.issuing.documents.signing import sign_certificate
from certs.issuing.finishing import finish
from certs.issuing.orders import order_for_award
from certs.issuing.service import Press, fulfil
from lms.approvals.effects import Effect
from lms.kernel.events import Handler, Tick
from lms.kernel.locks import Locked, lock
from lms.kernel.work import Work


async def on_awards_made(press: Press, work: Work, happened: Sequence[AwardMade]) -> None:
    """Order certificates and make them; one with faults stays an order, for somebody to mend.

    Holders are locked first, so that a name that changes now is either printed or found by its
    correction. All orders are locked before the first number is taken: whoever waits for the
    number holds no order that we still need.
    """
    await lock(work, Locked.PERSON, {one.person_id for one in happened})
    award_ids = sorted({one.award_id for one in happened})
    orders = [await order_for_award(work, award_id) for award_id in award_ids]
    for order in orders:
        await fulfil(work, press, order)


async def on_centre_decided(press: Press, work: Work, happened: CentreDecided) -> None:
    """Issue a centre's certificate, or follow what was decided about it."""
    if happened.centre_award_id is not None:
        await follow_centre_award(work, press, happened.centre_award_id)


async def on_certificates_issued(
    press: Press, work: Work, happened: Sequence[CertificateIssued]
) -> None:
    """Sign them."""
    for certificate_id in sorted(one.certificate_id for one in happened):
        await sign_certificate(work, press, certificate_id)


def handlers(press: Press) -> list[Handler]:
    """This slice's handlers, with what certificates are made with."""
    return [
        Handler("issuing.on_award_made", AwardMade, partial(on_awards_made, press), many=True),
        Handler("issuing.on_centre_decided", CentreDecided, partial(on_centre_decided, press)),
        Handler(
            "issuing.on_certificate_issued",
            CertificateIssued,
            partial(on_certificates_issued, press),
            many=True,
        ),
    ]


def ticks(press: Press) -> list[Tick]:
    """What is looked at every now and then."""
    return [Tick("issuing.finish", timedelta(seconds=30), partial(finish, press))]


def effects(fractions: CentreFractions) -> list[Effect]:
    """This slice's acts for two people."""
    return [
        Effect(kind, PERMISSION[happened], partial(apply_change, fractions, happened))
        for happened, kind in PROPOSALS.items()
    ]
