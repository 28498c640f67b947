"""Every mail is written with a sample context, strictly, in both languages."""

import re

import pytest
from jinja2 import UndefinedError

from lms.notify.rendering import Sender, render, template_names
from tests.lms.notify.samples import LINK, LINKED, SAMPLES

SENDER = Sender(
    "亞太顧客服務協會", "Asia Pacific Customer Service Consortium", "https://lms.example"
)
HAN = re.compile("[\u4e00-\u9fff]")
LATIN_SENTENCE = re.compile("[A-Za-z]{3,} [a-z]{2,}")


def test_every_template_has_a_sample_and_every_sample_a_template() -> None:
    assert template_names() == sorted(SAMPLES)


@pytest.mark.parametrize("template", template_names())
def test_a_mail_says_its_matter_in_chinese_then_in_english(template: str) -> None:
    words = render(template, SAMPLES[template], SENDER)
    chinese, english, *_ = words.text.split("────────")
    assert HAN.search(chinese)
    assert LATIN_SENTENCE.search(english)
    assert "%}" not in words.text
    assert "None" not in words.text
    assert words.text.count("\n\n\n") == 0


@pytest.mark.parametrize("template", template_names())
def test_a_subject_is_one_line_in_both_languages(template: str) -> None:
    chinese, _, english = render(template, SAMPLES[template], SENDER).subject.partition(" | ")
    assert HAN.search(chinese)
    assert re.search("[a-z]", english)
    assert "\n" not in english


@pytest.mark.parametrize("template", [name for name in template_names() if SAMPLES[name]])
def test_a_mail_uses_every_value_of_its_sample_and_misses_it(template: str) -> None:
    for name in SAMPLES[template]:
        rest = {key: value for key, value in SAMPLES[template].items() if key != name}
        with pytest.raises(UndefinedError):
            render(template, rest, SENDER)


@pytest.mark.parametrize("template", sorted(LINKED))
def test_a_letter_with_a_link_shows_its_token_in_both_halves(template: str) -> None:
    words = render(template, SAMPLES[template], SENDER)
    assert words.text.count(LINK["token"]) == 2
    assert LINK["token"] not in words.subject


@pytest.mark.parametrize("template", sorted(set(template_names()) - LINKED))
def test_other_mails_have_no_token(template: str) -> None:
    render(template, {key: SAMPLES[template][key] for key in SAMPLES[template]}, SENDER)
    assert "token" not in SAMPLES[template]


def test_a_certificate_without_an_end_says_so() -> None:
    words = render(
        "certificate_issued", {**SAMPLES["certificate_issued"], "last_day": None}, SENDER
    )
    assert "沒有限期" in words.text
    assert "no end" in words.text


def test_a_centre_at_risk_without_a_day_has_nobody_to_spare() -> None:
    context = {**SAMPLES["centre_health_at_risk"], "breaks_on": None}
    assert "nobody to spare" in render("centre_health_at_risk", context, SENDER).text


def test_a_company_with_one_name_is_called_by_it_in_both_halves() -> None:
    context = {**SAMPLES["staff_invitation"], "organisation_en": None}
    words = render("staff_invitation", context, SENDER)
    assert words.text.count("維港客服有限公司") == 2


@pytest.mark.parametrize("template", ["enrolment_confirmed", "waitlist_promotion"])
def test_a_class_tells_where_and_when_it_first_meets(template: str) -> None:
    text = render(template, SAMPLES[template], SENDER).text
    assert "    首堂：2026年3月16日 09:30\n    地點：Room 3, 5/F\n" in text
    assert "    First meeting: 16 March 2026, 09:30\n    Venue: Room 3, 5/F\n" in text


def test_an_enrolment_without_a_class_has_no_empty_lines_about_one() -> None:
    bare = {"class_code": None, "begins_at": None, "venue": None}
    text = render("enrolment_confirmed", {**SAMPLES["enrolment_confirmed"], **bare}, SENDER).text
    assert "班別" not in text
    assert "\n\n\n" not in text
