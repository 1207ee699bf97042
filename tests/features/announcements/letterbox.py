"""A mail server that keeps what it is given, or does what mail servers do when they do not take something."""

import re
from datetime import datetime

from fedirse.base.errors import FedirseError
from fedirse.features.announcements.mail.jobs import MAIL_SERVER, plan_mails, send_mails
from fedirse.remote.mail import Mail, Mailer, MailSettings
from fedirse.site import Site
from fedirse.social.accounts.store import get_account, note_email_proven, set_email
from fedirse.storage.transaction import Transaction
from tests.federation.network import START

LINK = re.compile(r"https://[a-z.]+(/link/announcement/[\w-]+)")
STOP = re.compile(r"https://[a-z.]+(/link/mails/[\w.-]+)")


class Letterbox(Mailer):
    """What was mailed by a site.

    Args:
        site: it; from now on it can send mail.
    """

    def __init__(self, site: Site) -> None:
        super().__init__(MailSettings("file:/nowhere", "magasin@magasin.example"))
        self.site = site
        self.mails: list[Mail] = []
        self.failing: list[FedirseError] = []
        """What the next mails meet with, one each."""
        object.__setattr__(site, "mailer", self)

    async def send(self, mail: Mail, name: str, now: datetime) -> None:
        if self.failing:
            raise self.failing.pop(0)
        self.mails.append(mail)

    def to(self, handle: str) -> list[Mail]:
        """The mails to somebody."""
        return [mail for mail in self.mails if mail.to == f"{handle}@mail.example"]

    async def give_address(self, *handles: str, proven: bool = True) -> None:
        """Let them have an address."""

        def give(tx: Transaction) -> None:
            for handle in handles:
                account = get_account(tx, handle)
                set_email(tx, account.id, f"{handle}@mail.example")
                if proven:
                    note_email_proven(tx, account.id, START)

        await self.site.write(give)

    async def turn(self) -> None:
        """What the sweep and the job do, until there is nothing left to do now."""
        while await plan_mails(self.site):
            await send_mails(self.site, MAIL_SERVER, {})
            await self.site.write(forget_jobs)


def forget_jobs(tx: Transaction) -> None:
    """What the runner does after a job."""
    tx.exec_driver_sql("DELETE FROM jobs WHERE kind = 'announcements.send-mails'")


def link_in(mail: Mail) -> str:
    """The path of the first link to an announcement in a mail."""
    found = LINK.search(mail.text)
    assert found is not None
    return found[1]


def stop_in(mail: Mail) -> str:
    """The path of the link that ends mails."""
    found = STOP.search(mail.unsubscribe)
    assert found is not None
    return found[1]
