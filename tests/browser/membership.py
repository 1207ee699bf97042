"""The network that the site of the scene is in: a head office, four stores and one that was removed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from fedirse.activitypub.signatures import add_proof, multikey, public_der
from fedirse.base.actors import StoredActor
from fedirse.base.identifiers import new_id
from fedirse.features.announcements.model import Announcement, Asked, Priority, Terms
from fedirse.features.announcements.store import save_announcement
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.network.model import Attributes, Network, NetworkKey, NetworkState
from fedirse.social.network.roster.model import Credential, Removal, Snapshot
from fedirse.social.network.roster.store import save_snapshot, save_statement
from fedirse.social.network.roster.wire import read_snapshot, read_statement, render_credential, render_removal, render_snapshot
from fedirse.social.network.store import save_network, trust_key
from fedirse.social.posts.model import Post, PostKind
from fedirse.social.posts.store import add_post
from fedirse.storage.actors import StoredKey, save_actor, save_public_keys
from fedirse.storage.peers import ensure_peers, peers
from fedirse.storage.transaction import Transaction
from tests.social.network.roster.test_wire import fresh_key
from tests.visitors import remote_actor

HEAD_OFFICE = "https://siege.aubrelle.example"
NETWORK, KEY_ID = f"{HEAD_OFFICE}/actor", f"{HEAD_OFFICE}/actor#ed25519"
LIFE = timedelta(hours=72)


@dataclass(frozen=True)
class Store:
    """A site of the network as the scene has it."""

    host: str
    name: str
    attributes: Attributes
    suspended: bool = False
    silent_days: int = 0


STORES = (
    Store("siege.aubrelle.example", "Maison Aubrelle", Attributes()),
    Store(
        "lyon.aubrelle.example",
        "Aubrelle Lyon Presqu’île",
        Attributes("Sud-Est", "Lyon", "Aubrelle", "Centre-ville", frozenset({"décoration"})),
    ),
    Store("nantes.aubrelle.example", "Aubrelle Nantes Bouffay", Attributes("Ouest", "Nantes", "Aubrelle", "Centre-ville"), silent_days=20),
    Store(
        "comptoir.example",
        "Le Comptoir Aubrelle",
        Attributes("Sud-Ouest", "Bordeaux", "Aubrelle", "Franchise", frozenset({"art de la table", "vin"})),
    ),
    Store("lille.aubrelle.example", "Aubrelle Lille", Attributes("Nord", "Lille"), suspended=True),
)


def join_a_network(tx: Transaction, own: str, own_name: str, own_key: str, now: datetime) -> str:
    """Make the site `own` (URI of its actor) a member, among the stores; gives the id of what the head office has announced."""
    key = fresh_key()
    began = now - timedelta(days=60)
    members = f"{HEAD_OFFICE}/network/members"
    save_network(
        tx, Network(uri=NETWORK, name="Aubrelle", members=members, head_office=False, state=NetworkState.MEMBER, counter=0, since=began)
    )
    trust_key(tx, NetworkKey(uri=KEY_ID, network=NETWORK, key=multikey(key.public), trusted_at=began))

    def sign(document: dict[str, object]) -> dict[str, object]:
        return add_proof(document, key=key, verification_method=KEY_ID, created=now)

    listing: dict[str, int] = {}
    stores = [*((store.name, f"https://{store.host}/actor", store.attributes, store.suspended) for store in STORES)]
    stores.append((own_name, own, Attributes("Est", "Colmar", "Aubrelle", "Centre-ville"), False))
    for serial, (name, member, attributes, suspended) in enumerate(stores, start=1):
        listing[member] = serial
        credential = Credential(
            id=f"{members}/{serial}",
            network=NETWORK,
            member=member,
            serial=serial,
            digest="",
            name=name,
            attributes=attributes,
            key=own_key if member == own else multikey(fresh_key().public),
            suspended=suspended,
            issued=began,
            ends=began + LIFE,
        )
        document = sign(render_credential(credential))
        save_statement(tx, read_statement(document, {KEY_ID: key.public}), document, began)
    gone = Removal(
        id=f"{members}/9",
        network=NETWORK,
        member="https://metz.aubrelle.example/actor",
        serial=9,
        digest="",
        removed=now - timedelta(days=4),
    )
    document = sign(render_removal(gone))
    save_statement(tx, read_statement(document, {KEY_ID: key.public}), document, now)
    issued = now - timedelta(hours=5)
    snapshot = Snapshot(
        id=f"{HEAD_OFFICE}/network/roster", network=NETWORK, serial=10, digest="", issued=issued, ends=issued + LIFE, listing=listing
    )
    document = sign(render_snapshot(snapshot))
    save_snapshot(tx, read_snapshot(document, {KEY_ID: key.public}), document, now)
    _have_exchanged(tx, now)
    return _have_written(tx, Audience(AudienceKind.NETWORK, of=members), key_der=public_der(key.public), now=now)


def _have_written(tx: Transaction, audience: Audience, *, key_der: bytes, now: datetime) -> str:
    """What the head office and somebody of Lyon say to the network; the head office lists the key that the site trusts."""
    office = save_actor(tx, remote_actor("aubrelle", "siege.aubrelle.example", uri=NETWORK, kind="Organization", name="Maison Aubrelle"))
    save_public_keys(tx, office.id, [StoredKey(KEY_ID, office.id, "assertionMethod", key_der, now)])
    claire = save_actor(tx, remote_actor("claire", "lyon.aubrelle.example", name="Claire Fontanel"))
    _say(tx, office, "<p>Les soldes d’été commencent le mercredi 24 juin dans tous les magasins.</p>", audience, now - timedelta(hours=30))
    _say(tx, claire, "<p>Qui a encore des verres Lisière ?</p>", audience, now - timedelta(hours=28))
    return _have_announced(tx, office, audience, now)


def _have_announced(tx: Transaction, office: StoredActor, audience: Audience, now: datetime) -> str:
    """A recall that everybody is asked to confirm, in its second version, and something for whoever answers for the site."""
    recall, opening = now - timedelta(hours=3), now - timedelta(hours=50)
    words = "<p>Retirez le lot <strong>4821</strong> des rayons, et affichez la note en caisse.</p>"
    asked = _say(tx, office, words, audience, recall, title="Rappel : vase « Ried », lot 4821")
    terms = Terms(Priority.URGENT, Asked.EVERYONE, before=now + timedelta(days=2), version=2, confirm_from=2)
    save_announcement(tx, Announcement(asked, terms, recall, recall))
    late = _say(tx, office, "<p>Les horaires sont à afficher en vitrine.</p>", audience, opening, title="Soldes d’été : horaires")
    late_terms = Terms(Priority.IMPORTANT, Asked.RESPONSIBLE, before=now - timedelta(days=1))
    save_announcement(tx, Announcement(late, late_terms, opening, opening))
    return asked


def _say(tx: Transaction, author: StoredActor, content: str, audience: Audience, when: datetime, title: str = "") -> str:
    post_id = new_id(when)
    uri, kind = f"{author.uri}/posts/{post_id}", PostKind.ARTICLE if title else PostKind.NOTE
    post = Post(post_id, uri, author.id, False, kind, audience, when, title=title, content=content, url=uri, thread_id=post_id)
    add_post(tx, post)
    return post_id


def _have_exchanged(tx: Transaction, now: datetime) -> None:
    ensure_peers(tx, {store.host for store in STORES})
    for minutes, store in enumerate(STORES, start=7):
        silent = now - timedelta(days=store.silent_days) if store.silent_days else None
        last = silent or now - timedelta(minutes=minutes)
        tx.execute(update(peers).where(peers.c.host == store.host).values(last_success_at=last, failing_since=silent))
