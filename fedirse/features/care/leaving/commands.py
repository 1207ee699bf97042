"""`fedirse network leave`."""

from pathlib import Path
from typing import Annotated

import typer

from fedirse.base.errors import InvalidInput
from fedirse.commanding import Domain, Root, shell
from fedirse.features.care.privacy.exports.actions import plan_site_export
from fedirse.features.care.privacy.exports.archive.actions import new_private_key
from fedirse.features.care.privacy.exports.jobs import write_to_file
from fedirse.features.care.privacy.exports.model import Export
from fedirse.site import Site
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.joining import actions
from fedirse.storage.audit import record
from fedirse.storage.transaction import Transaction


def leave(
    context: typer.Context,
    root: Root,
    domain: Domain = None,
    archive: Annotated[Path | None, typer.Option("--archive", help="First write an archive of the site there; it must not exist.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Be in the network no more: what is this site's own stays, what others wrote for members is erased."""
    if archive is not None and archive.exists():
        raise InvalidInput("%(file)s exists already: name another file.", reason="file-exists", file=archive)

    async def work(site: Site) -> str:
        await site.read(actions.check_may_leave, site)
        if archive is not None:
            await write_to_file(site, await site.read(_plan, site, new_private_key()), archive)
            await site.write(_note_export, site)
            typer.echo(f"The archive of this site is in {archive}.")
        return (await site.write(actions.leave, site, site.clock.now(), Decider())).name

    question = "Leave the network? What other sites wrote for members is erased here, and no more of it arrives."
    if not yes and not typer.confirm(question):
        raise typer.Exit(1)
    typer.echo(f"This site has left “{shell(context).on_site(root, domain, work)}”.")


def _plan(tx: Transaction, site: Site, key: str) -> Export:
    return plan_site_export(tx, site, site.settings.language, key, site.clock.now())


def _note_export(tx: Transaction, site: Site) -> None:
    record(tx, "site.exported", site.settings.domain, site.clock.now())
