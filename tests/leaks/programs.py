"""The exits of the API: whoever asks there without a key, and a program whose key acts in the name of somebody here."""

import json
from collections.abc import Callable
from unittest.mock import patch

from fedirse.features.announcements.api.document.model import OPERATIONS, ROOT, Operation
from fedirse.features.announcements.api.keys.actions import make_key, new_key_secret
from fedirse.features.announcements.api.keys.model import May, Wanted
from fedirse.social.accounts.store import get_account
from fedirse.social.follows.channels.model import Runner
from fedirse.storage.transaction import Transaction
from tests.leaks.scene import Scene, Viewer, call
from tests.leaks.world import HERE, Item

_BODY = {"title": "Autre", "text": "Autre", "audience": {"kind": "network"}, "of_version": 1}


async def reading(scene: Scene) -> None:
    """Announcements, one of them, and where it stands: by the id of any post."""
    await _ask(scene, [one for one in OPERATIONS if one.method == "GET"])


async def doing(scene: Scene) -> None:
    """What is done about any post: without a key nothing, and with one nothing about what its account cannot read."""
    await _ask(scene, [one for one in OPERATIONS if one.method != "GET"])


async def _ask(scene: Scene, operations: list[Operation]) -> None:
    for operation in operations:
        for viewer, item in scene.pick(scene.viewers, scene.items, 3):
            await scene.about(viewer, item, _path_of(operation), method=operation.method, body=_body(operation))
    await _ask_with_key(scene, operations)


async def _ask_with_key(scene: Scene, operations: list[Operation]) -> None:
    """As a program of marc's, who may open every page there is."""
    secret, now = new_key_secret(), scene.site.clock.now()

    def give(tx: Transaction) -> None:
        make_key(tx, Wanted("Intranet", May.ANNOUNCE), secret, now, by=Runner(get_account(tx, "marc").id, "marc"))

    await scene.site.write(give)
    headers = {"host": HERE, "authorization": f"Bearer {secret}", "content-type": "application/json"}
    for operation in operations:
        for item in scene.chance.sample(scene.items, 2):
            # The site of a world is no head office; it is taken for one here, or no wall but that would be tested.
            with patch("fedirse.features.announcements.api.gate.pages.check_is_head_office", lambda _: None):
                answer = await call(scene.app, operation.method, _path_of(operation)(item), headers, _body(operation))
            scene.judge(Viewer("marc", "session"), answer, besides=() if scene.may_see(Viewer("marc"), item.word) else (item,))


def _path_of(operation: Operation) -> Callable[[Item], str]:
    return lambda item: f"{ROOT}{operation.path.replace('{id}', item.id)}"


def _body(operation: Operation) -> bytes:
    wanted = operation.takes.__struct_fields__ if operation.takes is not None else ()
    return json.dumps({name: value for name, value in _BODY.items() if name in wanted}).encode() if wanted else b""
