"""`fedirse report`."""

from typing import Annotated

import typer

from fedirse.commanding import AsJson, Domain, Root, shell, show, show_one
from fedirse.site import Site
from fedirse.social.moderation.model import OPERATOR
from fedirse.social.moderation.reports import store
from fedirse.social.moderation.reports.actions import decide
from fedirse.social.moderation.reports.model import Measure, ReportState
from fedirse.social.moderation.reports.rules import Decision
from fedirse.social.moderation.reports.views import ReportLine, lines_of
from fedirse.storage.transaction import Transaction

report = typer.Typer(no_args_is_help=True, help="What people reported, here and on other servers.")


@report.command("list")
def list_all(
    context: typer.Context,
    root: Root,
    domain: Domain = None,
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 50,
    as_json: AsJson = False,
) -> None:
    """Show the reports that wait, the newest first."""

    def read(tx: Transaction) -> list[ReportLine]:
        return lines_of(tx, store.list_reports(tx, state=None if everything else ReportState.OPEN, limit=limit))

    async def work(site: Site) -> list[ReportLine]:
        return await site.read(read)

    rows = [
        {
            "number": line.report.id,
            "date": line.report.created_at.strftime("%Y-%m-%d %H:%M"),
            "state": line.report.state.value,
            "about": line.about.address,
            "from": line.reporter.address,
            "category": line.report.category.value,
            "posts": len(line.report.posts),
            "words": line.report.words if as_json else " ".join(line.report.words.split())[:60],
        }
        for line in shell(context).on_site(root, domain, work)
    ]
    show(rows, as_json=as_json, empty="No report waits.")


@report.command("resolve")
def resolve(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="The report, from `fedirse report list`.")],
    root: Root,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept for whoever asks later.")],
    domain: Domain = None,
    dismiss: Annotated[bool, typer.Option("--dismiss", help="There is nothing to do.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Delete the posts if they are ours, hide them here if not.")] = False,
    block_person: Annotated[bool, typer.Option("--block-person", help="Block whom it is about.")] = False,
    as_json: AsJson = False,
) -> None:
    """Close a report."""
    measures = frozenset(measure for measure, wished in ((Measure.REMOVE, remove), (Measure.BLOCK_ACTOR, block_person)) if wished)
    state = ReportState.DISMISSED if dismiss else ReportState.RESOLVED

    async def work(site: Site) -> str:
        done = await site.write(decide, site, number, Decision(state, reason, measures), OPERATOR, site.clock.now())
        return done.state.value

    done = shell(context).on_site(root, domain, work)
    show_one({"number": number, "state": done}, f"Report {number} is closed: {done}.", as_json=as_json)
