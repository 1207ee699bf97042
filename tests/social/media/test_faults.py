"""Full disks, and programs that are killed: the site goes on, and nothing by half remains."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from fedirse.base import limits
from fedirse.base.errors import InvalidInput, RateLimited, StorageFull
from fedirse.social.media import encoder
from fedirse.social.media.actions import sweep
from fedirse.social.media.pictures import actions as pictures
from tests.fixtures_folder import ROOT, in_ci
from tests.social.media.pictures import files_of, photo, saved, upload
from tests.visitors import DOMAIN, Shop

PROGRAM = Path(__file__).parent / "programs" / "fill_media.py"


def with_little_room(folder: Path, *program: str) -> subprocess.CompletedProcess[str]:
    """Run a program for a site whose media folder is a small file system of its own."""
    script = 'mount -t tmpfs -o size=4m tmpfs "$1/media" && exec "$2" "$3" "$1"'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", str(folder)]
    if shutil.which("unshare") is None or subprocess.run([*command, "true", ""], check=False, capture_output=True).returncode:
        if in_ci():
            pytest.fail("a small file system of its own needs unprivileged user namespaces")
        pytest.skip("a small file system of its own needs unprivileged user namespaces")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([*command, *program], env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.reliability("REL-015")
async def test_a_full_disk_refuses_uploads_and_keeps_no_part_of_them(made_site: Path, tmp_path: Path) -> None:
    shutil.copytree(made_site, tmp_path, dirs_exist_ok=True)
    folder = tmp_path / DOMAIN / "sites" / DOMAIN
    done = await asyncio.to_thread(with_little_room, folder, sys.executable, str(PROGRAM))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "too large": "StorageFull",
        "left": [],
        "no room for the result": "StorageFull",
        "left of it": ["filler"],
        "with room again": "image/webp",
        "kept": ["full.webp", "small.webp"],
    }


@pytest.mark.reliability("REL-017")
async def test_a_picture_that_needs_too_much_memory_costs_only_itself(shop: Shop) -> None:
    ines = await shop.person("ines")
    whole = saved(Image.new("RGB", (6000, 5500)), "WEBP", method=0)
    with pytest.raises(InvalidInput, match="too much time or memory"):
        await upload(shop.site, ines.id, whole, "grand.webp")
    assert files_of(shop.site) == []
    assert (await upload(shop.site, ines.id, photo())).width == 60


@pytest.mark.reliability("REL-017")
@pytest.mark.parametrize(
    ("limit", "value", "first"),
    [
        ("ENCODER_MEMORY_BYTES", 128 << 20, "bytearray(256 << 20)"),
        ("ENCODER_CPU_SECONDS", 1, "while True: pass"),
        ("ENCODER_SECONDS", 0.2, "time.sleep(3600)"),
    ],
)
async def test_the_limits_of_memory_and_time_are_those_of_the_table(
    limit: str, value: float, first: str, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ines = await shop.person("ines")
    # What each of them ends would not end by itself, nor by another limit, however fast or slow the machine is.
    monkeypatch.setattr(limits, "ENCODER_SECONDS", 3600.0)
    monkeypatch.setattr(pictures, "_PROGRAM", encoder_that_begins_with(first, tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(limits, limit, value)
        with pytest.raises(InvalidInput, match="too much time or memory"):
            await upload(shop.site, ines.id, photo())
    assert files_of(shop.site) == []
    encoder_that_begins_with("pass", tmp_path)
    assert (await upload(shop.site, ines.id, photo())).width == 60


def encoder_that_begins_with(first: str, folder: Path) -> Path:
    """The encoder, limited as ever, which does something before it reads the picture."""
    program = folder / "encoder_too.py"
    program.write_text(
        f"""
import json, sys, time
from dataclasses import asdict
sys.path.insert(0, {str(Path(encoder.__file__).parent)!r})
import encoder

encode = encoder.encode

def first(*given):
    {first}
    return encode(*given)

encoder.encode = first
print(json.dumps(asdict(encoder.main(encoder.Order(**json.loads(sys.argv[1]))))))
""",
        encoding="utf-8",
    )
    return program


@pytest.mark.reliability("REL-017")
async def test_a_program_that_is_killed_is_an_answer(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = tmp_path / "killed.py"
    killed.write_text(f"import os\nos.kill(os.getpid(), {signal.SIGKILL.value})\n", encoding="utf-8")
    monkeypatch.setattr(pictures, "_PROGRAM", killed)
    ines = await shop.person("ines")
    with pytest.raises(InvalidInput, match="too much time or memory"):
        await upload(shop.site, ines.id, photo())
    assert files_of(shop.site) == []


async def test_a_program_that_answers_too_much_is_not_listened_to(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    talking = tmp_path / "talking.py"
    talking.write_text("print('{' + ' ' * 99999 + '}')\n", encoding="utf-8")
    monkeypatch.setattr(pictures, "_PROGRAM", talking)
    with pytest.raises(InvalidInput):
        await upload(shop.site, (await shop.person("ines")).id, photo())


async def test_the_program_gets_nothing_of_the_environment(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    curious = tmp_path / "curious.py"
    curious.write_text(
        "import json, os\nprint(json.dumps({'error': 'damaged', 'detail': ' '.join(sorted(os.environ))}))\n", encoding="utf-8"
    )
    monkeypatch.setattr(pictures, "_PROGRAM", curious)
    monkeypatch.setenv("FEDIRSE_TEST_SECRET", "geheim")
    seen: list[encoder.Outcome] = []

    def refusal(outcome: encoder.Outcome) -> InvalidInput:
        seen.append(outcome)
        return InvalidInput("no")

    monkeypatch.setattr(pictures, "_refusal", refusal)
    with pytest.raises(InvalidInput):
        await upload(shop.site, (await shop.person("ines")).id, photo())
    assert set(seen[0].detail.split()) <= {"LANG", "LC_CTYPE", "MALLOC_ARENA_MAX"}


async def test_when_every_place_is_taken_one_waits_and_then_is_asked_to_come_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ENCODER_WAIT_SECONDS", 0.05)
    ines = await shop.person("ines")
    for _ in range(limits.ENCODERS_AT_ONCE):
        assert not shop.site.encoders.locked()
        await shop.site.encoders.acquire()
    with pytest.raises(RateLimited):
        await upload(shop.site, ines.id, photo())
    shop.site.encoders.release()
    assert (await upload(shop.site, ines.id, photo())).width == 60
    assert files_of(shop.site) != []


async def test_when_the_row_cannot_be_written_the_files_are_swept(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise StorageFull

    monkeypatch.setattr("fedirse.social.media.allowance.actions.add_media", full)
    with pytest.raises(StorageFull):
        await upload(shop.site, (await shop.person("ines")).id, photo())
    now = shop.site.clock.now()
    await sweep(shop.site, now + timedelta(minutes=59))
    assert len(files_of(shop.site)) == 2
    await sweep(shop.site, now + timedelta(minutes=61))
    assert files_of(shop.site) == []


async def test_what_a_broken_upload_left_is_swept_and_what_arrives_is_not(shop: Shop) -> None:
    now = shop.site.clock.now()
    folder = shop.site.folder / "media" / ".incoming"
    for name, age in (("old", 61), ("new", 59)):
        (folder / name).mkdir(parents=True)
        (folder / name / "upload").write_bytes(b"x")
        then = (now - timedelta(minutes=age)).timestamp()
        os.utime(folder / name, (then, then))
    await sweep(shop.site, now)
    assert [path.name for path in folder.iterdir()] == ["new"]
