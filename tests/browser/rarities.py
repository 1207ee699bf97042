"""What a site rarely has, so that every page of it can be seen: who signs in with codes, what cannot be read, who has asked too often."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select, update

from fedirse.activitypub.signatures import multikey
from fedirse.base import limits
from fedirse.base.identifiers import new_id
from fedirse.features.care.privacy.exports.actions import request_export
from fedirse.site import Site
from fedirse.social.accounts.sessions.actions import new_secret
from fedirse.social.accounts.store import get_account, set_preferences
from fedirse.social.entrance.links.actions import add_own_link, link_address, make_link
from fedirse.social.entrance.links.model import LinkKind
from fedirse.social.entrance.links.views import link_mail
from fedirse.social.entrance.second_factor.actions import begin, new_recovery_codes, new_shared_secret, renew_recovery_codes
from fedirse.social.entrance.second_factor.store import confirm_second_factor
from fedirse.social.follows.channels.model import Runner
from fedirse.social.follows.channels.store import close_channel
from fedirse.social.follows.model import Follow, FollowState
from fedirse.social.follows.store import save_follow
from fedirse.social.media.spool.actions import new_key
from fedirse.social.moderation.reports.actions import report
from fedirse.social.moderation.reports.model import Category, Complaint
from fedirse.social.partners import actions as channels
from fedirse.social.partners.model import Words
from fedirse.social.posts.actions import delete_post
from fedirse.social.posts.composing.actions import keep_draft
from fedirse.social.posts.composing.model import Sheet, Typed
from fedirse.social.posts.composing.store import drafts
from fedirse.social.posts.store import find_post
from fedirse.social.search.lookup.store import count_lookup
from fedirse.storage.activities import activities
from fedirse.storage.deliveries import DeliveryState, deliveries, queue_deliveries
from fedirse.storage.transaction import Transaction
from tests.browser.membership import join_a_network
from tests.browser.story import DIRECT, FOLLOWERS, Storyteller

SIGN_IN_LINK: Final = "lien-pour-entrer"
EMAIL_LINK: Final = "lien-pour-une-adresse"


async def add_rarities(site: Site, teller: Storyteller) -> None:
    """Everything of it, at a site that nobody serves yet; what addresses need of it is told."""
    await _guard(site, teller)
    await _tell_in_confidence(site, teller)
    await _take_back(site, teller)
    await _begin_elsewhere(site, teller)
    await _ask_too_often(site, teller)
    await _belong(site, teller)
    await site.write(_trade, site, teller)
    await site.write(_send, teller)
    # Inès has asked for her data already; Marc asks for his in English.
    await site.write(request_export, site, teller.people["marc"], "en", new_key(), teller.before(minutes=20))


async def _belong(site: Site, teller: Storyteller) -> None:
    """The site is a member of a network."""

    def belong(tx: Transaction) -> str:
        key = multikey(site.signing.load(tx, site.actor_id).ed25519.key.public)
        return join_a_network(tx, site.uris.site_actor, site.settings.name, key, teller.now)

    teller.told.posts["announcement"] = await site.write(belong)


def _trade(tx: Transaction, site: Site, teller: Storyteller) -> None:
    """A partner channel with a partner, somebody who asks, and a server that need not wait; and one that was closed."""
    by, then = Runner("", "operator"), teller.before(days=20)
    words = Words("Catalogue des fournisseurs", "Les nouveautés de la saison, deux fois par mois.")
    catalogue = channels.create_channel(tx, site, "catalogue", words, by, then)
    presse = channels.create_channel(tx, site, "presse", Words("Presse"), by, then)
    close_channel(tx, presse.id, teller.before(days=2))
    channels.welcome(tx, site, "catalogue", "atelier-haddad.example", by, teller.before(days=10))
    for who, state in (("karim", FollowState.ACCEPTED), ("tom", FollowState.REQUESTED)):
        actor = teller.elsewhere[who]
        save_follow(tx, Follow(actor.id, catalogue.id, f"{actor.uri}/follows/catalogue", state, teller.before(days=9)))
    teller.told.others["partner"] = teller.elsewhere["karim"].id


async def _guard(site: Site, teller: Storyteller) -> None:
    """Yann shows a code when he signs in; Léa is about to set that up, and was given a link; Sofia has to prove her address."""
    yanns, leas, codes = new_shared_secret(), new_shared_secret(), new_recovery_codes()

    def guard(tx: Transaction) -> None:
        yann, lea = get_account(tx, "yann"), get_account(tx, "lea")
        begin(tx, site, yann.id, yanns)
        confirm_second_factor(tx, yann.id, teller.before(days=3))
        renew_recovery_codes(tx, site, yann.id, codes)
        begin(tx, site, lea.id, leas)
        make_link(tx, lea, LinkKind.SIGN_IN, SIGN_IN_LINK, teller.now)
        add_own_link(tx, get_account(tx, "sofia"), LinkKind.EMAIL, EMAIL_LINK, teller.now, teller.now + timedelta(days=1))

    await site.write(guard)


async def _tell_in_confidence(site: Site, teller: Storyteller) -> None:
    """What moderators read only by saying so: a message that was reported, and an answer for few."""
    await teller.say("confided", "paul", "@lea Le code de la réserve est sur le tableau, ne le dis à personne.", DIRECT, hours=7)
    await teller.say("whispered", "sofia", "@ines La lampe est mise de côté, elle est à ton nom en réserve.", DIRECT, hours=4.2)
    await teller.hear("held_few", "tom", "<p>Peut-on passer sans rendez-vous ?</p>", FOLLOWERS, to="pictures", held=True, hours=0.8)

    def complain(tx: Transaction) -> str:
        posts = [post for post in [find_post(tx, teller.told.posts["confided"])] if post is not None]
        complaint = Complaint(Category.CONFIDENTIAL, "Ce code ne devrait pas être écrit.")
        people = teller.people
        return report(tx, site, people["lea"], people["paul"], posts=posts, complaint=complaint, now=teller.before(minutes=40)).id

    teller.told.others["confided_report"] = await site.write(complain)


async def _take_back(site: Site, teller: Storyteller) -> None:
    """A post that its author deleted, to which somebody had the address."""
    await teller.say("gone", "marc", "Réunion avancée à 8 h.", days=6)
    await site.write(delete_post, site, teller.people["marc"], teller.told.posts["gone"], teller.before(days=5))


async def _begin_elsewhere(site: Site, teller: Storyteller) -> None:
    """A draft that was saved in another tab since; and one that nobody can read any more, such as after a bad restore."""
    sofia, yann = teller.people["sofia"], teller.people["yann"]
    draft_id = teller.told.others["draft"] = new_id(teller.now)
    for version, text in enumerate(("Ouverture dimanche", "Ouverture dimanche 14 décembre, de 10 h à 18 h.")):
        await site.write(keep_draft, site, sofia.id, Sheet(draft_id, version, Typed(text=text, choice="site")), teller.before(hours=1))
    await site.write(keep_draft, site, yann.id, Sheet(new_id(teller.now), 0, Typed(text="Illisible")), teller.before(hours=1))

    def spoil(tx: Transaction) -> None:
        tx.execute(update(drafts).where(drafts.c.actor_id == yann.id).values(files=[0]))

    await site.write(spoil)


async def _ask_too_often(site: Site, teller: Storyteller) -> None:
    """Paul has had other servers asked as often as anybody may within an hour."""

    def ask(tx: Transaction) -> None:
        for _ in range(limits.LOOKUPS_PER_HOUR):
            count_lookup(tx, teller.people["paul"].id, teller.now)

    await site.write(ask)


def _send(tx: Transaction, teller: Storyteller) -> None:
    """What became of a post at other servers: everything that may."""
    activity_id = tx.execute(select(activities.c.id).where(activities.c.item_id == teller.told.posts["pictures"]).limit(1)).scalar_one()
    outcomes = {
        "lyon.example": (DeliveryState.DELIVERED, 202, "", "in-force 17"),
        "nantes.example": (DeliveryState.DELIVERED, 202, "", "grace 9"),
        "mairie.example": (DeliveryState.DELIVERED, 200, "", "public"),
        "ferme.example": (DeliveryState.REJECTED, 403, "Forbidden", "public"),
        "ancien.example": (DeliveryState.EXPIRED, None, "given up after 90 days: dns: ancien.example: no such name", "follower"),
        "partenaire.example": (DeliveryState.WITHHELD, None, "nobody there is inside what it is for", None),
        "casino-gratuit.example": (DeliveryState.WITHHELD, None, "the domain is blocked", None),
    }
    then = teller.before(hours=1)
    queue_deliveries(tx, activity_id, [(host, f"https://{host}/inbox") for host in outcomes], then, closed_after=then)
    for host, (state, status, answer, standing) in outcomes.items():
        done = {"state": state, "status": status, "answer": answer, "standing": standing, "done_at": teller.before(minutes=50)}
        tx.execute(update(deliveries).where(deliveries.c.activity_id == activity_id, deliveries.c.host == host).values(done))


def mails(tx: Transaction, site: Site) -> dict[str, str]:
    """A mail with a link to sign in as it comes to somebody, by its language."""
    address = link_address(site, LinkKind.SIGN_IN, new_secret())
    ines, found = get_account(tx, "ines").id, {}
    for language in ("fr", "en"):
        set_preferences(tx, ines, language=language)
        found[language] = link_mail(site, get_account(tx, "ines"), address).html
    set_preferences(tx, ines, language="fr")
    return found
