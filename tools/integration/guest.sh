#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# In the guest: loads the modules, gives each device to its miniport, runs the tests, unloads everything.
# Arguments go to the tests. Its status is theirs, or 1 if something is left behind at the end.

export VP_MODULES=/modules
export VP_EDU_A=0000:00:05.0 VP_EDU_B=0000:00:06.0
export VP_PROBE_EDU=0000:00:07.0 VP_PROBE_TESTDEV=0000:00:08.0
export VP_PROBE_NT4=0000:00:09.0 VP_EDU_NT4=0000:00:0a.0
export VP_VGPU=0000:00:0b.0
export VP_SLOT_EDU=0000:01:00.0 VP_SLOT_PROBE=0000:02:00.0

fail() {
	echo "guest: $*" >&2
	exit 1
}

# pins: pages that the kernel counts as pinned; the first read folds in every processor's count
pins() {
	cat /proc/sys/vm/stat_refresh >/dev/null
	awk '/^nr_foll_pin_acquired/ { n += $2 } /^nr_foll_pin_released/ { n -= $2 }
		END { print n }' /proc/vmstat
}

give() { # give DEVICE DRIVER: no other driver takes it
	echo "$2" >"/sys/bus/pci/devices/$1/driver_override" || fail "no device for $2"
	# Linux may have a driver for it, built in
	[ ! -e "/sys/bus/pci/devices/$1/driver" ] || echo "$1" >"/sys/bus/pci/devices/$1/driver/unbind" ||
		fail "$1 cannot be had"
}

miniports="vp_edu vp_edu_nt4 vp_probe vp_probe_nt4 vp_vgpu"

[ "$(pins)" = 0 ] || fail "pages are pinned before anything is loaded"
give $VP_PROBE_EDU vp_probe
give $VP_PROBE_NT4 vp_probe_nt4
give $VP_EDU_NT4 vp_edu_nt4
give $VP_VGPU vp_vgpu
give $VP_SLOT_PROBE vp_probe
if [ "$VP_INTX" = 1 ]; then
	for device in $VP_EDU_A $VP_EDU_B $VP_PROBE_EDU $VP_PROBE_NT4 $VP_EDU_NT4; do
		echo 0 >"/sys/bus/pci/devices/$device/msi_bus" || fail "$device cannot go without an MSI"
	done
fi
insmod $VP_MODULES/videoport.ko log_interval_ms=0 || fail "videoport cannot be loaded"
for module in $miniports; do
	insmod "$VP_MODULES/$module.ko" || fail "$module cannot be loaded"
done

/integration "$@"
status=$?

for module in $miniports videoport; do
	rmmod "$module" || fail "$module cannot be unloaded"
done
[ "$(pins)" = 0 ] || fail "$(pins) pages stay pinned when all is unloaded"
echo "guest: all unloaded, nothing pinned"
exit $status
