"""The demo's processes: one for each owner, started, watched and stopped by their ids."""

import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from datetime import datetime
from http import HTTPStatus
from typing import Final, Self

from fedirse.base.clock import Clock, SystemClock
from fedirse.base.errors import ConfigurationError
from fedirse.demo.cast import Owner
from fedirse.demo.network import Network, environment
from fedirse.demo.reader import read

READY_SECONDS: Final = 30.0
STOP_SECONDS: Final = 15.0
LOOK_AGAIN_SECONDS: Final = 0.05


class Processes:
    """The running processes of a network. Leaving the `with` block stops those that this object started, by their ids, and no others.

    The main thread and that of the page of switches use it at the same time.
    """

    def __init__(self, network: Network, clock: Clock | None = None) -> None:
        self._network = network
        self._clock = clock or SystemClock()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._since: dict[str, datetime] = {}
        self._lock = threading.RLock()
        self._one_switch = threading.Lock()
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._is_closed = True
            running = list(self._running.items())
        with ExitStack() as everything:
            # Each is told before the first is waited for, and waited for whatever the others do.
            for key, process in running:
                process.send_signal(signal.SIGTERM)
                everything.callback(self.stop, key)

    def start(self, owner: Owner) -> None:
        """Start the owner's process; `wait_ready` says when it answers. Raises ConfigurationError when everything is being ended."""
        root, port = self._network.root(owner), self._network.port(owner)
        line = [sys.executable, "-m", "fedirse", "serve", "--root", str(root), "--host", "127.0.0.1", "--port", str(port)]
        with self._lock, self._network.log(owner).open("ab") as log:
            if self._is_closed:
                raise ConfigurationError("The demo is being ended.")
            # A session of its own: Ctrl-C reaches this process alone, which then stops the others in order.
            self._running[owner.key] = subprocess.Popen(  # noqa: S603 - our own program
                line, env=environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
            self._since[owner.key] = self._clock.now()

    def is_running(self, key: str) -> bool:
        """Whether an owner's process is there."""
        with self._lock:
            process = self._running.get(key)
        return process is not None and process.poll() is None

    def since(self, key: str) -> datetime:
        """Since when an owner's process runs, or does not any more; now for one that was never started."""
        with self._lock:
            return self._since.get(key) or self._clock.now()

    def switch_off(self, key: str) -> None:
        """Stop an owner's process, unless it is stopped."""
        with self._one_switch:
            if self.is_running(key):
                self.stop(key)

    def switch_on(self, owner: Owner) -> None:
        """Start an owner's process on its folder and port, unless it runs, and wait until it answers.

        Raises:
            ConfigurationError: it does not answer; then it is stopped again.
        """
        with self._one_switch:
            if self.is_running(owner.key):
                return
            self.start(owner)
            try:
                self.wait_ready(owner)
            except ConfigurationError:
                self.stop(owner.key)
                raise

    def wait_ready(self, owner: Owner) -> None:
        """Wait until every site of the owner answers. Raises ConfigurationError with the end of the log when it does not."""
        process, deadline = self._running[owner.key], time.monotonic() + READY_SECONDS
        waiting = [site.key for site in owner.sites]
        while waiting:
            ended = process.poll()
            if ended is not None or time.monotonic() > deadline:
                why = f"ended with {ended}" if ended is not None else f"does not answer after {READY_SECONDS:.0f} s"
                raise ConfigurationError(
                    f"The process of {owner.key} {why}. The end of {self._network.log(owner)}:\n{self._network.last_lines(owner)}"
                )
            waiting = [key for key in waiting if read(self._network.domain(key), "/.well-known/nodeinfo").status != HTTPStatus.OK]
            if waiting:
                time.sleep(LOOK_AGAIN_SECONDS)

    def stop(self, key: str) -> None:
        """End an owner's process as a service manager would, and wait for it; one that has ended by itself is left alone."""
        process = self._take(key)
        if process is None:
            return
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
        process = self._take(key)
        if process is not None:
            process.kill()
            process.wait()

    def pause(self, key: str) -> None:
        """Freeze an owner's process: connections to it are made, and stay without an answer."""
        self._running[key].send_signal(signal.SIGSTOP)

    def resume(self, key: str) -> None:
        """Let a frozen process go on."""
        self._running[key].send_signal(signal.SIGCONT)

    def take_ended(self) -> list[str]:
        """The owners whose process has ended by itself since the last call. One that was stopped is not among them."""
        with self._lock:
            ended = [key for key, process in self._running.items() if process.poll() is not None]
            for key in ended:
                self._take(key)
        return ended

    def _take(self, key: str) -> subprocess.Popen[bytes] | None:
        """What runs for an owner, which from now on counts as not running."""
        with self._lock:
            self._since[key] = self._clock.now()
            return self._running.pop(key, None)
