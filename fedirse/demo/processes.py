"""The demo's processes: one for each owner, started, watched and stopped by their ids."""

import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from http import HTTPStatus
from typing import Final, Self

from fedirse.base.errors import ConfigurationError
from fedirse.demo.cast import Owner
from fedirse.demo.network import Network, environment
from fedirse.demo.reader import read

READY_SECONDS: Final = 30.0
STOP_SECONDS: Final = 15.0
LOOK_AGAIN_SECONDS: Final = 0.05


class Processes:
    """The running processes of a network. Leaving the `with` block stops those that this object started, by their ids, and no others."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as everything:
            # Each is told before the first is waited for, and waited for whatever the others do.
            for key, process in list(self._running.items()):
                process.send_signal(signal.SIGTERM)
                everything.callback(self.stop, key)

    def start(self, owner: Owner) -> None:
        """Start the owner's process; `wait_ready` says when it answers."""
        root, port = self._network.root(owner), self._network.port(owner)
        line = [sys.executable, "-m", "fedirse", "serve", "--root", str(root), "--host", "127.0.0.1", "--port", str(port)]
        with self._network.log(owner).open("ab") as log:
            # A session of its own: Ctrl-C reaches this process alone, which then stops the others in order.
            self._running[owner.key] = subprocess.Popen(  # noqa: S603 - our own program
                line, env=environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def wait_ready(self, owner: Owner) -> None:
        """Wait until every site of the owner answers. Raises ConfigurationError with the end of the log when it does not."""
        deadline = time.monotonic() + READY_SECONDS
        waiting = [site.key for site in owner.sites]
        while waiting:
            ended = self._running[owner.key].poll()
            if ended is not None or time.monotonic() > deadline:
                why = f"ended with {ended}" if ended is not None else f"does not answer after {READY_SECONDS:.0f} s"
                raise ConfigurationError(
                    f"The process of {owner.key} {why}. The end of {self._network.log(owner)}:\n{self._network.last_lines(owner)}"
                )
            waiting = [key for key in waiting if read(self._network.domain(key), "/.well-known/nodeinfo").status != HTTPStatus.OK]
            if waiting:
                time.sleep(LOOK_AGAIN_SECONDS)

    def stop(self, key: str) -> None:
        """End an owner's process as a service manager would, and wait for it."""
        process = self._running.pop(key)
        process.terminate()
        # One that was paused hears nothing until it goes on.
        process.send_signal(signal.SIGCONT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self, key: str) -> None:
        """End an owner's process as a power cut would."""
        process = self._running.pop(key)
        process.kill()
        process.wait()

    def pause(self, key: str) -> None:
        """Freeze an owner's process: connections to it are made, and stay without an answer."""
        self._running[key].send_signal(signal.SIGSTOP)

    def resume(self, key: str) -> None:
        """Let a frozen process go on."""
        self._running[key].send_signal(signal.SIGCONT)

    def take_ended(self) -> list[str]:
        """The owners whose process has ended by itself since the last call."""
        ended = [key for key, process in self._running.items() if process.poll() is not None]
        for key in ended:
            del self._running[key]
        return ended
