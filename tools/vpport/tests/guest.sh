#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# In the guest: loads the modules that vpport has made, and asks whether each of them found its
# adapter. Prints "case NAME" for what holds; its status is 0 if all does.
# shellcheck disable=SC2317 # say calls the functions by their names
status=0

say() { # say WHAT COMMAND...
	what=$1
	shift
	if "$@"; then
		echo "case $what"
	else
		echo "FAILED  $what" >&2
		status=1
	fi
}

nodes() {
	[ "$(find /sys/class/videoport -mindepth 1 | wc -l)" = "$1" ]
}

# driver MODULE DEVICE: is the device that module's?
driver() {
	[ "$(basename "$(readlink "/sys/bus/pci/devices/$2/driver")")" = "$1" ]
}

logged() {
	dmesg | grep -q "$1"
}

insmod /modules/videoport.ko log_interval_ms=0 || exit 1
count=0
for one in bochsfb:0000:00:05.0 testdev:0000:00:06.0 edufb:0000:00:07.0; do
	module=${one%%:*}
	count=$((count + 1))
	say "$module.ko is loaded" insmod "/modules/$module.ko"
	say "$module drives its device" driver "$module" "${one#*:}"
	say "the port has $count adapters" nodes $count
done
say "bochsfb's HwVidFindAdapter saw its chip" logged 'BOCHSFB: chip 0xb0c., 16384 KB'
say "testdev's HwVidFindAdapter saw its first test" logged 'TESTDEV: first test "[a-z]'
say "edufb's HwVidFindAdapter saw its chip" logged 'EDUFB: chip 0x10000ed'
# values that its INF gives it, where the port has the call
if grep -q ' VideoPortGetRegistryParameters' /proc/kallsyms; then
	say "bochsfb has read its INF's 32 bits per pixel" logged 'BOCHSFB: .*, 32 bits per pixel'
else
	say "bochsfb goes without a registry" logged 'BOCHSFB: .*, 16 bits per pixel'
fi
for module in edufb testdev bochsfb; do
	say "$module.ko is unloaded" rmmod $module
done
say "no adapter is left" nodes 0
say "videoport.ko is unloaded" rmmod videoport
exit $status
