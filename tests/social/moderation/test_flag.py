"""Flag, both ways: what other servers report about our people, and what we tell them about theirs."""

from collections.abc import Sequence

import orjson
import pytest

from fedirse.activitypub.documents.activity import parse_activity
from fedirse.base import limits
from fedirse.base.errors import RateLimited
from fedirse.inbox.authenticated import Authenticated, Proof
from fedirse.inbox.registry import Handled
from fedirse.social.audiences.model import Audience, AudienceKind
from fedirse.social.moderation.reports.actions import report
from fedirse.social.moderation.reports.model import Category, Complaint, Report, ReportState
from fedirse.social.moderation.reports.receive import receive_flag
from fedirse.social.moderation.reports.store import list_reports
from fedirse.social.notifications.model import NotificationKind
from fedirse.social.notifications.store import list_notifications
from fedirse.social.posts.actions import delete_post, publish_post
from fedirse.social.posts.model import Draft, Post
from fedirse.storage.actors import get_actor
from tests.federation.network import Network, find, say, site_actor
from tests.fixtures_folder import fixtures
from tests.visitors import Shop, Stranger


async def publish(shop: Shop, text: str, kind: AudienceKind = AudienceKind.PUBLIC) -> Post:
    ines = await shop.person("ines")
    return await shop.site.write(publish_post, shop.site, ines, Draft(text, Audience(kind)), shop.site.clock.now())


async def flag(shop: Shop, by: Stranger, objects: Sequence[object], number: int = 1, **members: object) -> Handled:
    """Let somebody elsewhere report."""
    document = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"https://{by.actor.host}/flags/{number}",
        "type": "Flag",
        "actor": by.actor.uri,
        "object": list(objects),
        "content": "Regardez ceci",
        **members,
    }
    authentic = Authenticated(parse_activity(document), by.actor, Proof.SIGNATURE, orjson.dumps(document))
    return await shop.site.write(receive_flag, shop.site, authentic, shop.site.clock.now())


async def reports_of(shop: Shop) -> list[Report]:
    return await shop.site.read(list_reports, limit=1000)


async def test_a_flag_becomes_a_report_that_the_moderators_hear_of(shop: Shop) -> None:
    ines, post, server = await shop.person("ines"), await publish(shop, "oups"), await shop.stranger("ailleurs", kind="Application")
    assert await flag(shop, server, [ines.uri, post.uri]) is Handled.DONE
    (made,) = await reports_of(shop)
    assert (made.reporter_id, made.about_id, made.posts, made.words) == (server.actor.id, ines.id, (post.id,), "Regardez ceci")
    assert (made.category, made.state, made.uri) == (Category.OTHER, ReportState.OPEN, "https://ailleurs.example/flags/1")
    told = await shop.site.read(list_notifications, (await shop.person("marc")).id)
    assert [one.kind for one in told] == [NotificationKind.REPORT]
    page = await (await shop.sign_in("marc")).get(f"/site/reports/{made.id}")
    assert "ailleurs.example" in page.text
    assert "oups" in page.text


async def test_a_post_alone_is_about_its_author(shop: Shop) -> None:
    post, server = await publish(shop, "oups"), await shop.stranger("ailleurs")
    await flag(shop, server, [post.uri])
    assert [(made.about_id, made.posts) for made in await reports_of(shop)] == [(post.actor_id, (post.id,))]


async def test_only_ids_that_are_ours_count(shop: Shop) -> None:
    ines, server = await shop.person("ines"), await shop.stranger("ailleurs")
    theirs = await shop.receive(server.actor, "<p>x</p>")
    objects = [ines.uri, theirs.uri, server.actor.uri, "https://magasin.example/posts/none", "https://nulle.example/x", {"type": "Note"}]
    await flag(shop, server, objects)
    assert [(made.about_id, made.posts) for made in await reports_of(shop)] == [(ines.id, ())]


async def test_a_flag_about_nothing_of_ours_is_answered_alike_and_leaves_nothing(shop: Shop) -> None:
    server = await shop.stranger("ailleurs")
    assert await flag(shop, server, ["https://nulle.example/x"]) is Handled.IGNORED
    assert await reports_of(shop) == []


@pytest.mark.parametrize("kind", [AudienceKind.SITE, AudienceKind.FOLLOWERS])
async def test_a_post_that_their_server_was_never_sent_does_not_count(shop: Shop, kind: AudienceKind) -> None:
    post, server = await publish(shop, "entre nous", kind), await shop.stranger("ailleurs")
    assert await flag(shop, server, [post.uri]) is Handled.IGNORED
    assert await reports_of(shop) == []


async def test_a_post_for_followers_counts_where_their_server_was_sent_it(shop: Shop) -> None:
    ines, server = await shop.person("ines"), await shop.stranger("karim")
    await shop.let_follow(server.actor, ines)
    post = await publish(shop, "pour mes abonnés", AudienceKind.FOLLOWERS)
    await flag(shop, server, [post.uri])
    assert [made.posts for made in await reports_of(shop)] == [(post.id,)]


async def test_a_deleted_post_does_not_count(shop: Shop) -> None:
    ines, post, server = await shop.person("ines"), await publish(shop, "oups"), await shop.stranger("ailleurs")
    await shop.site.write(delete_post, shop.site, ines, post.id, shop.site.clock.now())
    assert await flag(shop, server, [post.uri]) is Handled.IGNORED


async def test_each_of_our_people_it_names_gets_a_report_of_their_own(shop: Shop) -> None:
    ines, lea, post, server = await shop.person("ines"), await shop.person("lea"), await publish(shop, "a"), await shop.stranger("ailleurs")
    await flag(shop, server, [lea.uri, post.uri, ines.uri])
    assert {(made.about_id, made.posts) for made in await reports_of(shop)} == {(ines.id, (post.id,)), (lea.id, ())}


async def test_the_same_flag_under_another_id_is_one_report(shop: Shop) -> None:
    ines, server = await shop.person("ines"), await shop.stranger("ailleurs")
    await flag(shop, server, [ines.uri], 1)
    assert await flag(shop, server, [ines.uri], 2) is Handled.IGNORED
    assert len(await reports_of(shop)) == 1


async def test_what_a_flag_says_is_plain_text_of_bounded_length(shop: Shop) -> None:
    ines, server = await shop.person("ines"), await shop.stranger("ailleurs")
    long = "x" * (limits.REPORT_CHARACTERS - 9)
    await flag(shop, server, [ines.uri], content=f"<p>Voyez<script>alert(1)</script> </p>{long}y")
    (made,) = await reports_of(shop)
    assert "<" not in made.words
    assert "alert" not in made.words
    assert len(made.words) <= limits.REPORT_CHARACTERS


async def test_a_server_makes_as_many_reports_in_a_day_as_the_limit_and_no_more(shop: Shop) -> None:
    ines, server = await shop.person("ines"), await shop.stranger("ailleurs")
    for number in range(limits.REPORTS_PER_HOST_PER_DAY):
        await flag(shop, server, [ines.uri], number, content=str(number))
    with pytest.raises(RateLimited):
        await flag(shop, await shop.stranger("autre"), [ines.uri], 1000, content="one more")
    assert len(await reports_of(shop)) == limits.REPORTS_PER_HOST_PER_DAY


@pytest.mark.parametrize("program", ["mastodon", "mbin"])
def test_the_flags_of_other_programs_are_read(program: str) -> None:
    path = fixtures("LemmyNet__lemmy") / "crates/apub/apub/assets" / program / "activities/flag.json"
    activity = parse_activity(orjson.loads(path.read_bytes()))
    assert (activity.type, len(activity.objects) > 1) == ("Flag", True)


async def test_a_report_is_passed_on_in_the_name_of_the_site_and_arrives(network: Network) -> None:
    colmar, lyon = await network.add("colmar.example"), await network.add("lyon.example")
    ines, karim = await network.person(colmar, "ines"), await network.person(lyon, "karim")
    await lyon.actors.resolve(ines.uri)
    said = await say(lyon, karim, "@ines@colmar.example injure")
    await network.settle()
    post = await find(colmar, said.uri)
    assert post is not None
    about = await colmar.read(get_actor, post.actor_id)
    complaint = Complaint(Category.HARASSMENT, "Inacceptable", forward=True)
    await colmar.write(report, colmar, ines, about, posts=[post], complaint=complaint, now=colmar.clock.now())
    await network.settle()

    sent = next(sent for sent in network.wire.sent if b'"Flag"' in sent.body)
    document = orjson.loads(sent.body)
    assert (sent.host, sent.status) == ("lyon.example", 202)
    assert (document["actor"], document["object"]) == ((await site_actor(colmar)).uri, [karim.uri, said.uri])
    assert document["content"] == "Inacceptable"
    assert b"ines" not in sent.body
    (made,) = await lyon.read(list_reports, limit=10)
    assert (made.about_id, made.posts, made.words) == (karim.id, (said.id,), "Inacceptable")


async def test_a_report_that_is_not_passed_on_stays_here(network: Network) -> None:
    colmar, lyon = await network.add("colmar.example"), await network.add("lyon.example")
    ines, karim = await network.person(colmar, "ines"), await network.person(lyon, "karim")
    about = await colmar.actors.resolve(karim.uri)
    complaint = Complaint(Category.HARASSMENT, "Entre nous")
    await colmar.write(report, colmar, ines, about, posts=[], complaint=complaint, now=colmar.clock.now())
    await network.settle()
    assert network.wire.sent == []
