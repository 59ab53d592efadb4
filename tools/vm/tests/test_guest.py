# SPDX-License-Identifier: GPL-2.0
"""Boots real guests and looks at what tools/vm/run makes of them.

Owns the boots that every kernel must pass (one class a kernel, made by tests_for) and those that
try the runner alone. Each boot takes 5 to 12 seconds under software emulation.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
import unittest
from pathlib import Path

from kernels import KERNELS
from kernels.cache import Cache

VM = Path(__file__).parents[1]
BUILD = VM.parents[1] / "build" / "vm"
EDU = "edu,addr=05.0,dma_mask=0xffffffff"
SLOT = ("--device", "pcie-root-port,id=port1,bus=pcie.0,chassis=1,slot=1,addr=10.0",
        "--device", "edu,id=one,bus=port1,dma_mask=0xffffffff")
EDU_WRITE = ("--device", EDU, "--file", f"{VM}/tests/edu-write.sh")


def qemus(label: str) -> list[int]:
    """Return the processes that run a guest of this name."""
    wanted = b"\0-name\0" + label.encode() + b"\0"
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if wanted in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            pass  # it has just ended
    return found


class BootTest(unittest.TestCase):
    """What tests that boot have in common."""

    kernel = "6.12"

    def setUp(self) -> None:
        self.label = f"selftest-{os.getpid()}-{self.kernel}-{self._testMethodName.removeprefix('test_')}"
        self.folder = BUILD / self.label
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of a run under this test's name."""
        return [str(VM / "run"), "--kernel", self.kernel, "--name", self.label, *arguments]

    def boot(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run a guest to its end; whatever happens, it must leave no QEMU and no temporary file."""
        done = subprocess.run(self.command(*arguments), capture_output=True, check=False)
        self.assertEqual(qemus(self.label), [])
        left = {path.name for path in self.folder.iterdir()} if self.folder.exists() else set()
        again = {f"console.log.failed-{number}" for number in (1, 2)}  # QEMU's race may strike here too
        self.assertLessEqual(left, {".lock", "console.log", "output.log", "qemu.log", "result.json"} | again)
        return done

    def assert_ended(self, done: subprocess.CompletedProcess[bytes], status: int, outcome: str) -> None:
        """Assert the exit status and the word in result.json; show the runner's words if not."""
        self.assertEqual(done.returncode, status, done.stderr.decode())
        self.assertEqual(json.loads((self.folder / "result.json").read_text())["outcome"], outcome)


class KernelTests(BootTest):
    """The boots that every kernel must pass; tests_for says which kernel."""

    def test_output_comes_through_whole_and_apart_from_the_kernel_log(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "deep").mkdir()
            (Path(folder) / "deep" / "file").write_text("from the tree\n", encoding="ascii")
            script = Path(folder) / "script"
            script.write_text(
                "cat /tree/deep/file; echo to stderr >&2; printf 'cr\\r\\nmid\\rdle\\n'\n"
                "echo not for stdout >/dev/kmsg; cat /dev/stdin; seq 1 60000; printf 'no end of line'\n",
                encoding="ascii")
            done = self.boot(
                "--quiet", "--file", f"{script}:/in/side.sh", "--tree", f"{folder}:/tree", "--", "sh", "/in/side.sh")
        self.assert_ended(done, 0, "exited")
        numbers = "".join(f"{number}\n" for number in range(1, 60001))
        expected = f"from the tree\nto stderr\ncr\nmid\rdle\n{numbers}no end of line".encode()
        self.assertEqual(done.stdout, expected)
        self.assertEqual((self.folder / "output.log").read_bytes(), expected)
        self.assertEqual(done.stderr, b"")
        self.assertIn("not for stdout", (self.folder / "console.log").read_text())

    def test_a_directory_is_fetched_whole_even_if_the_command_fails(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / "out.tar.gz"
            done = self.boot(
                "--quiet", "--fetch", f"/out:{archive}", "--", "sh", "-c",
                "mkdir -p /out/deep; head -c 1000000 /dev/urandom >/out/deep/file; sha256sum </out/deep/file; exit 3")
            with tarfile.open(archive) as packed:
                member = packed.extractfile("./deep/file")
                assert member
                content = member.read()
        self.assert_ended(done, 3, "exited")
        self.assertEqual(done.stdout.split()[0].decode(), hashlib.sha256(content).hexdigest())

    def test_an_announced_dma_fault_is_accepted_and_the_status_comes_through(self) -> None:
        done = self.boot(
            "--iommu", "strict", *EDU_WRITE, "--", "sh", "-c",
            "echo 'vm-announce: dmar-fault addr=0x12345678' >/dev/kmsg; sh /edu-write.sh 0x12345000; "
            "sort -u /sys/kernel/iommu_groups/*/type; exit 7")
        self.assert_ended(done, 7, "exited")
        self.assertEqual(done.stdout, b"DMA\n")
        self.assertIn(b"guest up after", done.stderr)

    def test_an_unannounced_dma_fault_is_trouble(self) -> None:
        done = self.boot("--quiet", "--iommu", "strict", *EDU_WRITE, "--", "sh", "/edu-write.sh", "0x12345000")
        self.assert_ended(done, 125, "kernel-trouble")
        self.assertIn(b"fault addr 0x12345000", done.stderr)
        self.assertIn(b"DMA fault that was not announced", done.stderr)

    def test_the_lazy_iommu_is_lazy(self) -> None:
        done = self.boot(
            "--iommu", "lazy", "--device", EDU, "--", "sh", "-c", "sort -u /sys/kernel/iommu_groups/*/type")
        self.assert_ended(done, 0, "exited")
        self.assertEqual(done.stdout, b"DMA-FQ\n")

    def test_a_device_goes_and_comes_when_the_command_asks_for_it(self) -> None:
        done = self.boot(
            "--control", "--timeout", "60", "--iommu", "strict", *SLOT, "--", "sh", "-c",
            "edu=/sys/bus/pci/devices/0000:01:00.0; cat $edu/device; "
            "echo 0 >/sys/bus/pci/slots/1/power; [ -e $edu ] || echo gone; "  # waits until the slot is at rest
            "echo \"$VM_CONTROL plug edu,id=one,bus=port1\" >/dev/ttyS2; "
            "while [ ! -e $edu ]; do usleep 10000; done; cat $edu/device; "
            "echo \"$VM_CONTROL unplug one\" >/dev/ttyS2; "
            "while [ -e $edu ]; do usleep 10000; done; echo gone; exit 9")
        self.assert_ended(done, 9, "exited")
        self.assertEqual(done.stdout, b"0x11e8\ngone\n0x11e8\ngone\n")

    def test_a_warning_is_trouble_whatever_the_command_says(self) -> None:
        module = self.build_trouble()
        done = self.boot("--file", f"{module}:/trouble.ko", "--", "insmod", "/trouble.ko", "kind=warn")
        self.assert_ended(done, 125, "kernel-trouble")
        self.assertIn(b"trouble was asked for", done.stderr)
        self.assertIn(b"^ kernel warning", done.stderr)

    def test_a_hang_ends_with_the_time(self) -> None:
        done = self.boot("--timeout", "25", "--", "sh", "-c", "echo going to hang; sleep 1000")
        self.assert_ended(done, 124, "timeout")
        self.assertEqual(done.stdout, b"going to hang\n")
        self.assertIn(b"time over after 25 s: the command had not ended", done.stderr)

    def build_trouble(self) -> Path:
        """Build the module that makes trouble, against this kernel's headers and without a warning."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for source in (VM / "tests" / "trouble").iterdir():
            shutil.copy(source, folder.name)
        headers = KERNELS[self.kernel].provide(Cache(), print).headers
        done = subprocess.run(
            ["make", "-s", "-C", headers, f"M={folder.name}", "modules"], text=True, capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotRegex(done.stderr.lower(), "warning")
        return Path(folder.name) / "trouble.ko"


class RunnerTests(BootTest):
    """What does not depend on the kernel."""

    def start(self) -> subprocess.Popen[bytes]:
        """Start a run that would last, and return when its guest is up."""
        process = subprocess.Popen(
            self.command("--", "sleep", "1000"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        assert process.stderr
        self.addCleanup(process.stderr.close)
        while b"guest up" not in (line := process.stderr.readline()):
            self.assertTrue(line, "the guest did not come up")
        self.assertEqual(len(qemus(self.label)), 1)
        return process

    def test_a_screenshot_is_there_when_it_is_answered(self) -> None:
        done = subprocess.run(self.command(
            "--quiet", "--control", "--timeout", "60", "--device", "VGA", "--", "sh", "-c",
            "for name in one.png two.ppm; do echo \"$VM_CONTROL screenshot $name\" >/dev/ttyS2; "
            "read -r answer </dev/ttyS2; echo \"$answer\"; done"), capture_output=True, check=False)
        self.assert_ended(done, 0, "exited")
        self.assertEqual(done.stdout, b"done screenshot one.png\ndone screenshot two.ppm\n")
        self.assertEqual((self.folder / "one.png").read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual((self.folder / "two.ppm").read_bytes()[:2], b"P6")

    def test_a_screenshot_that_cannot_be_taken_is_answered_and_fails_the_run(self) -> None:
        done = self.boot(
            "--quiet", "--control", "--timeout", "60", "--", "sh", "-c",
            "echo \"$VM_CONTROL screenshot none.png\" >/dev/ttyS2; read -r answer </dev/ttyS2; echo \"$answer\"")
        self.assert_ended(done, 126, "not-as-asked")
        self.assertTrue(done.stdout.startswith(b"failed screenshot none.png: "), done.stdout)

    def test_ctrl_c_ends_qemu(self) -> None:
        process = self.start()
        busy = subprocess.run(self.command("--quiet", "--", "true"), text=True, capture_output=True, check=False)
        self.assertEqual(busy.returncode, 2)
        self.assertIn("another run is using", busy.stderr)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(), 128 + signal.SIGINT)
        self.assertEqual(qemus(self.label), [])

    def test_qemu_ends_even_if_the_runner_is_killed(self) -> None:
        process = self.start()
        process.kill()
        process.wait()
        for _ in range(50):
            if not qemus(self.label):
                return
            time.sleep(0.1)
        self.fail("QEMU outlived the runner")

    def test_an_iommu_that_is_not_as_asked_for_is_noticed(self) -> None:
        done = self.boot("--iommu", "lazy", "--append", "iommu.strict=1", "--", "true")
        self.assert_ended(done, 126, "not-as-asked")
        self.assertIn(b"iommu lazy was asked for; IOMMU units: dmar0 domain types: DMA", done.stderr)

    def test_a_device_that_cannot_be_unplugged_fails_the_run(self) -> None:
        done = self.boot("--quiet", "--control", "--", "sh", "-c", "echo \"$VM_CONTROL unplug one\" >/dev/ttyS2")
        self.assert_ended(done, 126, "not-as-asked")
        self.assertIn(b"the guest's request unplug one: Device 'one' not found", done.stderr)

    def test_without_control_no_device_goes(self) -> None:
        done = self.boot(*SLOT, "--", "sh", "-c", "echo \"${VM_CONTROL-none}\"; echo ' unplug one' >/dev/ttyS2")
        self.assert_ended(done, 0, "exited")
        self.assertEqual(done.stdout, b"none\n")

    def test_a_guest_that_goes_off_by_itself_has_no_status(self) -> None:
        done = self.boot("--quiet", "--", "poweroff", "-f")
        self.assert_ended(done, 126, "no-status")

    def test_an_oops_ends_the_guest_at_once(self) -> None:
        done = self.boot("--", "sh", "-c", "echo c >/proc/sysrq-trigger; sleep 1000")
        self.assert_ended(done, 125, "kernel-trouble")
        self.assertIn(b"Kernel panic", done.stderr)

    def test_the_kernels_own_modules_can_be_had(self) -> None:
        done = self.boot("--device", "virtio-gpu-pci", "--module", "virtio-gpu", "--", "ls", "/dev/dri")
        self.assert_ended(done, 0, "exited")
        self.assertIn(b"card0", done.stdout)

    def test_the_clock_of_icount_counts_instructions(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "count"
            subprocess.run(
                ["gcc-12", "-O2", "-static", "-nostdlib", "-fno-stack-protector", "-o", program,
                 VM / "tests" / "count.c"], check=True)
            done = self.boot("--quiet", "--icount", "--file", f"{program}:/count", "--", "sh", "-c",
                             "grep -c ^processor /proc/cpuinfo; exec /count")
        self.assert_ended(done, 0, "exited")
        self.assertEqual(done.stdout, b"1\n")

    def test_bad_arguments_are_told_from_failures(self) -> None:
        for arguments, words in (
            (("--device", "nosuch", "--", "true"), b"nosuch"),
            (("--file", "/no/such/file", "--", "true"), b"no file /no/such/file"),
            (("--module", "nosuch", "--", "true"), b"has no module nosuch"),
            (("--tree", "/tmp", "--", "true"), b"expected DIR:DST"),
            ((), b"no COMMAND"),
        ):
            with self.subTest(arguments):
                done = self.boot(*arguments)
                self.assertEqual(done.returncode, 2)
                self.assertIn(words, done.stderr)


def tests_for(kernel: str) -> type[unittest.TestCase]:
    """Return the boots for one kernel as a TestCase."""
    return type(f"Kernel_{kernel.replace('.', '_')}", (KernelTests,), {"kernel": kernel})
