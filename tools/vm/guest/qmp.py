# SPDX-License-Identifier: GPL-2.0
"""A conversation with QEMU's monitor, in QMP: commands out, what became of them in.

Owns one end of a socket pair whose other end QEMU inherits, and the commands that have no answer
yet. It never waits: Session's loop hands it each line that arrives. It knows no command by name.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

OnFailure = Callable[[str], None]
OnEnd = Callable[[str], None]  # what was wrong; nothing if QEMU has done it


class Monitor:
    """Sends commands in the order that they are given in, as soon as QEMU listens."""

    def __init__(self, end: socket.socket, on_failure: OnFailure) -> None:
        self._end = end
        self._on_failure = on_failure
        self._listens = False
        self._kept: list[dict[str, Any]] = []
        self._unanswered: dict[int, tuple[str, OnEnd | None]] = {}
        self._number = 0

    def execute(self, what: str, command: str, arguments: dict[str, str], on_end: OnEnd | None = None) -> None:
        """Send a command; `what` names it in the failure that is reported if QEMU refuses it.

        `on_end` is called when QEMU has answered, but not if it ends without an answer.
        """
        self._number += 1
        self._unanswered[self._number] = (what, on_end)
        order = {"execute": command, "arguments": arguments, "id": self._number}
        if self._listens:
            self._send(order)
        else:
            self._kept.append(order)

    def take(self, line: bytes) -> None:
        """Take in one line from QEMU: its greeting, an answer, or an event, which is not for us."""
        try:
            message = json.loads(line)
        except ValueError:
            return  # QEMU was ended in the middle of a line
        if "QMP" in message:
            self._send({"execute": "qmp_capabilities"})
            self._listens = True
            for order in self._kept:
                self._send(order)
            self._kept.clear()
        elif "error" in message:
            what, on_end = self._unanswered.pop(message.get("id"), ("qmp_capabilities", None))
            self._on_failure(f"{what}: {message['error']['desc']}")
            if on_end:
                on_end(message["error"]["desc"])
        elif "return" in message:
            _, on_end = self._unanswered.pop(message.get("id"), ("", None))
            if on_end:
                on_end("")

    def finish(self) -> None:
        """Report what QEMU never answered, when it is gone."""
        for what, _ in self._unanswered.values():
            self._on_failure(f"{what}: QEMU ended without an answer")
        self._unanswered.clear()

    def _send(self, order: dict[str, Any]) -> None:
        try:
            self._end.sendall(json.dumps(order).encode() + b"\n")
        except OSError:
            pass  # QEMU is ending; what has no answer is reported by finish()
