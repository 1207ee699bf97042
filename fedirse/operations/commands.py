"""`fedirse backup`, `verify-backup`, `restore`, `update` and `doctor`: what they take, and what they answer."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from fedirse.assembly import DATABASE_FILE, site_folder, site_folders
from fedirse.base.clock import SystemClock
from fedirse.base.errors import ConfigurationError
from fedirse.commanding import AsJson, Domain, Root, show, show_one
from fedirse.features.care.health.model import Finding
from fedirse.features.care.health.views import show_plain
from fedirse.operations.backup import Backup, back_up
from fedirse.operations.doctor import Diagnosis, diagnose
from fedirse.operations.figures import date, size
from fedirse.operations.progress import Progress
from fedirse.operations.restore import Erasures
from fedirse.operations.restore import restore as restore_site
from fedirse.operations.room import disk_failed
from fedirse.operations.shelf import default_shelf, remove_old
from fedirse.operations.update import update as update_sites
from fedirse.operations.verify import verify_backup as verify_archive
from fedirse.storage.erasure_ledger import read_ledger
from fedirse.storage.salvage import salvage
from fedirse.storage.site_lock import share_site

Archive = Annotated[Path, typer.Argument(help="A file that `fedirse backup` made.")]


def add_commands(app: typer.Typer) -> None:
    """Give the command line what is in this file."""
    app.command("backup")(backup)
    app.command("verify-backup")(verify_backup)
    app.command("restore")(restore)
    app.command("update")(update)
    app.command("doctor")(doctor)


def backup(
    root: Root,
    domain: Domain = None,
    to: Annotated[Path | None, typer.Option("--to", help="A folder, or a new file; the folder `backups` under the root otherwise.")] = None,
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, help="Remove the older backups of the site from the folder, all but so many.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Back up one site, or all of them, while they are served: database, keys, settings and media in one file that was read back."""
    folders = chosen_folders(root, domain)
    if to is not None and not to.is_dir() and (len(folders) > 1 or keep is not None):
        message = "Name a folder that is there with --to: several backups go into it, or are counted in it."
        raise ConfigurationError(message, reason="no-target")
    for folder in folders:
        with share_site(root, folder.name):
            made = asyncio.run(back_up(folder, to or default_shelf(root), SystemClock().now(), Progress()))
        show_one(_fields(made), _sentence(made), as_json=as_json)
        for name in made.left_out:
            typer.echo(f"{folder.name}: {name} is not in the backup: only plain files with plain names are.", err=True)
        for path in remove_old(made.path.parent, folder.name, keep) if keep else ():
            typer.echo(f"{path} was the oldest and is removed.", err=True)


def verify_backup(archive: Archive, as_json: AsJson = False) -> None:
    """Read a backup to its end: is every file in it as it was, is the database sound, do the keys open it?"""
    manifest = verify_archive(archive, Progress())
    fields = {"domain": manifest.domain, "created_at": manifest.created_at, "files": len(manifest.files), "size": manifest.whole_size}
    figures = f"{len(manifest.files)} files, {size(manifest.whole_size)}"
    show_one(fields, f"The backup of {manifest.domain} of {date(manifest.created_at)} is whole: {figures}.", as_json=as_json)


def restore(
    archive: Archive,
    root: Root,
    force: Annotated[bool, typer.Option("--force", help="Even over newer data; the present folder is moved aside, never deleted.")] = False,
    erasures: Annotated[
        Path | None,
        typer.Option("--erasures", help="A newer copy of the site's erasures.txt: those people are erased again too."),
    ] = None,
    spare: Annotated[
        list[str] | None,
        typer.Option("--spare", help="Handle of somebody who was erased by mistake and comes back; may be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put a site back from a backup. Its service must be stopped."""
    replay = Erasures(read_ledger(erasures) if erasures else {}, frozenset(handle.lower().removeprefix("@") for handle in spare or ()))
    done = restore_site(archive, root, SystemClock().now(), Progress(), force=force, erasures=replay)
    fields = {"domain": done.manifest.domain, "created_at": done.manifest.created_at, "folder": done.folder, "set_aside": done.set_aside}
    sentences = [f"{done.manifest.domain} is as it was at {date(done.manifest.created_at)}.", *done.aftermath.sentences()]
    if done.set_aside is not None:
        sentences.append(f"The folder that was there lies in {done.set_aside}; remove it when you no longer need it.")
    show_one({**fields, **asdict(done.aftermath)}, "\n".join(sentences), as_json=as_json)


def update(
    root: Root,
    to: Annotated[Path | None, typer.Option("--to", help="A folder for the backups; `backups` under the root otherwise.")] = None,
    as_json: AsJson = False,
) -> None:
    """After a new version was installed: back up every site, bring the databases to its form, check them; go back if one is not well.

    The service must be stopped.
    """
    folders = chosen_folders(root, None)
    if to is not None and not to.is_dir():
        raise ConfigurationError(f"There is no folder {to}; make it, or name another one with --to.", reason="no-target")
    done = asyncio.run(update_sites(root, folders, to or default_shelf(root), SystemClock().now(), Progress()))
    rows = [{"domain": site.domain, "from": site.before, "to": site.after, "backup": site.backup} for site in done]
    show(rows, as_json=as_json, empty="There is no site here.")


def doctor(
    root: Root,
    domain: Domain = None,
    into: Annotated[
        Path | None, typer.Option("--salvage", help="Write what can be read of a damaged database into this new folder, as lines of JSON.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say how one site is, or all of them: green, orange, red. Ends with 1 when something is red."""
    folders = chosen_folders(root, domain)
    if into is not None:
        _salvage(folders, into, as_json=as_json)
        return
    found = asyncio.run(diagnose(root, folders, Progress()))
    if as_json:
        show([_row(diagnosis.domain, finding) for diagnosis in found for finding in diagnosis.findings], as_json=True)
    else:
        for diagnosis in found:
            _tell(diagnosis)
    if any(diagnosis.is_red for diagnosis in found):
        raise typer.Exit(1)


def chosen_folders(root: Path, domain: str | None) -> list[Path]:
    """The folder of the site that was named, or of every site. Raises ConfigurationError when there is none."""
    folders = site_folders(root)
    if domain is None and folders:
        return folders
    if site_folder(root, domain or "") not in folders:
        known = ", ".join(folder.name for folder in folders) or "none"
        raise ConfigurationError(f"There is no site {domain or ''} under {root}. There: {known}.")
    return [site_folder(root, domain or "")]


def _tell(diagnosis: Diagnosis) -> None:
    typer.echo(diagnosis.domain or "The process")
    for finding in diagnosis.findings:
        typer.echo(f"  {finding.level.upper():<7} {finding.say(str, show_plain)}")
        if finding.advice:
            typer.echo(f"          → {finding.advise(str, show_plain)}")


def _row(domain: str, finding: Finding) -> dict[str, object]:
    said, advice = finding.say(str, show_plain), finding.advise(str, show_plain)
    return {"domain": domain, "level": finding.level.value, "code": finding.code, "sentence": said, "advice": advice}


def _salvage(folders: list[Path], into: Path, *, as_json: bool) -> None:
    if len(folders) != 1:
        raise ConfigurationError("Say with --domain which site's database is to be read.", reason="which-site")
    if into.exists():
        raise ConfigurationError(f"{into} exists already; name a new folder with --salvage.", reason="target-exists")
    try:
        into.mkdir(mode=0o700)
        saved = salvage(folders[0] / DATABASE_FILE, into)
    except OSError as error:
        raise disk_failed(error, into) from error
    show(
        [{"table": table.name, "rows": table.rows, "state": "whole" if table.whole else "in part"} for table in saved],
        as_json=as_json,
        empty="There are no tables in it.",
    )


def _fields(made: Backup) -> dict[str, object]:
    manifest = made.manifest
    return {
        "domain": manifest.domain,
        "file": made.path,
        "size": made.size,
        "files": len(manifest.files),
        "created_at": manifest.created_at,
    }


def _sentence(made: Backup) -> str:
    return f"{made.manifest.domain} is backed up in {made.path} ({size(made.size)}, {len(made.manifest.files)} files), read back and whole."
