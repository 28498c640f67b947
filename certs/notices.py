"""Who is told by mail of certificates: holders, companies, admins. Texts: `lms/notify`."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from certs.centres.decisions.models import CentreDecision
from certs.centres.decisions.rules import DecisionKind
from certs.centres.health.rules import Health
from certs.events import (
    CentreCaseOpened,
    CentreDecided,
    CentreHealthChanged,
    CertificatePublished,
    CertificateStatusChanged,
)
from certs.issuing.changes.status import ENDED, Happened
from certs.issuing.documents.payload import Payload, read_payload
from certs.issuing.models import Certificate
from certs.issuing.numbers.number import Kind
from certs.issuing.queries import require_certificate
from lms.kernel.events import Handler
from lms.kernel.work import Work
from lms.notify.service import send, send_to_admins, send_to_managers
from lms.orgs.centres.models import Centre

STATUS_TEMPLATES = {
    Happened.SUSPENDED: "certificate_suspended",
    Happened.REINSTATED: "certificate_reinstated",
    Happened.REVOKED: "certificate_revoked",
    Happened.SUPERSEDED: "certificate_superseded",
    Happened.VOID: "certificate_void",
}
"""A certificate that lapses because its centre closed is no news to who closed it."""

ISSUE_TEMPLATES = {
    DecisionKind.ISSUE: "centre_certificate_issued",
    DecisionKind.RENEW: "centre_certificate_renewed",
}
HEALTH_TEMPLATES = {
    Health.AT_RISK: "centre_health_at_risk",
    Health.BELOW: "centre_health_below",
}
SAFEST_FIRST = (Health.OK, Health.AT_RISK, Health.BELOW)


async def on_certificate_published(work: Work, happened: CertificatePublished) -> None:
    """Tell the holder, or the managers of the holding centre's company.

    One that ended before it was signed is no good news: its end is told by itself.
    """
    certificate = await require_certificate(work.session, happened.certificate_id)
    if certificate.status in ENDED:
        return
    stated = read_payload(certificate.payload)
    context = {**_document(stated), "from_day": stated.from_day, "last_day": stated.last_day}
    if certificate.kind is Kind.PERSON and certificate.person_id is not None:
        course = {
            "course_zh": stated.certified.title_zh,
            "course_en": stated.certified.title_en,
            "course_code": stated.certified.code,
        }
        await send(
            work,
            template="certificate_issued",
            to=certificate.person_id,
            cause=certificate.id,
            context={**context, **course},
        )
        return
    await _tell_company_of_issue(work, certificate, stated, context)


async def _tell_company_of_issue(
    work: Work, certificate: Certificate, stated: Payload, context: dict[str, Any]
) -> None:
    query = select(CentreDecision).where(
        col(CentreDecision.centre_award_id) == certificate.centre_award_id,
        col(CentreDecision.kind).in_(ISSUE_TEMPLATES),
    )
    decision = (await work.session.scalars(query)).one()
    await send_to_managers(
        work,
        organisation_id=decision.organisation_id,
        template=ISSUE_TEMPLATES[decision.kind],
        cause=certificate.id,
        context={
            **context,
            "centre_zh": stated.holder.zh,
            "centre_en": stated.holder.en,
            "counted": decision.counted,
            "qualified": decision.qualified,
        },
    )


async def on_status_changed(work: Work, happened: CertificateStatusChanged) -> None:
    """Tell what became of a certificate; why is for the conversation that follows."""
    template = STATUS_TEMPLATES.get(Happened(happened.happened))
    if template is None:
        return
    certificate = await require_certificate(work.session, happened.certificate_id)
    stated = read_payload(certificate.payload)
    context = {
        **_document(stated),
        "title_zh": stated.certified.title_zh,
        "title_en": stated.certified.title_en,
    }
    cause = work.new_id()
    if happened.person_id is not None:
        await send(work, template=template, to=happened.person_id, cause=cause, context=context)
    if happened.organisation_id is not None:
        await send_to_managers(
            work,
            organisation_id=happened.organisation_id,
            template=template,
            cause=cause,
            context=context,
        )


async def on_centre_decided(work: Work, happened: CentreDecided) -> None:
    """Tell the company that its certificate was not renewed; an issue is told when published.

    Tell the admins where a centre was certified after its roster had shrunk.
    """
    if happened.roster_fell and happened.kind in ISSUE_TEMPLATES:
        await _tell_of_fall(work, happened)
    if happened.kind != DecisionKind.REFUSE_RENEWAL or happened.last_day is None:
        return
    decision = await work.session.get_one(CentreDecision, happened.decision_id)
    await send_to_managers(
        work,
        organisation_id=happened.organisation_id,
        template="centre_certificate_lapsed",
        cause=happened.decision_id,
        context={
            **await _centre(work, happened.centre_id),
            "counted": happened.counted,
            "qualified": happened.qualified,
            "required": decision.required or 1,
            "outcome": happened.outcome,
            "last_day": happened.last_day,
        },
    )


async def _tell_of_fall(work: Work, happened: CentreDecided) -> None:
    await send_to_admins(
        work,
        template="centre_roster_fell",
        cause=happened.decision_id,
        context={
            **await _centre(work, happened.centre_id),
            "day": happened.day,
            "counted": happened.counted,
            "qualified": happened.qualified,
        },
    )


async def on_health_changed(work: Work, happened: CentreHealthChanged) -> None:
    """Tell the company when its certificate became less safe; an improvement needs no mail."""
    health = Health(happened.health)
    was = Health(happened.was) if happened.was else Health.OK
    if SAFEST_FIRST.index(health) < SAFEST_FIRST.index(was) or health is Health.OK:
        return
    known = {"day": happened.day} if health is Health.BELOW else {"breaks_on": happened.breaks_on}
    await send_to_managers(
        work,
        organisation_id=happened.organisation_id,
        template=HEALTH_TEMPLATES[health],
        cause=work.new_id(),
        context={
            **await _centre(work, happened.centre_id),
            **known,
            "counted": happened.counted,
            "qualified": happened.qualified,
            "required": happened.required or 1,
        },
    )


async def on_case_opened(work: Work, happened: CentreCaseOpened) -> None:
    """Tell the association's admins; the company learns of it from whoever judges."""
    await send_to_admins(
        work,
        template="centre_case_opened",
        cause=happened.case_id,
        context={**await _centre(work, happened.centre_id), "kind": happened.kind},
    )


HANDLERS: tuple[Handler, ...] = (
    Handler.in_turn(
        "notices.on_certificate_published", CertificatePublished, on_certificate_published
    ),
    Handler.in_turn("notices.on_status_changed", CertificateStatusChanged, on_status_changed),
    Handler.in_turn("notices.on_centre_decided", CentreDecided, on_centre_decided),
    Handler.in_turn("notices.on_health_changed", CentreHealthChanged, on_health_changed),
    Handler.in_turn("notices.on_case_opened", CentreCaseOpened, on_case_opened),
)


def _document(stated: Payload) -> dict[str, Any]:
    return {"number": stated.number, "verification_code": stated.verification_code}


async def _centre(work: Work, centre_id: UUID) -> dict[str, Any]:
    centre = await work.session.get_one(Centre, centre_id)
    return {"centre_zh": centre.name_zh, "centre_en": centre.name_en}
