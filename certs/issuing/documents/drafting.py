"""Gathering what a certificate will state: names, titles, dates and signatories on record now.

A document that corrects another is made from the same records, so that what was mended there is
mended on it: a course's titles, the signatories of a scheme's newest version, and the name that a
centre is now known to have had on the first day.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec

from certs.awards.models import Award, AwardState
from certs.centres.decisions.models import CentreAward, CentreAwardState
from certs.issuing.documents.payload import (
    Bilingual,
    Certified,
    Draft,
    IssuerNames,
    Payload,
    Signatory,
)
from certs.issuing.models import Certificate, CertificateOrder
from certs.issuing.numbers.number import Kind
from certs.schemes.centre_title import TITLE_ZH, WORKING_TITLE_EN
from certs.schemes.models import Scheme
from certs.schemes.queries import centre_scheme, course_scheme
from courses.facts import version_facts
from lms.issuer.models import Issuer
from lms.kernel.work import Work
from lms.orgs.centres.models import Centre
from lms.orgs.centres.queries import name_on
from lms.orgs.organisations.models import Organisation
from lms.people.persons.queries import printed_name, require_person


@dataclass(frozen=True, slots=True)
class Subject:
    """What a certificate is about: the part of a draft that its award decides."""

    holder: Bilingual
    organisation: Bilingual | None
    certified: Certified
    from_day: date
    last_day: date | None
    signatories: tuple[Signatory, ...]
    zone: str
    person_id: UUID | None
    ended: bool
    suspended: bool


async def subject_of(work: Work, of: CertificateOrder | Certificate, issuer: Issuer) -> Subject:
    """The subject of an order or a document, by the award that it is for."""
    if of.kind is Kind.PERSON:
        award = await work.session.get_one(Award, of.award_id, populate_existing=True)
        return await _person_subject(work, award, issuer)
    centre_award = await work.session.get_one(
        CentreAward, of.centre_award_id, populate_existing=True
    )
    return await _centre_subject(work, centre_award)


async def draft_of(
    work: Work,
    order: CertificateOrder,
    subject: Subject,
    issuer: Issuer,
    *,
    issued_on: date,
    code: str,
    status_url: str,
) -> Draft:
    """The whole draft of an order."""
    superseded = (
        await work.session.get_one(Certificate, order.supersedes_id)
        if order.supersedes_id is not None
        else None
    )
    return Draft(
        kind=order.kind,
        issuer=_names_of(issuer),
        holder=subject.holder,
        organisation=subject.organisation,
        certified=subject.certified,
        verification_code=code,
        status_url=status_url,
        issued_on=issued_on,
        from_day=subject.from_day,
        last_day=subject.last_day,
        signatories=subject.signatories,
        supersedes=superseded.number if superseded is not None else None,
    )


def restates(subject: Subject, issuer: Issuer, stated: Payload) -> bool:
    """Whether a new document would state nothing else than an issued one."""
    return stated == msgspec.structs.replace(
        stated,
        issuer=_names_of(issuer),
        holder=subject.holder,
        organisation=subject.organisation,
        certified=subject.certified,
        from_day=subject.from_day,
        last_day=subject.last_day,
        signatories=subject.signatories,
    )


async def _person_subject(work: Work, award: Award, issuer: Issuer) -> Subject:
    person = await require_person(work.session, award.person_id)
    facts = await version_facts(work.session, award.version_id)
    if facts is None:
        raise LookupError(f"award {award.id} is of a course version that does not exist")
    return Subject(
        holder=Bilingual(**printed_name(person)),
        organisation=None,
        certified=Certified(
            code=award.course_code,
            title_zh=facts.title_zh_hant,
            title_en=facts.title_en,
            title_en_confirmed=facts.title_en_verified,
            version=facts.number,
        ),
        from_day=award.from_day,
        last_day=award.last_day,
        signatories=_signatories(await course_scheme(work.session, award.course_id)),
        zone=issuer.zone,
        person_id=award.person_id,
        ended=award.state in (AwardState.REVOKED, AwardState.VOID),
        suspended=award.state is AwardState.SUSPENDED,
    )


async def _centre_subject(work: Work, award: CentreAward) -> Subject:
    centre = await work.session.get_one(Centre, award.centre_id, populate_existing=True)
    organisation = await work.session.get_one(
        Organisation, award.organisation_id, populate_existing=True
    )
    called = await name_on(work.session, centre.id, award.from_day) or centre
    scheme = await centre_scheme(work.session)
    return Subject(
        holder=Bilingual(zh=called.name_zh, en=called.name_en),
        organisation=Bilingual(zh=organisation.name_zh, en=organisation.name_en),
        certified=Certified(
            code=None,
            title_zh=(scheme and scheme.title_zh) or TITLE_ZH,
            title_en=(scheme and scheme.title_en) or WORKING_TITLE_EN,
            title_en_confirmed=bool(scheme and scheme.title_en_confirmed),
            version=None,
        ),
        from_day=award.from_day,
        last_day=award.last_day,
        signatories=_signatories(scheme),
        zone=centre.zone,
        person_id=None,
        ended=award.state not in (CentreAwardState.IN_FORCE, CentreAwardState.SUSPENDED),
        suspended=award.state is CentreAwardState.SUSPENDED,
    )


def _names_of(issuer: Issuer) -> IssuerNames:
    return IssuerNames(zh=issuer.name_zh, en=issuer.name_en, short=issuer.short_name)


def _signatories(scheme: Scheme | None) -> tuple[Signatory, ...]:
    if scheme is None:
        return ()
    return msgspec.convert(scheme.signatories, tuple[Signatory, ...])
