"""A context for each mail, as whoever asks for it gives it."""

from typing import Any

COMPANY = {"organisation_zh": "維港客服有限公司", "organisation_en": "Harbour Service Ltd"}
CENTRE = {"centre_zh": "觀塘客服中心", "centre_en": "Kwun Tong Contact Centre"}
COURSE = {
    "course_zh": "傑出顧客服務證書",
    "course_en": "Certificate in Professional Customer Service",
}
CLASS = {
    "course_code": "CPCS",
    "class_code": "CPCS-2026-03A",
    "begins_at": "2026-03-16T09:30:00+08:00",
    "venue": "Room 3, 5/F",
}
LINK: dict[str, Any] = {"token": "tOkEn-of-a-link_0123456789", "hours": 72}
SIGNED = {"number": "P-2026-000017-3", "verification_code": "k3v9c0d3k3v9c0d3k3v9c0d3"}
PERIOD = {"from_day": "2026-03-02", "last_day": "2027-03-01"}
COUNT = {"counted": 20, "qualified": 17, "required": 18}
STATUS = {**SIGNED, "title_zh": COURSE["course_zh"], "title_en": COURSE["course_en"]}
ACT = {"act_zh": "更改證書姓名", "act_en": "another printed name"}
CENTRE_AWARD = {**CENTRE, **SIGNED, **PERIOD, "counted": 20, "qualified": 18}

LINKED = frozenset(
    {"staff_invitation", "manager_invitation", "email_verification", "password_reset"}
)
"""The mails that carry a one-time link's token."""

SAMPLES: dict[str, dict[str, Any]] = {
    "account_changed": {"change_zh": "密碼已更改", "change_en": "its password was changed"},
    "address_known": {},
    "centre_case_opened": {**CENTRE, "kind": "correction"},
    "centre_certificate_issued": CENTRE_AWARD,
    "centre_certificate_lapsed": {
        **CENTRE,
        **COUNT,
        "outcome": "not_met",
        "last_day": "2027-03-01",
    },
    "centre_certificate_renewed": CENTRE_AWARD,
    "centre_health_at_risk": {**CENTRE, **COUNT, "breaks_on": "2026-04-30"},
    "centre_health_below": {**CENTRE, **COUNT, "day": "2026-03-02"},
    "centre_registered": {**CENTRE, "registered_on": "2026-03-02"},
    "centre_roster_fell": {**CENTRE, "counted": 20, "qualified": 18, "day": "2026-03-02"},
    "certificate_issued": {**COURSE, "course_code": "CPCS", **SIGNED, **PERIOD},
    "certificate_reinstated": STATUS,
    "certificate_revoked": STATUS,
    "certificate_superseded": STATUS,
    "certificate_suspended": STATUS,
    "certificate_void": STATUS,
    "class_cancelled": {**COURSE, "course_code": "CPCS", "class_code": "CPCS-2026-03A"},
    "email_verification": LINK,
    "enrolment_confirmed": {**COURSE, **CLASS},
    "manager_invitation": {**COMPANY, **LINK},
    "organisation_refused": {**COMPANY, "reason": "The business registration is missing."},
    "organisation_registered": COMPANY,
    "password_reset": LINK,
    "proposal_approved": ACT,
    "proposal_refused": {**ACT, "reason": "The passport shows another name."},
    "proposal_waiting": {
        **ACT,
        "proposal_id": "0199b8b1-2c5e-7d7a-9f2a-5b1d3c4e6f70",
        "proposer_zh": "黃家欣",
        "proposer_en": "WONG Ka Yan",
    },
    "result_released": {**COURSE, "course_code": "CPCS"},
    "result_changed": {**COURSE, "course_code": "CPCS"},
    "staff_invitation": {**COMPANY, **LINK},
    "waitlist_ended": {**COURSE, "course_code": "CPCS", "class_code": "CPCS-2026-03A"},
    "waitlist_promotion": {**COURSE, **CLASS},
}
