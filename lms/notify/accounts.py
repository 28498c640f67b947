"""Mails to its owner when how an account is signed in to changes (NIST SP 800-63B-4, 4.6)."""

from lms.kernel.events import Handler
from lms.kernel.work import Work
from lms.notify.service import send
from lms.people.persons.events import AccountChange, AccountChanged
from lms.people.persons.service import take_address

CHANGES: dict[AccountChange, tuple[str, str]] = {
    AccountChange.EMAIL: ("電郵地址已更改", "its mail address was changed"),
    AccountChange.PASSWORD: ("密碼已更改", "its password was changed"),
    AccountChange.SECOND_FACTOR_SET: ("已設定雙重認證", "a second factor was set up"),
    AccountChange.SECOND_FACTOR_REMOVED: ("雙重認證已移除", "its second factor was removed"),
    AccountChange.RECOVERY_CODE_USED: ("已使用一個備用驗證碼", "a recovery code was used"),
}


async def on_account_changed(work: Work, changed: AccountChanged) -> None:
    """Tell at the address that was theirs before, since a new one may be a thief's."""
    zh, en = CHANGES[changed.change]
    await send(
        work,
        template="account_changed",
        to=await take_address(work, changed.notice_id),
        cause=changed.notice_id,
        context={"change_zh": zh, "change_en": en},
    )


HANDLERS: tuple[Handler, ...] = (
    Handler("notify.on_account_changed", AccountChanged, on_account_changed),
)
