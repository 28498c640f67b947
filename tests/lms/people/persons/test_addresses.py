import pytest

from lms.kernel.problems import Invalid
from lms.people.persons.addresses import compared_address, faults_of_address, normal_address


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Tai.Man@Example.ORG ", "tai.man@example.org"),
        ("a+b@例子.香港", "a+b@xn--fsqu00a.xn--j6w193g"),
    ],
)
def test_one_mailbox_has_one_spelling(typed: str, stored: str) -> None:
    assert normal_address(typed) == stored == compared_address(typed)


@pytest.mark.parametrize("typed", ["", "nobody", "a@b", "a b@example.org", "a@example.org\nb"])
def test_what_is_no_address_is_refused_and_never_found(typed: str) -> None:
    assert [fault.pointer for fault in faults_of_address(typed)] == ["/email"]
    assert compared_address(typed) == ""
    with pytest.raises(Invalid):
        normal_address(typed)
