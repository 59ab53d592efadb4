# SPDX-License-Identifier: GPL-2.0
"""Run QEMU, pass on what the guest says, and never leave a QEMU behind.

Owns the QEMU process, from its start until it is gone, and what it writes to: a pipe for the
command's output, one for the reports of the guest's init, and the monitor's socket. It never reads
the kernel log.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from . import qemu
from .hotplug import Requests
from .plan import GuestError, Plan
from .qmp import Monitor


@dataclass
class Ending:
    """How a boot ended."""

    up: bool = False  # init was ready to run the command
    status: int | None = None  # of the command, if it got so far
    setup_failure: str = ""  # what init found wrong before it ran the command
    refused: list[str] = field(default_factory=list)  # requests of the guest that came to nothing, and why
    timed_out: bool = False
    seconds: float = 0.0
    qemu_status: int = 0


class Reports:
    """Takes in what arrives on the status channel. Only lines with this run's nonce count."""

    def __init__(self, nonce: str, ending: Ending, on_up: Callable[[], None]) -> None:
        self._nonce = nonce
        self._ending = ending
        self._on_up = on_up

    def take(self, line: bytes) -> None:
        """Take in one line."""
        nonce, _, report = line.decode(errors="replace").strip().partition(" ")
        if nonce != self._nonce:
            return
        word, _, rest = report.partition(" ")
        if word == "up":
            self._ending.up = True
            self._on_up()
        elif word == "failed":
            self._ending.setup_failure = rest
        elif word == "status":
            self._ending.status = int(rest)


class Output:
    """Passes the command's output on, a line at a time, and keeps a copy."""

    def __init__(self, *sinks: BinaryIO) -> None:
        self._sinks = sinks

    def take(self, line: bytes) -> None:
        """Pass one line on. A carriage return before its end is the terminal's, not the command's."""
        if line.endswith(b"\r\n"):
            line = line[:-2] + b"\n"
        for sink in self._sinks:
            sink.write(line)
            sink.flush()


class _Lines:
    """Cuts what a descriptor delivers into lines; the last may lack its end."""

    def __init__(self, descriptor: int, *takers: Callable[[bytes], None]) -> None:
        self.descriptor = descriptor
        self._takers = takers
        self._rest = b""

    def pump(self) -> bool:
        """Read once; return False at the end of input."""
        try:
            data = os.read(self.descriptor, 65536)
        except ConnectionResetError:
            data = b""  # QEMU is gone, and has not read all that it was sent
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._pass(line + b"\n")
        return bool(data)

    def finish(self) -> None:
        """Hand over a last line without an end."""
        if self._rest:
            self._pass(self._rest)

    def _pass(self, line: bytes) -> None:
        for take in self._takers:
            take(line)


def run(
        plan: Plan, folder: Path, initramfs: Path, console: Path, stdout: BinaryIO,
        on_up: Callable[[float], None]) -> Ending:
    """Boot the guest, wait until it is off or its time is over, and say how it ended.

    QEMU's own messages go to `folder`/qemu.log, a copy of the command's output to output.log.
    Whatever ends this function, an exception or a signal's included, QEMU is gone when it returns.
    """
    start = time.monotonic()
    ending = Ending()
    reports = Reports(plan.nonce, ending, lambda: on_up(time.monotonic() - start))
    with ExitStack() as stack:
        copy = stack.enter_context((folder / "output.log").open("wb"))
        log = stack.enter_context((folder / "qemu.log").open("wb"))
        console_end = stack.enter_context(console.open("wb"))
        monitor_source = None
        if plan.control:
            control_end, status_source = _socket(stack)
            monitor_end, monitor_source = _socket(stack)
            monitor = Monitor(monitor_end, ending.refused.append)
            stack.callback(monitor.finish)
            requests = Requests(
                plan.control, monitor, ending.refused.append, folder, lambda line: _send(control_end, line))
            sources = [
                _Lines(control_end.fileno(), reports.take, requests.take), _Lines(monitor_end.fileno(), monitor.take)]
        else:
            status_end, status_source = _pipe(stack)
            sources = [_Lines(status_end, reports.take)]
        output_source = None
        if not plan.shell:
            output_end, output_source = _pipe(stack)
            sources.append(_Lines(output_end, Output(stdout, copy).take))
        fetched = stack.enter_context(plan.fetch.target.open("wb")).fileno() if plan.fetch else None
        line = qemu.command(plan, initramfs, console_end.fileno(), output_source, status_source, fetched, monitor_source)
        pipes = [fd for fd in (output_source, status_source, monitor_source) if fd is not None]
        inherited = [fd for fd in (console_end.fileno(), fetched, *pipes) if fd is not None]
        if plan.shell and sys.stdin.isatty():
            # QEMU makes the terminal raw, and may not get to undoing it.
            stack.callback(termios.tcsetattr, sys.stdin, termios.TCSANOW, termios.tcgetattr(sys.stdin))
        try:
            process = subprocess.Popen(
                # The kernel ends QEMU with us, however we end.
                ["setpriv", "--pdeathsig", "KILL", *line],
                stdin=None if plan.shell else subprocess.DEVNULL, stdout=None if plan.shell else log, stderr=log,
                pass_fds=inherited, process_group=-1 if plan.shell else 0)
        except FileNotFoundError as error:
            raise GuestError(f"{error.filename} is missing") from error
        finally:
            # These ends are QEMU's alone: when it is gone, ours end.
            for descriptor in pipes:
                os.close(descriptor)
        stack.callback(_end, process, grace=0)
        ending.timed_out = not _pass_on(sources, None if plan.timeout is None else start + plan.timeout)
        _end(process, grace=0 if ending.timed_out else 10)
        ending.qemu_status = process.returncode
    ending.seconds = time.monotonic() - start
    return ending


def _pipe(stack: ExitStack) -> tuple[int, int]:
    """Return a pipe's two ends; `stack` closes the first, the second is QEMU's."""
    reading, writing = os.pipe()
    stack.callback(os.close, reading)
    return reading, writing


def _socket(stack: ExitStack) -> tuple[socket.socket, int]:
    """Return a socket pair's two ends; `stack` closes the first, the second is QEMU's."""
    ours, theirs = socket.socketpair()
    stack.callback(ours.close)
    return ours, theirs.detach()


def _send(end: socket.socket, line: str) -> None:
    """Send a line to the guest; to nobody, if QEMU is ending."""
    try:
        end.sendall(line.encode() + b"\n")
    except OSError:
        pass


def _pass_on(sources: list[_Lines], deadline: float | None) -> bool:
    """Pump all sources until they end; return False if the deadline comes first."""
    with selectors.DefaultSelector() as selector:
        for source in sources:
            selector.register(source.descriptor, selectors.EVENT_READ, source)
        try:
            while selector.get_map():
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    return False
                for key, _ in selector.select(left):
                    if not key.data.pump():
                        selector.unregister(key.fd)
            return True
        finally:
            for source in sources:
                source.finish()


def _end(process: subprocess.Popen[bytes], grace: float) -> None:
    """Give QEMU `grace` seconds to be gone, then end it."""
    try:
        process.wait(timeout=grace)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
