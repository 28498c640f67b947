"""One spelling for each mail address, so that one mailbox is one person. Nothing is looked up."""

from email_validator import EmailNotValidError, validate_email

from lms.kernel.problems import Fault, Invalid

LONGEST = 254


def faults_of_address(address: str, pointer: str = "/email") -> list[Fault]:
    """What is wrong with an address; empty when nothing is."""
    try:
        _normal(address)
    except EmailNotValidError as error:
        return [Fault(pointer, "email", str(error))]
    return []


def normal_address(address: str, pointer: str = "/email") -> str:
    """The address as it is stored and compared: ASCII, lower case.

    Raises:
        Invalid: it is not an address that mail can be sent to.
    """
    faults = faults_of_address(address, pointer)
    if faults:
        raise Invalid(faults)
    return _normal(address)


def compared_address(address: str) -> str:
    """The spelling under which an address is looked up; an impossible address is never found.

    Sign-in uses this one, so that its answer tells nothing about the address.
    """
    try:
        return _normal(address)
    except EmailNotValidError:
        return ""


def _normal(address: str) -> str:
    checked = validate_email(
        address.strip(), check_deliverability=False, allow_smtputf8=False, test_environment=True
    )
    return (checked.ascii_email or checked.normalized).lower()
