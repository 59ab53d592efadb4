#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# In the guest: loads the modules as an administrator would, gives each device to its miniport, lets
# the attackers at them, unloads everything, and looks for what is left. Arguments go to the
# attackers' program (tools/fuzz). Its status is theirs, or 1 if something is left behind at the end.

fail() {
	echo "guest: FAILED: $*"
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
}

# set_to VALUE FILE: where the kernel has it
set_to() {
	[ ! -e "$2" ] || echo "$1" >"$2" || fail "$2 does not take $1"
}

debug=/sys/kernel/debug
leaks=$debug/kmemleak
# where it was switched off it costs nothing, and finds nothing
! grep -q kmemleak=off /proc/cmdline || leaks=/nowhere
miniports="vp_edu vp_edu_nt4 vp_probe vp_probe_nt4"

[ "$(pins)" = 0 ] || fail "pages are pinned before anything is loaded"
# attackers lock the same memory as often as they can, and devices may be pulled out: what the
# kernel's debug facilities make of that is in tools/vm/log_rules.py
echo "vm-announce: same-memory-often" >/dev/kmsg
[ -z "$VM_CONTROL" ] || echo "vm-announce: pulled-out" >/dev/kmsg
# attackers may answer page faults late, and have huge pages
set_to 1 /proc/sys/vm/unprivileged_userfaultfd
set_to 8 /proc/sys/vm/nr_hugepages
# a kernel that looks for data races starts to when it is told, so that it boots fast
set_to on $debug/kcsan
if [ -e $leaks ]; then
	# what the kernel's own start leaves is not ours; a look now and then would cost the time
	echo scan=off >$leaks
	echo scan >$leaks
	echo clear >$leaks
fi
give 0000:00:07.0 vp_probe
give 0000:00:09.0 vp_probe_nt4
give 0000:00:0a.0 vp_edu_nt4
insmod /modules/videoport.ko || fail "videoport cannot be loaded"
for module in $miniports; do
	insmod "/modules/$module.ko" || fail "$module cannot be loaded"
done

/fuzz "$@"
status=$?

if [ -e $debug/kcsan ]; then
	# that it looked at all, and how often
	grep -E 'enabled|watchpoints|data_races' $debug/kcsan
	grep -q '^enabled: 1' $debug/kcsan || fail "data races were not looked for"
fi

if [ -e $debug/dma-api/disabled ] && ! grep -q N $debug/dma-api/disabled; then
	fail "DMA-API debugging was turned off meanwhile"
fi
for module in $miniports videoport; do
	rmmod "$module" || fail "$module cannot be unloaded"
done
[ "$(pins)" = 0 ] || fail "$(pins) pages stay pinned when all is unloaded"
echo "guest: all unloaded, nothing pinned"
if [ -e $leaks ]; then
	sleep 6 # younger objects are not looked at
	echo scan >$leaks
	echo scan >$leaks
	if grep -q . $leaks; then
		cat $leaks
		fail "kmemleak: memory was leaked"
	fi
	echo "guest: kmemleak finds nothing"
fi
exit $status
