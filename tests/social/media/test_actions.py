"""Uploading files, tying them to what is published, and what becomes of them afterwards."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from PIL import Image

from fedirse.assembly import job_kinds
from fedirse.base import limits
from fedirse.base.errors import InvalidInput, NotFound
from fedirse.base.identifiers import new_id
from fedirse.jobs import JobRunner
from fedirse.social.media import store
from fedirse.social.media.actions import attach, detach, erase_of_actor, erase_of_item, set_alt, set_focus, sweep
from fedirse.social.media.model import Media, MediaKind, Purpose
from fedirse.social.media.views import path_of
from fedirse.storage.jobs import list_due_jobs
from tests.federation.network import START
from tests.social.media.pictures import Sent, files_of, photo, png_of_size, saved, upload
from tests.visitors import Shop

PDF = b"%PDF-1.7\n"


async def pdf(shop: Shop, handle: str = "ines", purpose: Purpose = Purpose.POST) -> Media:
    """A file of somebody, which takes no program to store."""
    return await upload(shop.site, (await shop.person(handle)).id, PDF, "rapport.pdf", purpose)


async def test_a_photo_becomes_two_pictures(shop: Shop) -> None:
    ines = await shop.person("ines")
    media = await upload(shop.site, ines.id, photo(3000, 1500))
    assert (media.kind, media.media_type, media.name, media.width, media.height) == (
        MediaKind.IMAGE,
        "image/webp",
        "photo.webp",
        2048,
        1024,
    )
    with Image.open(path_of(shop.site, media)) as full, Image.open(path_of(shop.site, media, "small")) as small:
        assert (full.size, small.size) == ((2048, 1024), (640, 320))
    assert media.size == path_of(shop.site, media).stat().st_size
    assert len(files_of(shop.site)) == 2
    assert await shop.site.read(store.find_media, media.id) == media


async def test_nobody_else_on_the_machine_reads_the_files(shop: Shop) -> None:
    media = await pdf(shop)
    path = path_of(shop.site, media)
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


async def test_every_address_is_a_secret_of_its_own(shop: Shop) -> None:
    one, other = await pdf(shop), await pdf(shop)
    assert one.key != other.key
    assert len(one.key) * 5 >= 128


@pytest.mark.attack("WEB-033")
@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("photo.png", b"<!doctype html><script>alert(1)</script>", "not-a-picture"),
        ("photo.jpg", PDF, "not-a-picture"),
        ("photo.PNG", b"", "file-empty"),
        ("photo.jpg", photo(600, 600)[:1500], "picture-damaged"),
        ("photo.heic", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "picture-kind"),
        ("plan.tiff", saved(Image.new("RGB", (9, 9)), "TIFF"), "picture-kind"),
        ("bombe.png", png_of_size(13_000, 13_000), "too-many-pixels"),
    ],
)
async def test_what_is_not_what_it_says_is_refused_and_nothing_of_it_is_kept(shop: Shop, name: str, content: bytes, reason: str) -> None:
    ines = await shop.person("ines")
    with pytest.raises(InvalidInput) as refused:
        await upload(shop.site, ines.id, content, name)
    assert refused.value.reason == reason
    assert refused.value.field == "files"
    assert files_of(shop.site) == []
    assert await shop.site.read(store.list_of_actor, ines.id) == []


async def test_the_sentence_about_a_bomb_says_how_large_it_is(shop: Shop) -> None:
    with pytest.raises(InvalidInput, match="169 megapixels; 33 are accepted, and 110 in a JPEG"):
        await upload(shop.site, (await shop.person("ines")).id, png_of_size(13_000, 13_000), "bombe.png")


async def test_a_picture_is_what_its_bytes_are_whatever_its_name(shop: Shop) -> None:
    media = await upload(shop.site, (await shop.person("ines")).id, photo(), "facture.pdf")
    assert (media.kind, media.media_type, media.name) == (MediaKind.IMAGE, "image/webp", "facture.webp")


async def test_more_than_may_be_sent_is_not_read_to_the_end(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILE_BYTES", 300_000)
    ines = await shop.person("ines")
    assert (await upload(shop.site, ines.id, PDF.ljust(300_000), "a.pdf")).size == 300_000
    sent = Sent(PDF.ljust(3_000_000))
    with pytest.raises(InvalidInput, match="too large"):
        await upload(shop.site, ines.id, sent, "a.pdf")
    assert sent.left > 2_000_000


async def test_a_picture_may_have_fewer_bytes_than_a_file(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    ines, content = await shop.person("ines"), photo()
    monkeypatch.setattr(limits, "IMAGE_BYTES", len(content))
    with pytest.raises(InvalidInput, match="too large"):
        await upload(shop.site, ines.id, content + b"x")
    with pytest.raises(InvalidInput, match="too large"):
        await upload(shop.site, ines.id, content + b"x", purpose=Purpose.AVATAR)


async def test_who_uploads_and_never_publishes_is_stopped(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNATTACHED_FILES", 2)
    await pdf(shop)
    await pdf(shop)
    with pytest.raises(InvalidInput, match="2 files that are in no post yet"):
        await pdf(shop)
    await pdf(shop, "lea")


async def test_an_account_has_so_much_room_and_no_more(shop: Shop) -> None:
    shop.site.adopt(msgspec.structs.replace(shop.site.settings, megabytes_per_account=1))
    ines = await shop.person("ines")
    first = await upload(shop.site, ines.id, PDF.ljust(600_000), "a.pdf")
    with pytest.raises(InvalidInput, match="of the 1 MB for your files, 0 MB are left"):
        await upload(shop.site, ines.id, PDF.ljust(400_001), "b.pdf")
    assert len(files_of(shop.site)) == 1
    await upload(shop.site, ines.id, PDF.ljust(400_000), "b.pdf")
    with pytest.raises(InvalidInput, match="does not fit"):
        await pdf(shop)
    # The room is one's own, a picture of oneself needs none, and what is removed makes room.
    await pdf(shop, "lea")
    await upload(shop.site, ines.id, photo(), purpose=Purpose.AVATAR)
    await shop.site.write(detach, shop.site, first.id, ines.id, START)
    await pdf(shop)


async def test_two_uploads_at_once_do_not_take_the_same_room(shop: Shop) -> None:
    shop.site.adopt(msgspec.structs.replace(shop.site.settings, megabytes_per_account=1))
    ines = await shop.person("ines")
    both = (upload(shop.site, ines.id, PDF.ljust(600_000), "a.pdf"), upload(shop.site, ines.id, PDF.ljust(600_000), "b.pdf"))
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["InvalidInput", "Media"]
    await sweep(shop.site, START + timedelta(hours=2))
    assert len(files_of(shop.site)) == 1


@pytest.mark.parametrize(
    ("purpose", "full", "form"), [(Purpose.AVATAR, 512, "webp"), (Purpose.LOGO, 512, "png"), (Purpose.COVER, 2048, "webp")]
)
async def test_a_picture_is_as_large_as_what_it_is_for(shop: Shop, purpose: Purpose, full: int, form: str) -> None:
    media = await upload(shop.site, (await shop.person("ines")).id, photo(3000, 300), purpose=purpose)
    assert (media.width, media.media_type) == (full, f"image/{form}")


async def test_files_are_tied_to_a_post_in_the_order_that_is_asked_for(shop: Shop) -> None:
    ines, now, post = await shop.person("ines"), shop.site.clock.now(), new_id(shop.site.clock.now())
    first, second = await pdf(shop), await pdf(shop)
    tied = await shop.site.write(attach, shop.site, [second.id, first.id, second.id], post, ines.id, now)
    assert [media.id for media in tied] == [second.id, first.id]
    assert await shop.site.read(store.list_of_item, post) == tied
    assert await shop.site.read(store.list_unattached, ines.id) == []
    await shop.site.write(attach, shop.site, [first.id, second.id], post, ines.id, now)
    assert [media.id for media in await shop.site.read(store.list_of_item, post)] == [first.id, second.id]


async def test_what_is_not_yours_or_tied_elsewhere_cannot_be_tied(shop: Shop) -> None:
    ines, lea, now = await shop.person("ines"), await shop.person("lea"), shop.site.clock.now()
    media = await pdf(shop)
    await shop.site.write(attach, shop.site, [media.id], new_id(now), ines.id, now)
    avatar = await upload(shop.site, ines.id, photo(), purpose=Purpose.AVATAR)
    for media_id, owner in ((media.id, ines.id), ((await pdf(shop)).id, lea.id), ("0" * 26, ines.id), (avatar.id, ines.id)):
        with pytest.raises(NotFound):
            await shop.site.write(attach, shop.site, [media_id], new_id(now), owner, now)


async def test_a_ninth_file_is_too_many(shop: Shop) -> None:
    ines, now = await shop.person("ines"), shop.site.clock.now()
    several = [(await pdf(shop)).id for _ in range(limits.ATTACHMENTS_PER_POST + 1)]
    await shop.site.write(attach, shop.site, several[:-1], new_id(now), ines.id, now)
    with pytest.raises(InvalidInput):
        await shop.site.write(attach, shop.site, several, new_id(now), ines.id, now)


async def test_what_an_edit_leaves_out_is_gone_from_the_disk(shop: Shop) -> None:
    ines, now, post = await shop.person("ines"), shop.site.clock.now(), new_id(shop.site.clock.now())
    kept, left_out = await pdf(shop), await pdf(shop)
    await shop.site.write(attach, shop.site, [kept.id, left_out.id], post, ines.id, now)
    await shop.site.write(attach, shop.site, [kept.id], post, ines.id, now)
    await sweep(shop.site, now)
    assert files_of(shop.site) == [path_of(shop.site, kept)]


async def test_a_new_picture_of_an_actor_takes_the_place_of_the_old_one_and_leaves_the_cover(shop: Shop) -> None:
    ines, now = await shop.person("ines"), shop.site.clock.now()
    for purpose in (Purpose.COVER, Purpose.AVATAR, Purpose.AVATAR):
        media = await upload(shop.site, ines.id, photo(), purpose=purpose)
        await shop.site.write(attach, shop.site, [media.id], ines.id, ines.id, now, purpose=purpose)
    assert sorted(media.purpose for media in await shop.site.read(store.list_of_item, ines.id)) == [Purpose.AVATAR, Purpose.COVER]
    await shop.site.write(erase_of_item, shop.site, ines.id, now, purpose=Purpose.AVATAR)
    assert [media.purpose for media in await shop.site.read(store.list_of_item, ines.id)] == [Purpose.COVER]


async def test_erasing_takes_the_files_with_the_job_that_the_same_transaction_asks_for(shop: Shop) -> None:
    ines, now, post = await shop.person("ines"), shop.site.clock.now(), new_id(shop.site.clock.now())
    media = await pdf(shop)
    await shop.site.write(attach, shop.site, [media.id], post, ines.id, now)
    await shop.site.write(erase_of_item, shop.site, post, now)
    assert [job.kind for job in await shop.site.read(list_due_jobs, now, 9)] == ["sweep_media"]
    await JobRunner(job_kinds(), lambda: [shop.site]).run_until_idle(shop.site)
    assert files_of(shop.site) == []
    assert await shop.site.read(store.list_due_removals, now, 9) == []


async def test_an_erasure_that_is_rolled_back_removes_nothing(shop: Shop) -> None:
    ines, now = await shop.person("ines"), shop.site.clock.now()
    media = await pdf(shop)

    def fail(tx: object) -> None:
        detach(tx, shop.site, media.id, ines.id, now)  # type: ignore[arg-type]
        raise NotFound("on purpose")

    with pytest.raises(NotFound):
        await shop.site.write(fail)
    await sweep(shop.site, now)
    assert files_of(shop.site) == [path_of(shop.site, media)]


async def test_only_who_uploaded_a_file_takes_it_back_describes_it_or_points_in_it(shop: Shop) -> None:
    ines, lea, now = await shop.person("ines"), await shop.person("lea"), shop.site.clock.now()
    media = await pdf(shop)
    for change in (lambda tx: detach(tx, shop.site, media.id, lea.id, now), lambda tx: set_alt(tx, media.id, lea.id, "x"),
                   lambda tx: set_focus(tx, media.id, lea.id, 0, 0)):  # fmt: skip
        with pytest.raises(NotFound):
            await shop.site.write(change)
    await shop.site.write(set_alt, media.id, ines.id, " Le  rapport\nannuel ")
    await shop.site.write(set_focus, media.id, ines.id, -0.5, 1)
    found = await shop.site.read(store.get_own, media.id, ines.id)
    assert (found.alt, found.focus) == ("Le rapport annuel", (-0.5, 1.0))
    await shop.site.write(detach, shop.site, media.id, ines.id, now)
    assert await shop.site.read(store.find_media, media.id) is None


async def test_what_nobody_publishes_within_a_day_is_removed_by_itself(shop: Shop) -> None:
    ines, now, post = await shop.person("ines"), shop.site.clock.now(), new_id(shop.site.clock.now())
    kept, forgotten = await pdf(shop), await pdf(shop)
    await shop.site.write(attach, shop.site, [kept.id], post, ines.id, now)
    age = timedelta(hours=limits.FORGOTTEN_UPLOAD_HOURS)
    await sweep(shop.site, now + age - timedelta(seconds=1))
    assert len(files_of(shop.site)) == 2
    assert await shop.site.read(list_due_jobs, now + age, 9) == []
    due = await shop.site.read(list_due_jobs, now + age + timedelta(hours=1), 9)
    assert [job.kind for job in due] == ["sweep_media"]
    await sweep(shop.site, now + age)
    assert files_of(shop.site) == [path_of(shop.site, kept)]
    assert await shop.site.read(store.find_media, forgotten.id) is None


async def test_everything_of_an_actor_can_be_erased(shop: Shop) -> None:
    ines, now = await shop.person("ines"), shop.site.clock.now()
    await pdf(shop)
    other = await pdf(shop, "lea")
    assert not await shop.site.write(erase_of_actor, shop.site, ines.id, now)
    await sweep(shop.site, now)
    assert files_of(shop.site) == [path_of(shop.site, other)]


async def test_files_that_cannot_be_removed_are_tried_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise PermissionError

    ines, now = await shop.person("ines"), shop.site.clock.now()
    media = await pdf(shop)
    await shop.site.write(detach, shop.site, media.id, ines.id, now)
    with monkeypatch.context() as patch:
        patch.setattr("fedirse.social.media.actions.remove_folder", refuse)
        await sweep(shop.site, now)
    assert len(files_of(shop.site)) == 1
    await sweep(shop.site, now)
    assert files_of(shop.site) == []
