#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# In the guest: sees that the console keeps its adapter where it is told to, then gives the adapter to
# the legacy miniport and to the same of the NT4 kind, and runs the tests on each.

device=0000:00:05.0 second=0000:00:06.0
node=/sys/bus/pci/devices/$device

fail() {
	echo "guest: $*" >&2
	exit 1
}

nothing_left() {
	if grep -q ': videoport' /proc/ioports /proc/iomem; then
		fail "$1: still claimed: $(grep ': videoport' /proc/ioports /proc/iomem)"
	fi
}

run() { # run DRIVER ARGUMENTS
	driver=$1
	shift
	echo "$driver" >$node/driver_override
	insmod "/modules/$driver.ko" || fail "$driver cannot be loaded"
	[ "$(basename "$(readlink $node/driver)")" = "$driver" ] || fail "$driver does not drive $device"
	VP_DRIVER=$driver /legacy "$@" || status=1
	rmmod "$driver" || fail "$driver cannot be unloaded"
	nothing_left "$driver"
}

status=0
# What else the guest has is not for these tests but where they say so.
[ ! -e /sys/bus/pci/devices/$second ] || echo none >/sys/bus/pci/devices/$second/driver_override

# The text console, where the kernel has it on this adapter, is asked for before it is taken away.
if grep -q VGA /sys/class/vtconsole/vtcon0/name 2>/dev/null && [ -e $node/boot_vga ]; then
	insmod /modules/videoport.ko keep_console=1 || fail "videoport cannot be loaded"
	insmod /modules/vp_legacy.ko || fail "vp_legacy cannot be loaded"
	[ ! -e $node/driver ] || fail "keep_console=1 has not kept the console"
	dmesg | grep -q 'used by the text console (vgacon)' || fail "nobody said that vgacon has it"
	grep -q VGA /sys/class/vtconsole/vtcon0/name || fail "the console has gone"
	rmmod vp_legacy videoport
	nothing_left keep_console
	echo "guest: keep_console=1 keeps the console"
fi

insmod /modules/videoport.ko log_interval_ms=0 || fail "videoport cannot be loaded"
run vp_legacy "$@"
run vp_legacy_nt4 "$@"

# A second VGA adapter: what it has in registers works, VGA's own addresses stay where they are.
if [ -e /sys/bus/pci/devices/$second ]; then
	echo >$node/driver_override
	insmod /modules/vp_legacy.ko || fail "vp_legacy cannot be loaded"
	echo >/sys/bus/pci/devices/$second/driver_override
	echo $second >/sys/bus/pci/drivers_probe
	[ -e /sys/bus/pci/devices/$second/driver ] || fail "the second adapter is not driven"
	dmesg | grep -q "$second.*VGA device of a PC, which this adapter is not" ||
		fail "nobody said that the second adapter is not the VGA device"
	[ "$(grep -c '03c0-03df : videoport' /proc/ioports)" = 1 ] || fail "VGA's ports are not claimed once"
	rmmod vp_legacy
	nothing_left "two adapters"
	echo "guest: the second adapter does without VGA's addresses"
fi
rmmod videoport || fail "videoport cannot be unloaded"
exit $status
