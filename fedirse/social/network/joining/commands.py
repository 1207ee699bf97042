"""`fedirse network join` and `show`."""

from typing import Annotated

import typer

from fedirse.commanding import AsJson, Domain, Root, shell, show_one
from fedirse.site import Site
from fedirse.social.network.authority.model import Decider
from fedirse.social.network.fingerprints.actions import four_words
from fedirse.social.network.joining import actions, store
from fedirse.social.network.joining.rules import on_one_line
from fedirse.social.network.model import NetworkState
from fedirse.social.network.roster.rules import counter_of, members_in_force
from fedirse.social.network.roster.store import load_roster
from fedirse.social.network.store import list_trusted_keys
from fedirse.storage.transaction import Transaction

_BEFORE_JOINING = """\
{name}
  Head office:   {who}, {host}
  Four words:    {words}
                 Ask the head office for theirs, on the telephone: if one word differs, do not go on.
  Noted of you:  {attributes}

What the head office will see: the name and address of this site, what you publish for the network, and whether the site answers.
What all the members see: what you publish for the network or for a part of it they are in.
What never leaves this site: what is for this site only, messages between its people, accounts and passwords, who reads what.
You can leave at any time; everything that is yours stays here."""

_STATES = {
    NetworkState.MEMBER: "This site is a member of “{name}”.",
    NetworkState.ASKED: "This site has asked to join “{name}” and waits for the head office.",
}


def join(
    context: typer.Context,
    link: Annotated[str, typer.Argument(help="The whole link of the invitation, with the part after #.")],
    root: Root,
    domain: Domain = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts that have compared the four words.")] = False,
) -> None:
    """Ask to be let into the network of a head office."""

    async def work(site: Site) -> str:
        opened = await actions.open_invitation(site, link)
        offer = opened.offer
        noted = offer.attributes
        known = [noted.region, noted.city, noted.brand, noted.format, *sorted(noted.trades)]
        typer.echo(
            _BEFORE_JOINING.format(
                name=offer.name,
                who=on_one_line(opened.head_office.display_name),
                host=opened.head_office.host,
                words=four_words(opened.key.key),
                attributes=on_one_line(", ".join(filter(None, known))) or "nothing",
            )
        )
        if not yes and not typer.confirm("\nJoin?"):
            raise typer.Exit(1)
        return (await site.write(actions.join, site, opened, site.clock.now(), Decider())).name

    name = shell(context).on_site(root, domain, work)
    typer.echo(f"\nThis site has asked to join “{name}”. `fedirse network show` says what becomes of it.")


def show(context: typer.Context, root: Root, domain: Domain = None, as_json: AsJson = False) -> None:
    """Show which network this site is in, and the four words of its key."""

    async def work(site: Site) -> dict[str, object]:
        return await site.read(_describe, site)

    found = shell(context).on_site(root, domain, work)
    show_one(found, str(found["sentence"]), as_json=as_json)


def _describe(tx: Transaction, site: Site) -> dict[str, object]:
    network = next(iter(store.list_engagements(tx)), None)
    if network is None:
        refused = store.last_refused(tx)
        if refused is not None:
            return {"state": NetworkState.REFUSED, "sentence": f"The head office did not let this site in. {refused.answer}".strip()}
        return {"state": None, "sentence": "This site is in no network."}
    roster = load_roster(tx, network.uri)
    words = [four_words(key.key) for key in list_trusted_keys(tx, network.uri)]
    members = len(members_in_force(roster, site.clock.now()))
    sentence = [
        _STATES[network.state].format(name=network.name),
        f"Head office: {network.uri}",
        *(f"Four words: {one}" for one in words),
        *([f"Members known here: {members}; last statement: {counter_of(roster)}"] if network.state is NetworkState.MEMBER else []),
    ]
    return {
        "state": network.state,
        "name": network.name,
        "network": network.uri,
        "head_office": network.head_office,
        "since": network.since,
        "words": words,
        "members": members,
        "serial": counter_of(roster),
        "sentence": "\n".join(sentence),
    }
