"""`fedirse network rotate-key`."""

from typing import Annotated

import typer

from fedirse.activitypub.signatures import multikey
from fedirse.commanding import Domain, Root, shell
from fedirse.site import Site
from fedirse.social.network.fingerprints.actions import four_words
from fedirse.social.network.keys import actions
from fedirse.storage.transaction import Transaction


def rotate_key(
    context: typer.Context,
    root: Root,
    domain: Domain = None,
    lost: Annotated[bool, typer.Option("--lost", help="The key before is lost: somebody at the head office has to say yes.")] = False,
) -> None:
    """Give this site another key in the network, or at a head office the network itself; the members go on as before."""

    async def work(site: Site) -> str:
        now = site.clock.now()
        if site.settings.head_office:
            ended = await site.write(actions.rotate_network_key, site, now)
            words = four_words(await site.read(_own_key, site))
            told = f"The network has another key, and the members are told. Its four words: {words}"
            return f"{told}\nInvitations that ended with the old one: {ended}"
        if not lost:
            await site.write(actions.rotate_key, site, now)
            return "The head office is told of the new key. This site signs with it as soon as the head office has told the members."
        await site.write(lambda tx: actions.replace_key(tx, site, now, lost=True))
        words = four_words(await site.read(_own_key, site))
        return (
            "The head office is asked to say yes to the new key; until then nothing for members leaves or arrives. Call them, and "
            f"compare its four words: {words}"
        )

    typer.echo(shell(context).on_site(root, domain, work))


def _own_key(tx: Transaction, site: Site) -> str:
    return multikey(site.signing.load(tx, site.actor_id).ed25519.key.public)
