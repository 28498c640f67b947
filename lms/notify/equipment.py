"""Which way mail leaves: by the mail server that the settings name, else into a folder."""

from lms.notify.carrier import Carrier
from lms.notify.mail_folder import MailFolder
from lms.notify.postman import Postman
from lms.notify.smtp import SmtpServer
from lms.people.parts import link_secret
from lms.settings import Settings

FOLDER = "mail"


def postman_of(chosen: Settings) -> Postman:
    """The postman of this installation."""
    return Postman(
        carrier=carrier_of(chosen),
        mail_from=chosen.mail_from,
        base_url=chosen.base_url,
        link_secret=link_secret(chosen),
    )


def carrier_of(chosen: Settings) -> Carrier:
    """SMTP where `LMS_SMTP_HOST` is set, else files in the data folder."""
    if not chosen.smtp_host:
        return MailFolder(chosen.data_dir / FOLDER)
    return SmtpServer(
        host=chosen.smtp_host,
        port=chosen.smtp_port,
        user=chosen.smtp_user,
        password=chosen.smtp_password,
        starttls=chosen.smtp_starttls,
    )
