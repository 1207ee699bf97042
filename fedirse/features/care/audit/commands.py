"""`fedirse audit`: the audit log on the command line."""

from pathlib import Path
from typing import Annotated, Final

import typer

from fedirse.base import limits
from fedirse.base.errors import InvalidInput, StorageError
from fedirse.commanding import AsJson, Domain, Root, shell, show, show_one
from fedirse.features.care.audit.views import render_csv, row_of
from fedirse.site import Site
from fedirse.storage.audit import AuditEntry, find_broken_entry, list_entries
from fedirse.storage.files import create_private_file

audit = typer.Typer(no_args_is_help=True, help="What those who run and moderate a site did.")

_SHOWN: Final = ("number", "at", "who", "deed", "subject", "details")


@audit.command("list")
def list_(
    context: typer.Context,
    root: Root,
    domain: Domain = None,
    count: Annotated[int, typer.Option("--count", min=1, max=limits.AUDIT_EXPORT_ENTRIES, help="How many entries.")] = limits.AUDIT_ENTRIES,
    before: Annotated[int | None, typer.Option("--before", min=1, help="Only entries with a lower number.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the last entries, the newest first."""

    async def work(site: Site) -> list[AuditEntry]:
        return await site.read(list_entries, before=before, limit=count)

    rows = [{name: row_of(entry)[name] for name in _SHOWN} for entry in shell(context).on_site(root, domain, work)]
    show(rows, as_json=as_json, empty="Nothing was recorded yet.")


@audit.command("verify")
def verify(context: typer.Context, root: Root, domain: Domain = None, as_json: AsJson = False) -> None:
    """Check that no entry was changed or removed; the number and digest printed show later whether the end was cut off."""

    async def work(site: Site) -> tuple[int | None, list[AuditEntry]]:
        return await site.read(find_broken_entry), await site.read(list_entries, limit=1)

    broken, newest = shell(context).on_site(root, domain, work)
    if broken is not None:
        raise StorageError(
            f"audit entry {broken}",
            reason="audit-broken",
            public_message="The chain is broken at entry %(number)s: it, or the one before, was changed after it was written.",
            number=broken,
        )
    fields = {"whole": True, "entries": newest[0].number if newest else 0, "digest": newest[0].digest if newest else ""}
    words = f" The newest is number {newest[0].number}, digest {newest[0].digest}." if newest else ""
    show_one(fields, f"The chain is whole: nothing was changed.{words}", as_json=as_json)


@audit.command("export")
def export(
    context: typer.Context,
    to: Annotated[Path, typer.Option("--to", help="File to write, as CSV; it must not exist.")],
    root: Root,
    domain: Domain = None,
) -> None:
    """Write the whole log into a file, the oldest entry first."""

    async def work(site: Site) -> list[AuditEntry]:
        return await site.read(list_entries, limit=limits.AUDIT_EXPORT_ENTRIES)

    entries = shell(context).on_site(root, domain, work)
    try:
        create_private_file(to, render_csv(reversed(entries)).encode())
    except FileExistsError as error:
        raise InvalidInput("%(file)s exists already: name another file.", reason="file-exists", file=to) from error
    except OSError as error:
        raise InvalidInput("%(file)s cannot be written: %(why)s.", reason="not-writable", file=to, why=error.strerror) from error
    typer.echo(f"{len(entries)} entries are in {to}.")
