#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# In the guest: the probe drives four edu; two are opened, one of these has no power later. Then the
# kernel panics. What comes of it is in its log.

fail() {
	echo "guest: $*" >&2
	exit 1
}

for device in 05 06 07 08; do
	echo vp_probe >/sys/bus/pci/devices/0000:00:$device.0/driver_override || fail "no edu at $device"
done
for module in videoport vp_probe; do
	insmod /modules/$module.ko || fail "$module cannot be loaded"
done
exec /fail 0000:00:05.0 0000:00:06.0 0000:00:07.0
