# SPDX-License-Identifier: GPL-2.0
"""The QEMU command line of a guest.

Owns which machine QEMU emulates, and what the kernel command line says about it. The facts behind
it were tried out on QEMU 7.2. It never starts anything.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from .plan import Iommu, Plan

BINARIES = {"amd64": "qemu-system-x86_64", "arm64": "qemu-system-aarch64"}
GDB_PORT = 1234


def has_kvm() -> bool:
    """Say whether KVM works here. /dev/kvm alone proves nothing."""
    flags = re.search(r"^flags\s*:(.*)$", Path("/proc/cpuinfo").read_text(encoding="ascii"), re.MULTILINE)
    virtual = flags and {"vmx", "svm"} & set(flags.group(1).split())
    return bool(virtual) and os.access("/dev/kvm", os.R_OK | os.W_OK)


def accelerator(plan: Plan) -> str:
    """Name what executes the guest's instructions."""
    return "tcg" if plan.icount or _is_foreign(plan) or not has_kvm() else "kvm"


def _is_foreign(plan: Plan) -> bool:
    return plan.kernel.arch != "amd64"


def kernel_arguments(plan: Plan) -> str:
    """Return the kernel command line; what the user appends comes last and so wins."""
    arguments = [
        f"console={'ttyAMA0' if _is_foreign(plan) else 'ttyS0'}",
        # No one in the guest can hide a message from the log, nor is /dev/kmsg rationed.
        "ignore_loglevel", "printk.devkmsg=on",
        # An oops ends the guest at once, and a panic ends QEMU (-no-reboot).
        "oops=panic", "panic=-1",
        # An emulated CPU on a busy host may be stopped for long; a real hang still shows. While the kernel
        # boots, before anything of ours runs, its clock may leap when it changes the source of its time.
        "rcupdate.rcu_cpu_stall_timeout=60", "rcupdate.rcu_cpu_stall_suppress_at_boot=1", "watchdog_thresh=30",
        # For the same reason: the boot counts timer ticks in a delay loop, and panics if it sees none.
        "no_timer_check",
    ]
    if plan.iommu is not Iommu.OFF:
        arguments += [*([] if _is_foreign(plan) else ["intel_iommu=on"]), f"iommu.strict={int(plan.iommu is Iommu.STRICT)}"]
    if plan.gdb:
        arguments.append("nokaslr")
    return " ".join([*arguments, *plan.append])


def _processor(plan: Plan) -> list[str]:
    if plan.icount:
        # ktime_get_ns() then counts instructions; "rep stosb" would count each byte as one.
        return ["-accel", "tcg,thread=single", "-cpu", "max,-erms", "-smp", "1", "-icount", "shift=0,sleep=off"]
    if accelerator(plan) == "kvm":
        return ["-accel", "kvm", "-cpu", "host", "-smp", str(plan.cpus)]
    thread = "single" if plan.one_thread else "multi"
    # The architecture's own way of signing pointers takes longer to emulate than all else.
    cpu = "max,pauth-impdef=on" if _is_foreign(plan) else "max"
    return ["-accel", f"tcg,thread={thread}", "-cpu", cpu, "-smp", str(plan.cpus)]


def _iommu(plan: Plan) -> list[str]:
    if _is_foreign(plan):
        return ["-machine", f"virt,gic-version=3{'' if plan.iommu is Iommu.OFF else ',iommu=smmuv3'}"]
    if plan.iommu is Iommu.OFF:
        return ["-machine", "q35"]
    # Caching mode makes Linux strict whatever else it is told: it must be off for lazy.
    caching = ",caching-mode=on" if plan.iommu is Iommu.STRICT else ""
    return ["-machine", "q35,kernel-irqchip=split", "-device", f"intel-iommu,intremap=on{caching}"]


def _channel(name: str, number: int, descriptor: int) -> list[str]:
    """A character device that writes to an inherited descriptor: no path, nothing to clean up.

    QEMU truncates what it does not append to, and refuses a pipe then.
    """
    return ["-add-fd", f"fd={descriptor},set={number}", "-chardev", f"file,id={name},path=/dev/fdset/{number},append=on"]


def _serial_ports(plan: Plan, names: list[str]) -> list[str]:
    """The serial ports behind which the character devices are, the console's first."""
    if not _is_foreign(plan):
        return [word for name in names for word in ("-serial", f"chardev:{name}")]
    # A machine with one port; the others are on a card, whose first has no use: so they have the same names.
    # In a slot whose interrupt line no device under test has, which is that of slots 0, 4, 8 and so on: an edu that works
    # on when its driver goes, or its power, raises its line, and who answers that for the card does nothing else.
    card = ["unused", *names[1:], *[f"unused{number}" for number in range(4 - len(names))]]
    line = ["-serial", f"chardev:{names[0]}"]
    for name in card:
        line += ["-chardev", f"null,id={name}"] if name.startswith("unused") else []
    ports = ",".join(f"chardev{number}={name}" for number, name in enumerate(card, 1))
    return [*line, "-device", f"pci-serial-4x,addr=1c.0,{ports}"]


def _hotplug(plan: Plan, monitor: int) -> list[str]:
    """A monitor on an inherited socket, and slots that the guest's kernel itself drives, as real ones.

    With ACPI in between, the kernel would not hear of a device that goes without being asked.
    """
    line = ["-chardev", f"socket,id=monitor,fd={monitor}", "-mon", "chardev=monitor,mode=control"]
    return line if _is_foreign(plan) else [*line, "-global", "ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off"]


def command(
        plan: Plan, initramfs: Path, console: int, output: int | None, status: int, fetched: int | None,
        monitor: int | None) -> list[str]:
    """Return the command that boots the guest.

    `console`, `output`, `status` and `fetched` are descriptors that QEMU inherits, open for writing
    only: the kernel's console, the command's output (None: this terminal), the reports of init, the
    archive of what is fetched (None: nothing is). `monitor` is a connected socket (None: no monitor); with it
    `status` is one too, for answers to the guest.
    """
    line = [BINARIES[plan.kernel.arch], "-name", plan.name.replace(",", ",,"), "-nodefaults", "-no-user-config"]
    line += ["-no-reboot", "-display", "none", "-vga", "none", "-nic", "none", "-m", plan.memory]
    line += _processor(plan)
    line += _iommu(plan)  # before the devices that are to be behind it
    for device in plan.devices:
        line += ["-device", device]
    channels = ["console", "output", "status"]
    line += _channel("console", 1, console)
    line += ["-chardev", "stdio,id=output,signal=off"] if output is None else _channel("output", 2, output)
    line += _channel("status", 3, status) if monitor is None else ["-chardev", f"socket,id=status,fd={status}"]
    if fetched is not None:
        line += _channel("fetched", 4, fetched)
        channels.append("fetched")
    line += _serial_ports(plan, channels)
    if monitor is not None:
        line += _hotplug(plan, monitor)
    if plan.gdb:
        line += ["-gdb", f"tcp:127.0.0.1:{GDB_PORT}", "-S"]
    line += ["-kernel", str(plan.kernel.image), "-initrd", str(initramfs), "-append", kernel_arguments(plan)]
    return line
