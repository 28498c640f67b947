"""What issuing waits for: awards, centres' decisions, its own certificates to be signed."""

from datetime import timedelta
from functools import partial

from certs.awards.ports import CentreFractions
from certs.events import AwardMade, CentreDecided, CertificateIssued
from certs.issuing.centre_documents import follow_centre_award
from certs.issuing.changes import PERMISSION, PROPOSALS, apply_change
from certs.issuing.finishing import finish
from certs.issuing.orders import order_for_award
from certs.issuing.service import Press, fulfil
from certs.issuing.signing import sign_certificate
from lms.approvals.effects import Effect
from lms.kernel.events import Handler, Tick
from lms.kernel.work import Work


async def on_award_made(press: Press, work: Work, happened: AwardMade) -> None:
    """Order a certificate and make it; with faults the order stays, for somebody to mend."""
    await fulfil(work, press, await order_for_award(work, happened.award_id))


async def on_centre_decided(press: Press, work: Work, happened: CentreDecided) -> None:
    """Issue a centre's certificate, or follow what was decided about it."""
    if happened.centre_award_id is not None:
        await follow_centre_award(work, press, happened.centre_award_id)


async def on_certificate_issued(press: Press, work: Work, happened: CertificateIssued) -> None:
    """Sign it."""
    await sign_certificate(work, press, happened.certificate_id)


def handlers(press: Press) -> list[Handler]:
    """This slice's handlers, with what certificates are made with."""
    return [
        Handler("issuing.on_award_made", AwardMade, partial(on_award_made, press)),
        Handler("issuing.on_centre_decided", CentreDecided, partial(on_centre_decided, press)),
        Handler(
            "issuing.on_certificate_issued",
            CertificateIssued,
            partial(on_certificate_issued, press),
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
