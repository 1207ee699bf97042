"""What happened at the scene's site before anybody looks at it: its people, what they said, what waits for whom. All of it in French."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from fedirse.base.actors import StoredActor
from fedirse.base.identifiers import new_id
from fedirse.base.roles import Role
from fedirse.demo.cast import Look
from fedirse.demo.logos import LOGO_FILE, draw_logo
from fedirse.features.branding.actions import changed, save_settings
from fedirse.features.care.privacy.erasure.actions import Asker, begin_erasure
from fedirse.features.care.privacy.exports.actions import request_export
from fedirse.features.profile.actions import Pictures, change_profile
from fedirse.features.profile.model import TypedProfile
from fedirse.site import Site
from fedirse.social.accounts.actions import create_account, create_token, hash_password
from fedirse.social.accounts.store import get_account, set_preferences
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.entrance.links.actions import link_address, make_invitation, make_link
from fedirse.social.entrance.links.model import Invitation, LinkKind
from fedirse.social.follows.actions import follow
from fedirse.social.follows.model import Follow, FollowState
from fedirse.social.follows.store import save_follow
from fedirse.social.media.actions import accept_upload
from fedirse.social.media.model import Media, Purpose
from fedirse.social.media.spool.actions import new_key
from fedirse.social.moderation.blocks.actions import allow_host, block_actor, block_for_oneself, block_host, mute
from fedirse.social.moderation.model import Moderator
from fedirse.social.moderation.reports.actions import report
from fedirse.social.moderation.reports.model import Category, Complaint, Report
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import notify
from fedirse.social.posts.actions import edit_post, publish_post
from fedirse.social.posts.composing.actions import keep_draft
from fedirse.social.posts.composing.model import Sheet, Typed
from fedirse.social.posts.holding.store import trust_author
from fedirse.social.posts.model import Draft, DraftFile, PollDraft, Post, PostKind
from fedirse.social.posts.polls.actions import vote
from fedirse.social.posts.reactions.actions import bookmark_post, boost_post, like_post
from fedirse.social.posts.store import add_post, find_post
from fedirse.social.posts.threads.store import count_reply
from fedirse.storage.actors import find_local_actor, save_actor
from fedirse.storage.peers import list_peers, settle_peers
from fedirse.storage.transaction import Transaction
from tests.browser import drawings
from tests.visitors import remote_actor

PASSWORD = "un cheval dans la cuisine"
INVITATION = "invitation-de-la-scene"
SIGN_IN_LINK = "lien-de-la-scene"

PUBLIC = Audience(AudienceKind.PUBLIC)
SITE = Audience(AudienceKind.SITE)
FOLLOWERS = Audience(AudienceKind.FOLLOWERS)
DIRECT = Audience(AudienceKind.DIRECT)

PEOPLE = {
    "marc": ("Marc Weber", (Role.ADMINISTRATOR, Role.RESPONSIBLE), ("#dbe7e4", "#e8b98f", "#4a3b32", "#22384f")),
    "sofia": ("Sofia Keller", (Role.MODERATOR,), ("#efe0d2", "#d9a078", "#2a2422", "#7a2f3a")),
    "ines": ("Inès Ben Amar", (Role.AUTHOR,), ("#e6dcee", "#c98d62", "#1f1a19", "#2f6f6a")),
    "lea": ("Léa Klein", (Role.READER,), None),
    "paul": ("Paul-Émile de Rochefort-Montmirail", (Role.AUTHOR,), None),
    "yann": ("Yann Le Goff", (Role.AUTHOR,), None),
}
"""Handle: name, roles, and the colours of the portrait of those who have one."""

ARTICLE = """Avant l’été, nous avons refait les **trois vitrines** de la place de la Gare. Voici comment nous nous y sommes pris.

## Une idée par vitrine

1. La première montre une seule pièce, le séjour.
2. La deuxième, une table mise pour six.
3. La troisième reste vide jusqu’au samedi.

> Une vitrine que l’on comprend en trois secondes vaut mieux qu’une vitrine complète.

Le plan complet est affiché en réserve. Questions bienvenues ici, ou directement à @sofia. #vitrine #merchandising"""

LONG = (
    "Compte rendu de la tournée de livraison de samedi : onze adresses, deux étages sans ascenseur, un canapé d’angle qui ne passait "
    "pas par la cage d’escalier de la rue des Clés, démonté puis remonté sur place.\n\n"
    "Ce que nous retenons : mesurer la porte **et** le palier, appeler la veille, et garder la grande couverture dans le camion. "
    "L’équipe de Mulhouse prête la sienne jusqu’à jeudi.\n\n#livraison"
)


@dataclass
class Told:
    """What the scene's addresses are made of: the id of each post by its name, and what else stands in a path."""

    posts: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)


class Storyteller:
    """Fills a site that nobody serves yet.

    Args:
        site: open in this process.
        now: what "today" is.
    """

    def __init__(self, site: Site, now: datetime) -> None:
        self.site = site
        self.now = now
        self.told = Told()
        self.people: dict[str, StoredActor] = {}
        self.elsewhere: dict[str, StoredActor] = {}

    async def tell(self) -> Told:
        """Everything, in the order in which it happened."""
        await self._look()
        await self._employ()
        await self._meet()
        await self._introduce()
        await self._talk()
        await self._ask()
        await self._answer()
        await self._react()
        await self._keep_for_later()
        await self._watch_over()
        await self._leave()
        await self._fail()
        self.told.others["site"] = self.site.settings.handle
        return self.told

    def before(self, **age: float) -> datetime:
        """An instant of the past."""
        return self.now - timedelta(**age)

    async def _look(self) -> None:
        look = Look("#7a2f3a", "#b5552b", "gable")
        (self.site.folder / "media" / LOGO_FILE).write_bytes(draw_logo(look))
        settings = changed(
            self.site.settings,
            name="Aubrelle Colmar",
            description="Meubles et décoration, place de la Gare. Nous livrons dans tout le Haut-Rhin.",
            colour=look.colour,
            accent=look.accent,
            logo=LOGO_FILE,
            anonymous_search=True,
        )
        await save_settings(self.site, settings, self.before(days=60), None)

    async def _employ(self) -> None:
        hashed = hash_password(PASSWORD)
        for handle, (name, roles, colours) in PEOPLE.items():
            await self.site.write(create_account, self.site, handle, name, hashed, self.before(days=50), roles=roles)
            person = await self.site.read(find_local_actor, handle)
            assert person is not None
            pictures: Pictures = {}
            if colours is not None:
                pictures["avatar"] = await self._upload(person, f"{handle}.jpg", drawings.portrait(*colours), Purpose.AVATAR)
            if handle == "ines":
                pictures["header"] = await self._upload(person, "rue.jpg", drawings.shop_front(), Purpose.COVER)
            await self.site.write(change_profile, self.site, person.id, _profile(handle, name), pictures, self.before(days=40))
            self.people[handle] = await self._person(handle)
        await self.site.write(_choose_preferences)

    async def _meet(self) -> None:
        for key, values in {
            "karim": {"name": "Karim Haddad", "summary": "<p>Ébéniste à Sélestat.</p>"},
            "jeanne": {"name": "Jeanne Muller", "summary": "<p>Élue à la vie commerçante.</p>"},
            "promo": {"name": "Super Promo", "summary": "<p>Gagnez plus.</p>"},
            "tom": {"name": "Tom"},
        }.items():
            host = {"karim": "atelier-haddad.example", "jeanne": "mairie.example", "promo": "promo.example", "tom": "ailleurs.example"}[key]
            actor = remote_actor(key, host, **values)
            self.elsewhere[key] = await self.site.write(save_actor, actor)

    async def _introduce(self) -> None:
        for follower, followee in (
            ("marc", "ines"),
            ("lea", "ines"),
            ("ines", "marc"),
            ("sofia", "ines"),
            ("lea", "marc"),
            ("marc", "sofia"),
        ):
            await self.site.write(follow, self.site, self.people[follower], self.people[followee], self.before(days=30))
        for one, other in ((self.elsewhere["karim"], self.people["ines"]), (self.people["marc"], self.elsewhere["karim"])):
            await self.site.write(save_follow, _accepted(one, other, self.before(days=20)))
        await self.site.write(notify, self.people["ines"].id, NotificationKind.FOLLOW, self.elsewhere["karim"].id, self.before(days=20))
        # Paul approves who follows him, and so does Marc from now on.
        await self.site.write(follow, self.site, self.people["lea"], self.people["paul"], self.before(hours=30))
        await self.site.write(self._request, self.elsewhere["jeanne"], self.people["paul"])

    def _request(self, tx: Transaction, follower: StoredActor, followee: StoredActor) -> None:
        uri = f"{follower.uri}/follows/{followee.id}"
        save_follow(tx, Follow(follower.id, followee.id, uri, FollowState.REQUESTED, self.before(hours=5)))
        notify(tx, followee.id, NotificationKind.FOLLOW_REQUEST, follower.id, self.before(hours=5))

    async def _talk(self) -> None:
        await self.say("article", "ines", ARTICLE, days=9, title="Trois vitrines en une semaine")
        await self.say("long", "marc", LONG, days=4)
        await self.say("warning", "ines", "Le miroir du rayon bain est tombé. Personne n’est blessé.", hours=50, warning="Verre brisé")
        await self.say(
            "meeting", "marc", "Réunion d’équipe mardi à 8 h 30, café offert. Le planning d’août est en réserve.", SITE, hours=28
        )
        await self.say("followers", "ines", "Je serai à l’atelier de Karim vendredi pour choisir les bois.", FOLLOWERS, hours=26)
        await self.say("pictures", "ines", "Le nouveau séjour et la table « Ried » sont arrivés ! Venez vous asseoir. #nouveautés",
                        hours=6, files=[("sejour.jpg", drawings.living_room(), "Un canapé vert sous une lampe jaune, devant un mur clair"),
                                        ("table.jpg", drawings.kitchen_table(), "Une table en bois mise pour deux, avec un bouquet")])  # fmt: skip
        await self.say("sheet", "marc", "Les tarifs de livraison à partir du 1ᵉʳ.", SITE, hours=5,
                        files=[("tarifs-livraison.pdf", drawings.price_sheet(), "")])  # fmt: skip
        await self.say("direct", "ines", "@marc Peux-tu ouvrir jeudi matin à ma place ?", DIRECT, hours=3)

    async def _ask(self) -> None:
        over = PollDraft(("Lundi", "Mercredi", "Vendredi"), several=False, ends_at=self.before(days=1))
        await self.say("poll_over", "marc", "Quel jour pour l’inventaire ?", days=3, poll=over)
        ends = self.now + timedelta(days=2, hours=1)
        open_one = PollDraft(("Chêne", "Noyer", "Frêne huilé"), several=True, ends_at=ends)
        await self.say("poll", "ines", "Quel bois pour la table de la vitrine ?", hours=8, poll=open_one)
        for who, post, chosen in (
            ("ines", "poll_over", ["Mercredi"]),
            ("lea", "poll_over", ["Mercredi"]),
            ("sofia", "poll_over", ["Lundi"]),
        ):
            await self.site.write(vote, self.site, self.people[who], self.told.posts[post], chosen, self.before(days=2))
        for who, chosen in (("sofia", ["Chêne", "Noyer"]), ("ines", ["Noyer"])):
            await self.site.write(vote, self.site, self.people[who], self.told.posts["poll"], chosen, self.before(hours=4))

    async def _answer(self) -> None:
        await self.say("answer", "sofia", "Magnifique ! La lampe est encore en stock ?", hours=5.5, to="pictures")
        await self.say("answer2", "ines", "@sofia Il en reste quatre, je t’en garde une.", hours=5.2, to="answer")
        await self.hear(
            "heard", "karim", "<p>Beau travail. La table est en <strong>frêne</strong> ou en chêne ?</p>", hours=4.5, to="pictures"
        )
        await self.say("answer3", "marc", "En frêne huilé, @karim@atelier-haddad.example : la vôtre !", hours=4, to="heard")
        await self.hear("remote", "karim", "<p>L’atelier est ouvert samedi de 10 h à 18 h. Démonstration d’assemblage à 15 h.</p>", hours=2)
        await self.hear("held", "tom", "<p>Vous livrez aussi à Strasbourg ?</p>", hours=1, to="pictures", held=True)
        await self.hear("spam", "promo", "<p>Gagnez 3 000 € par semaine sans bouger de chez vous.</p>", hours=1.2, to="pictures")

    async def _react(self) -> None:
        posts = self.told.posts
        for who, post in (("sofia", "pictures"), ("lea", "pictures"), ("marc", "pictures"), ("ines", "answer"), ("ines", "long")):
            await self.site.write(like_post, self.site, self.people[who], posts[post], self.before(hours=3.5))
        await self.site.write(boost_post, self.site, self.people["sofia"], posts["pictures"], self.before(hours=3))
        await self.site.write(boost_post, self.site, self.people["marc"], posts["remote"], self.before(hours=1.5))
        for post in ("article", "poll_over", "remote"):
            await self.site.write(bookmark_post, self.people["marc"], posts[post], self.before(hours=1))
        draft = Draft(LONG.replace("onze adresses", "douze adresses"), PUBLIC)
        await self.site.write(edit_post, self.site, self.people["marc"], posts["long"], draft, self.before(days=3, hours=20))

    async def _keep_for_later(self) -> None:
        typed = Typed(text="Idées pour la rentrée : coin lecture, éclairage du couloir, …", choice="site")
        await self.site.write(keep_draft, self.site, self.people["marc"].id, Sheet(new_id(self.now), 0, typed), self.before(hours=2))
        wanted = Invitation(roles=(Role.AUTHOR,), uses=5, days=14, note="Affiche de la salle de pause")
        await self.site.write(make_invitation, self.site, wanted, INVITATION, self.before(hours=20))

        def add_link(tx: Transaction) -> None:
            make_link(tx, get_account(tx, "paul"), LinkKind.RESET, SIGN_IN_LINK, self.now)

        await self.site.write(add_link)
        await self.site.write(request_export, self.site, self.people["ines"], "fr", new_key(), self.before(minutes=30))
        await self.site.write(create_token, "marc", "Tablette de la réserve", self.before(days=7))

    async def _watch_over(self) -> None:
        sofia = await self.site.read(get_account, "sofia")
        by = Moderator(sofia.id, "sofia", self.people["sofia"].id)
        about, post_id = self.elsewhere["promo"], self.told.posts["spam"]

        def complain(tx: Transaction) -> Report:
            spam = _post(tx, post_id)
            complaint = Complaint(Category.SPAM, "Publicité sous notre photo, déjà la troisième cette semaine.")
            return report(tx, self.site, self.people["lea"], about, posts=[spam], complaint=complaint, now=self.before(minutes=50))

        self.told.others["report"] = (await self.site.write(complain)).id
        await self.site.write(
            block_host, self.site, "casino-gratuit.example", reason="Publicités répétées", subdomains=True, by=by, now=self.before(days=5)
        )
        await self.site.write(allow_host, "mairie.example", reason="Commune de Colmar", by=by, now=self.before(days=5))
        other = await self.site.write(save_actor, remote_actor("mallory", "bruit.example", name="Mallory"))
        await self.site.write(block_actor, other, reason="Insultes", by=by, now=self.before(days=2))
        await self.site.write(trust_author, self.elsewhere["jeanne"].id, self.before(days=1))
        noisy = await self.site.write(save_actor, remote_actor("bavard", "bruit.example", name="Le Bavard"))
        await self.site.write(mute, self.people["marc"], noisy, self.before(days=1))
        rude = await self.site.write(save_actor, remote_actor("grincheux", "bruit.example", name="Grincheux"))
        await self.site.write(block_for_oneself, self.site, self.people["marc"], rude, self.before(days=1))

    async def _leave(self) -> None:
        """Hugo had an account, and said something that went to others; he is erased once the site is served."""
        await self.site.write(create_account, self.site, "hugo", "Hugo Lemaire", None, self.before(days=45))
        self.people["hugo"] = await self._person("hugo")
        await self.site.write(save_follow, _accepted(self.elsewhere["karim"], self.people["hugo"], self.before(days=44)))
        await self.say("left", "hugo", "Je range mon bureau. Merci à toutes et à tous\u202f!", days=12)
        marc = await self.site.read(get_account, "marc")
        await self.site.write(begin_erasure, self.site, "hugo", Asker(marc.id, "marc"), self.before(hours=9))

    async def _fail(self) -> None:
        """No server of the scene exists: none of them answers, and none is asked for hours."""

        def set_back(tx: Transaction) -> None:
            since, again = self.before(days=2), self.now + timedelta(hours=3)
            settle_peers(
                tx,
                [
                    replace(peer, failures=9, failing_since=since, last_error="connect", next_attempt_at=again, lease=None)
                    for peer in list_peers(tx)
                ],
            )

        await self.site.write(set_back)

    async def say(
        self,
        key: str,
        who: str,
        text: str,
        audience: Audience = PUBLIC,
        *,
        to: str = "",
        files: list[tuple[str, bytes, str]] | None = None,
        title: str = "",
        warning: str = "",
        poll: PollDraft | None = None,
        **age: float,
    ) -> None:
        """One of our people says something."""
        author, now = self.people[who], self.before(**age)
        kept = []
        for name, content, alt in files or []:
            media = await self._upload(author, name, content, Purpose.POST)
            kept.append(DraftFile(media.id, alt))
        parent = self.told.posts[to] if to else None
        draft = Draft(text, audience, title=title, warning=warning, in_reply_to=parent, poll=poll, files=tuple(kept) or None)
        self.told.posts[key] = (await self.site.write(publish_post, self.site, author, draft, now)).id

    async def hear(
        self, key: str, who: str, content: str, audience: Audience = PUBLIC, *, to: str = "", held: bool = False, **age: float
    ) -> None:
        """Somebody of another server says something; an answer may be held."""
        author, now = self.elsewhere[who], self.before(**age)
        post_id = new_id(now)
        uri = f"{author.uri}/posts/{post_id}"

        def keep(tx: Transaction) -> None:
            parent = _post(tx, self.told.posts[to]) if to else None
            found = Post(
                id=post_id,
                uri=uri,
                actor_id=author.id,
                local=False,
                kind=PostKind.NOTE,
                audience=audience,
                published_at=now,
                content=content,
                language="fr",
                url=uri,
                in_reply_to=parent.uri if parent else None,
                parent_id=parent.id if parent else None,
                thread_id=(parent.thread_id or parent.id) if parent else post_id,
                held_at=now if held else None,
            )
            add_post(tx, found)
            if parent is not None and not held:
                count_reply(tx, parent.id, 1)
                notify(tx, parent.actor_id, NotificationKind.REPLY, author.id, now, post_id)

        await self.site.write(keep)
        self.told.posts[key] = post_id

    async def _upload(self, owner: StoredActor, name: str, content: bytes, purpose: Purpose) -> Media:
        return await accept_upload(self.site, owner.id, _Sent(content), filename=name, purpose=purpose, now=self.now)

    async def _person(self, handle: str) -> StoredActor:
        found = await self.site.read(find_local_actor, handle)
        assert found is not None
        return found

    def invitation(self) -> str:
        """The address on the poster."""
        return link_address(self.site, LinkKind.INVITATION, INVITATION)


class _Sent:
    """Bytes as somebody sends them."""

    def __init__(self, content: bytes) -> None:
        self._rest = content

    async def read(self, size: int = -1) -> bytes:
        end = len(self._rest) if size < 0 else size
        part, self._rest = self._rest[:end], self._rest[end:]
        return part


def _profile(handle: str, name: str) -> TypedProfile:
    if handle != "ines":
        return TypedProfile(name, locked=handle == "paul")
    return TypedProfile(
        name,
        "Vendeuse en décoration, vitrines et ambiances. Mes idées viennent souvent du marché du **jeudi**.",
        (("Rayon", "Décoration"), ("Bureau", "Premier étage"), ("Vitrines", "https://colmar.aubrelle.example/vitrines")),
    )


def _accepted(follower: StoredActor, followee: StoredActor, now: datetime) -> Follow:
    return Follow(follower.id, followee.id, f"{follower.uri}/follows/{followee.id}", FollowState.ACCEPTED, now)


def _choose_preferences(tx: Transaction) -> None:
    for handle in PEOPLE:
        set_preferences(tx, get_account(tx, handle).id, timezone="Europe/Paris", email=f"{handle}@aubrelle.example")


def _post(tx: Transaction, post_id: str) -> Post:
    found = find_post(tx, post_id)
    assert found is not None
    return found
