#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# In the guest: loads videoport and the contention run's miniport, runs its cases, unloads all again.
# Arguments: cases, each NAME CYCLES ADAPTER:PROCESSOR[,...]. The kernel's counts go below /run/scale.

fail() {
	echo "guest: $*" >&2
	exit 1
}

for module in videoport vp_scale; do
	insmod "/modules/$module.ko" || fail "$module cannot be loaded"
done

while [ $# -ge 3 ]; do
	/client --name "$1" --out /run/scale --cycles "$2" --client "$3" || fail "$1: the clients failed"
	shift 3
done

for module in vp_scale videoport; do
	rmmod "$module" || fail "$module cannot be unloaded"
done
