"""`fedirse data`: what belongs to a person, for whoever runs commands on the server."""

from pathlib import Path
from typing import Annotated

import typer

from fedirse.base.errors import InvalidInput
from fedirse.commanding import AsJson, Domain, Root, shell, show, show_one
from fedirse.features.care.privacy.erasure.actions import Asker, begin_erasure
from fedirse.features.care.privacy.erasure.jobs import erase_all
from fedirse.features.care.privacy.erasure.model import AskedHost, Erasure
from fedirse.features.care.privacy.erasure.views import find_report
from fedirse.features.care.privacy.exports.actions import plan_export
from fedirse.features.care.privacy.exports.archive.actions import new_private_key
from fedirse.features.care.privacy.exports.jobs import write_to_file
from fedirse.features.care.privacy.exports.model import Export
from fedirse.site import Site
from fedirse.social.accounts.store import get_account
from fedirse.storage.actors import get_actor
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction

data = typer.Typer(no_args_is_help=True, help="What belongs to a person: taking it along, having it erased.")

Handle = Annotated[str, typer.Argument(help="Handle of the account, the first part of @handle@domain.")]


@data.command("export")
def export(
    context: typer.Context,
    handle: Handle,
    to: Annotated[Path, typer.Option("--to", help="File to write; it must not exist.")],
    root: Root,
    domain: Domain = None,
    as_json: AsJson = False,
) -> None:
    """Write everything of a person into one ZIP file."""
    if to.exists():
        raise InvalidInput("%(file)s exists already: name another file.", reason="file-exists", file=to)

    async def work(site: Site) -> Export:
        made = await write_to_file(site, await site.read(_plan, handle, new_private_key(), site), to)
        await site.write(_note_export, handle, site)
        return made

    made = shell(context).on_site(root, domain, work)
    show_one(
        {"handle": handle, "file": str(to), "bytes": made.size, "items": made.done}, f"Everything of {handle} is in {to}.", as_json=as_json
    )


@data.command("erase")
def erase(
    context: typer.Context,
    handle: Handle,
    root: Root,
    domain: Domain = None,
    sure: Annotated[bool, typer.Option("--yes", help="Really: nothing of it can be brought back.")] = False,
    as_json: AsJson = False,
) -> None:
    """Close an account, erase everything of it, and ask every server that was sent anything to do the same."""
    if not sure:
        raise InvalidInput("Nothing of it can be brought back. Export it first if it is wanted, then add --yes.", reason="not-sure")

    async def work(site: Site) -> Erasure:
        begun = await site.write(begin_erasure, site, handle, Asker(), site.clock.now())
        return await erase_all(site, begun)

    erased = shell(context).on_site(root, domain, work)
    sentence = f"Nothing of {erased.handle} is left here. What other servers answer: fedirse data report {erased.handle}"
    show_one({"handle": erased.handle, "erased": erased.done}, sentence, as_json=as_json)


@data.command("report")
def report(context: typer.Context, handle: Handle, root: Root, domain: Domain = None, as_json: AsJson = False) -> None:
    """Show what other servers answered to an erasure."""

    async def work(site: Site) -> list[AskedHost]:
        found = await site.read(find_report, handle)
        if found is None:
            raise InvalidInput("Nobody of the name %(handle)s was erased here.", reason="not-erased", handle=handle)
        return found.hosts

    rows = [_row(host) for host in shell(context).on_site(root, domain, work)]
    show(rows, as_json=as_json, empty="No other server was sent anything.")


def _plan(tx: Transaction, handle: str, key: str, site: Site) -> Export:
    account = get_account(tx, handle)
    return plan_export(tx, get_actor(tx, account.actor_id), account.language, key, site.clock.now())


def _note_export(tx: Transaction, handle: str, site: Site) -> None:
    record(tx, "account.exported", handle.lower(), site.clock.now())


def _row(host: AskedHost) -> dict[str, object]:
    return {
        "host": host.host,
        "delivered": host.delivered,
        "pending": host.pending,
        "refused": host.refused,
        "last_answer": host.answer,
        "last_at": f"{host.last_at:%Y-%m-%d %H:%M:%S}" if host.last_at else "",
    }
