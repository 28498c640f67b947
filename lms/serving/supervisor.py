"""What `lms serve` does: PostgreSQL, preparation, API and worker; in order up, in order down.

Knows commands as data and nothing of what they do. Must run in the main thread: children are tied
to the thread that made them, and signals arrive there.
"""

from __future__ import annotations

import select
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType

from lms.serving.postgres.cluster import Cluster
from lms.serving.processes.keeping import Command, Keeper, Service
from lms.serving.refusal import Refusal

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_STOP_WITHIN = 10.0
_LOOK_EVERY = 1.0
_ASK_EVERY = 0.05
_FALSE_STARTS = 3


class _Stopped(BaseException):
    """Somebody wants us to stop; raised by the signal handler wherever we are."""


@dataclass(frozen=True)
class Plan:
    """What is to run.

    Attributes:
        preparation: has to end well before anybody is served.
        first: started at once, beside database and preparation, and kept running.
        then: started when `first` answers, and kept running.
        environment: of both.
        ready: whether `first` answers; asked until it says yes.
        announce: called once, then.
        say: how to tell the operator something.
    """

    preparation: Command
    first: Command
    then: Sequence[Command]
    environment: Mapping[str, str]
    ready: Callable[[], bool]
    announce: Callable[[], None]
    say: Callable[[str], None]


class Supervisor:
    """Runs a plan, on a cluster of our own or on none."""

    def __init__(
        self, make_plan: Callable[[Cluster | None], Plan], cluster: Cluster | None
    ) -> None:
        """`make_plan` is called once the data folder is ours: the plan names its address."""
        self._make_plan = make_plan
        self._cluster = cluster
        self._services: list[Service] = []
        self._keepers: list[Keeper] = []

    def run(self) -> None:
        """Serve until told to stop.

        Raises:
            Refusal: it could not start; everything that ran is stopped.
        """
        with self._signals() as wake:
            try:
                if self._cluster is not None:
                    self._cluster.hold()
                plan = self._make_plan(self._cluster)
                first = self._start(plan.first, plan)
                self._prepare(plan)
                first.go()
                self._keep(plan, wake)
            except _Stopped:
                pass
            finally:
                self._stop()

    def _prepare(self, plan: Plan) -> None:
        """Start the database; the preparation loads meanwhile."""
        preparation = Service(plan.preparation, plan.environment)
        self._services.append(preparation)
        preparation.start()
        if self._cluster is not None:
            self._cluster.start()
            self._keepers.append(Keeper(self._cluster, self._cluster.start_again))
        if not preparation.succeed():
            raise Refusal(f"{plan.preparation.name} failed; the reason is above.")
        self._services.remove(preparation)

    def _start(self, command: Command, plan: Plan) -> Service:
        service = Service(command, plan.environment)
        self._services.append(service)
        service.start()
        self._keepers.append(Keeper(service))
        return service

    def _keep(self, plan: Plan, wake: socket.socket) -> None:
        ready = False
        while True:
            for keeper in self._keepers:
                if (news := keeper.look()) is not None:
                    plan.say(news)
            if not ready and (ready := plan.ready()):
                for command in plan.then:
                    self._start(command, plan)
                plan.announce()
            if not ready and any(keeper.ends >= _FALSE_STARTS for keeper in self._keepers):
                raise Refusal("It does not start; the reason is above.")
            due = [wait for k in self._keepers if (wait := k.seconds_until_due()) is not None]
            _pause(wake, min([*due, _LOOK_EVERY if ready else _ASK_EVERY]))

    def _stop(self) -> None:
        """API and worker first, within their ten seconds; then the database."""
        _hear_no_more()
        for service in self._services:
            service.ask_to_stop()
        deadline = time.monotonic() + _STOP_WITHIN
        for service in self._services:
            service.stop_by(deadline)
        if self._cluster is not None:
            self._cluster.stop()

    @contextmanager
    def _signals(self) -> Iterator[socket.socket]:
        """Stop signals raise, a child's end wakes; restored at the end."""
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        theirs.settimeout(0)
        before = {sign: signal.signal(sign, _stop_now) for sign in STOP_SIGNALS}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, _nothing)
        before_wake = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        try:
            yield ours
        finally:
            signal.set_wakeup_fd(before_wake)
            for sign, handler in before.items():
                signal.signal(sign, handler)
            ours.close()
            theirs.close()


def _pause(wake: socket.socket, seconds: float) -> None:
    readable, _, _ = select.select([wake], [], [], seconds)
    if readable:
        with suppress(BlockingIOError):
            wake.recv(4096)


def _stop_now(_number: int, _frame: FrameType | None) -> None:
    _hear_no_more()
    raise _Stopped


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """SIGCHLD needs a handler, or it does not wake us; SIG_IGN would be inherited by children."""


def _hear_no_more() -> None:
    """Stopping is bounded in time; a second Ctrl-C would only leave it half done."""
    for sign in STOP_SIGNALS:
        signal.signal(sign, _nothing)
