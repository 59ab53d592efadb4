#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# In the first kernel: loads the modules, gives three edu to the probe, and leaves for the second.

fail() {
	echo "guest: $*" >&2
	exit 1
}

for device in 07 06 05; do
	echo vp_probe >/sys/bus/pci/devices/0000:00:$device.0/driver_override || fail "no edu at $device"
done
for module in videoport vp_edu vp_probe; do
	insmod /modules/$module.ko || fail "$module cannot be loaded"
done
exec /leave /second/kernel /second/initramfs 0000:00:08.0 0000:00:07.0 0000:00:06.0 0000:00:05.0
