# SPDX-License-Identifier: GPL-2.0
"""Requests of a guest for devices and pictures, with a QEMU that is played at the other end of the socket."""

from __future__ import annotations

import json
import socket
import unittest
from pathlib import Path
from typing import Any

from guest.hotplug import Requests, properties
from guest.qmp import Monitor

GREETING = b'{"QMP": {"version": {}, "capabilities": ["oob"]}}\r\n'


class HotplugTest(unittest.TestCase):
    """Requests and Monitor together, as Session has them."""

    def setUp(self) -> None:
        ours, self.qemu = socket.socketpair()
        self.addCleanup(ours.close)
        self.addCleanup(self.qemu.close)
        self.failures: list[str] = []
        self.monitor = Monitor(ours, self.failures.append)
        self.answers: list[str] = []
        self.requests = Requests(
            "secret", self.monitor, self.failures.append, Path("/run-folder"), self.answers.append)

    def heard(self) -> list[dict[str, Any]]:
        """Return what QEMU has been sent by now."""
        self.qemu.setblocking(False)
        try:
            return [json.loads(line) for line in self.qemu.recv(65536).splitlines()]
        except BlockingIOError:
            return []

    def test_a_request_waits_until_qemu_listens(self) -> None:
        self.requests.take(b"secret unplug one\r\n")
        self.assertEqual(self.heard(), [])
        self.monitor.take(GREETING)
        self.requests.take(b"secret plug edu,id=one,bus=port1\n")
        self.assertEqual(self.heard(), [
            {"execute": "qmp_capabilities"},
            {"execute": "device_del", "arguments": {"id": "one"}, "id": 1},
            {"execute": "device_add", "arguments": {"driver": "edu", "id": "one", "bus": "port1"}, "id": 2}])

    def test_what_qemu_accepts_is_no_failure(self) -> None:
        self.requests.take(b"secret unplug one\n")
        for line in (GREETING, b'{"return": {}}\n', b'{"return": {}, "id": 1}\n',
                     b'{"event": "DEVICE_DELETED", "data": {"device": "one"}}\n'):
            self.monitor.take(line)
        self.monitor.finish()
        self.assertEqual(self.failures, [])

    def test_what_qemu_refuses_is_a_failure_with_its_words(self) -> None:
        self.monitor.take(GREETING)
        self.requests.take(b"secret unplug one\n")
        self.requests.take(b"secret unplug two\n")
        self.monitor.take(b'{"id": 2, "error": {"class": "DeviceNotFound", "desc": "Device \'two\' not found"}}\n')
        self.monitor.take(b'{"id": 1, "return": {}}\n')
        self.assertEqual(self.failures, ["unplug two: Device 'two' not found"])

    def test_a_request_that_has_no_answer_at_the_end_is_a_failure(self) -> None:
        self.monitor.take(GREETING)
        self.requests.take(b"secret unplug one\n")
        self.monitor.take(b'{"return": {}, "i')  # cut off
        self.monitor.finish()
        self.assertEqual(self.failures, ["unplug one: QEMU ended without an answer"])

    def test_a_request_after_qemus_end_is_a_failure(self) -> None:
        self.monitor.take(GREETING)
        self.qemu.close()
        self.requests.take(b"secret unplug one\n")
        self.monitor.finish()
        self.assertEqual(self.failures, ["unplug one: QEMU ended without an answer"])

    def test_a_picture_goes_into_the_runs_folder_and_is_answered_when_it_is_taken(self) -> None:
        self.monitor.take(GREETING)
        self.requests.take(b"secret screenshot first.png\n")
        self.requests.take(b"secret screenshot second-2.ppm\n")
        self.assertEqual(self.heard()[1:], [
            {"execute": "screendump", "arguments": {"filename": "/run-folder/first.png", "format": "png"}, "id": 1},
            {"execute": "screendump", "arguments": {"filename": "/run-folder/second-2.ppm", "format": "ppm"}, "id": 2}])
        self.assertEqual(self.answers, [])
        self.monitor.take(b'{"return": {}, "id": 1}\n')
        self.assertEqual((self.answers, self.failures), (["done screenshot first.png"], []))
        self.monitor.take(b'{"id": 2, "error": {"class": "GenericError", "desc": "no console"}}\n')
        self.assertEqual(self.answers[1:], ["failed screenshot second-2.ppm: no console"])
        self.assertEqual(self.failures, ["screenshot second-2.ppm: no console"])

    def test_a_picture_has_a_plain_name(self) -> None:
        self.monitor.take(GREETING)
        self.heard()
        names = ("", "../up.png", "/etc/passwd.png", "a/b.png", ".png", ".hidden.png", "console.log", "a.png x", "a.gif",
                 "a.PNG", "a.png.", "a\\b.png")
        for name in names:
            self.requests.take(f"secret screenshot {name}\n".encode())
        self.assertEqual(self.heard(), [])
        self.assertEqual((len(self.failures), len(self.answers)), (len(names), len(names)))
        self.assertTrue(all(answer.startswith("failed screenshot") for answer in self.answers))

    def test_only_lines_with_the_control_word_are_requests(self) -> None:
        self.monitor.take(GREETING)
        self.heard()
        for line in (b"unplug one\n", b"guess unplug one\n", b"secretunplug one\n", b"\xff\xfe\n", b"\n"):
            self.requests.take(line)
        self.assertEqual((self.heard(), self.failures), ([], []))

    def test_a_request_that_is_none_is_a_failure(self) -> None:
        self.monitor.take(GREETING)
        self.heard()
        for line in (b"secret\n", b"secret quit\n", b"secret plug\n", b"secret unplug\n"):
            self.requests.take(line)
        self.assertEqual(self.heard(), [])
        self.assertEqual(len(self.failures), 4)
        self.assertEqual(self.failures[1], "'quit' is neither 'plug SPEC' nor 'unplug ID' nor 'screenshot NAME.png'")


class PropertiesTest(unittest.TestCase):
    """properties()."""

    def test_a_device_in_qemus_words(self) -> None:
        self.assertEqual(properties("edu"), {"driver": "edu"})
        self.assertEqual(
            properties("edu,dma_mask=0xffffffff,id=a,,b,multifunction"),
            {"driver": "edu", "dma_mask": "0xffffffff", "id": "a,b", "multifunction": "on"})
