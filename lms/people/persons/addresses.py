"""One spelling for each mail address, so that one mailbox is one person. Pure: nothing is looked up."""

from email_validator import EmailNotValidError, validate_email

from lms.kernel.problems import Fault, Invalid

LONGEST = 254


def fault_of_address(address: str, pointer: str = "/email") -> Fault | None:
    """What is wrong with an address, if anything."""
    try:
        _normal(address)
    except EmailNotValidError as error:
        return Fault(pointer, "email", str(error))
    return None


def normal_address(address: str, pointer: str = "/email") -> str:
    """The address as it is stored and compared: ASCII, lower case.

    Raises:
        Invalid: it is not an address that mail can be sent to.
    """
    fault = fault_of_address(address, pointer)
    if fault is not None:
        raise Invalid([fault])
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
