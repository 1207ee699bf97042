"""Somebody who has filled in everything that can be filled in, each time with a word that stands nowhere else."""

from dataclasses import dataclass
from datetime import timedelta

from fedirse.base.actors import StoredActor
from fedirse.base.identifiers import new_id
from fedirse.features.announcements.acknowledgement.model import Acknowledgement
from fedirse.features.announcements.acknowledgement.store import save_acknowledgement
from fedirse.features.announcements.model import Announcement, Asked, Terms
from fedirse.features.announcements.store import save_announcement
from fedirse.site import Site
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.follows.actions import follow
from fedirse.social.media.actions import attach, set_alt
from fedirse.social.media.model import Media, Purpose
from fedirse.social.notifications.mutes.store import save_mute
from fedirse.social.posts.actions import edit_post, publish_post
from fedirse.social.posts.composing.model import KeptDraft, Typed, TypedPoll
from fedirse.social.posts.composing.store import save_draft
from fedirse.social.posts.model import Draft, DraftFile, PollDraft, Post
from fedirse.social.posts.reactions.actions import bookmark_post, boost_post, like_post
from fedirse.storage.actors import get_actor
from fedirse.storage.transaction import Transaction
from tests.social.media.pictures import photo, upload

WORD = "canarijaune"


@dataclass(frozen=True)
class Life:
    """What they published, in the order of its audiences, and a picture of theirs."""

    public: Post
    direct: Post
    house: Post
    poll: Post
    picture: Media


async def live(site: Site, person: StoredActor, friend: StoredActor, stranger: StoredActor, theirs: Post) -> Life:
    """Publish, draft, react and decide, with WORD wherever somebody can type.

    Args:
        site: where.
        person: who.
        friend: another person of the site.
        stranger: somebody of another server.
        theirs: a public post of somebody else.
    """
    now = site.clock.now()
    picture = await upload(site, person.id, photo(), f"{WORD}.jpg")
    avatar = await upload(site, person.id, photo(), "portrait.jpg", Purpose.AVATAR)
    await site.write(attach, site, [avatar.id], person.id, person.id, now, purpose=Purpose.AVATAR)

    def act(tx: Transaction) -> Life:
        author = get_actor(tx, person.id)
        set_alt(tx, picture.id, author.id, f"Un {WORD} sur le comptoir")
        first = Draft(f"Premier {WORD} #{WORD}", Audience(AudienceKind.PUBLIC), title=f"Titre {WORD}", warning=f"Avis {WORD}")
        public = publish_post(tx, site, author, first, now)
        files = (DraftFile(picture.id, f"Un {WORD} sur le comptoir"),)
        edited = Draft(f"Corrigé {WORD} #{WORD}", Audience(AudienceKind.PUBLIC), title=f"Titre {WORD}", files=files)
        public = edit_post(tx, site, author, public.id, edited, now + timedelta(seconds=1))
        direct = publish_post(tx, site, author, Draft(f"Pour toi, {WORD} @{friend.handle}", Audience(AudienceKind.DIRECT)), now)
        house = publish_post(tx, site, author, Draft(f"Entre nous {WORD}", Audience(AudienceKind.SITE)), now)
        choices = PollDraft((f"Oui {WORD}", f"Non {WORD}"), several=False, ends_at=now + timedelta(days=1))
        poll = publish_post(tx, site, author, Draft(f"Alors {WORD} ?", Audience(AudienceKind.PUBLIC), poll=choices), now)
        publish_post(tx, site, author, Draft(f"Réponse {WORD}", Audience(AudienceKind.PUBLIC), in_reply_to=theirs.id), now)
        asked = TypedPoll((WORD, "b"))
        typed = Typed(f"Brouillon {WORD}", f"Titre {WORD}", f"Avis {WORD}", "fr", "public", poll=asked)
        save_draft(tx, author.id, KeptDraft(new_id(now), 1, typed, now, None))
        boost_post(tx, site, author, theirs.id, now)
        like_post(tx, site, author, theirs.id, now)
        bookmark_post(tx, author, theirs.id, now)
        follow(tx, site, author, friend, now)
        follow(tx, site, author, stranger, now)
        save_mute(tx, author.id, friend.id, now)
        save_announcement(tx, Announcement(theirs.id, Terms(asked=Asked.EVERYONE), now, now))
        save_acknowledgement(tx, theirs.id, Acknowledgement(author.id, 1, now, 1, now))
        return Life(public, direct, house, poll, picture)

    return await site.write(act)
