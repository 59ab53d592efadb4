# SPDX-License-Identifier: GPL-2.0
"""What a program in the guest asks of the host: to plug a device in or out, or for a picture of its screen.

Owns the words of a request, and what each means to QEMU. A request is a line on the status channel
(/dev/ttyS2 in the guest) that begins with this run's control word; all other lines are somebody
else's. Of a device the guest sees in sysfs what comes of it; for a picture there is an answer on the same
channel, since nothing in the guest tells when it was taken. What QEMU refuses is a failure of the run.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from .qmp import Monitor, OnFailure

PICTURE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.(png|ppm)")


class Requests:
    """Takes in what arrives on the status channel, and passes requests on to QEMU.

    Pictures go into `folder`; `answer` sends a line to the guest.
    """

    def __init__(
            self, word: str, monitor: Monitor, on_failure: OnFailure, folder: Path,
            answer: Callable[[str], None]) -> None:
        self._word = word
        self._monitor = monitor
        self._on_failure = on_failure
        self._folder = folder
        self._answer = answer

    def take(self, line: bytes) -> None:
        """Take in one line."""
        word, _, request = line.decode(errors="replace").strip().partition(" ")
        if word != self._word:
            return
        verb, _, argument = request.partition(" ")
        if verb == "plug" and argument:
            self._monitor.execute(request, "device_add", properties(argument))
        elif verb == "unplug" and argument:
            self._monitor.execute(request, "device_del", {"id": argument})
        elif verb == "screenshot" and (picture := PICTURE.fullmatch(argument)):
            path = str((self._folder / argument).absolute())
            self._monitor.execute(
                request, "screendump", {"filename": path, "format": picture[1]},
                lambda trouble: self._answer(f"failed {request}: {trouble}" if trouble else f"done {request}"))
        else:
            self._on_failure(f"'{request}' is neither 'plug SPEC' nor 'unplug ID' nor 'screenshot NAME.png'")
            if verb == "screenshot":
                self._answer(f"failed {request}: a name ends in .png or .ppm, and has no folder")


def properties(spec: str) -> dict[str, str]:
    """Turn a device in QEMU's words, as --device has it, into the arguments of device_add.

    A doubled comma stands for one in a value, as on QEMU's command line.
    """
    driver, *rest = (part.replace(",,", ",") for part in re.split(r"(?<!,),(?!,)", spec))
    found = {"driver": driver}
    for part in rest:
        name, equals, value = part.partition("=")
        found[name] = value if equals else "on"
    return found
