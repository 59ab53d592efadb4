#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# In the guest: loads videoport and the suites, which run while they load, unloads both, and looks
# for what is left. The cases' results are in the kernel's log; the status here is of all else.
# Arguments go to the suites' module.

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

# set VALUE FILE: where the kernel has it
set_to() {
	[ ! -e "$2" ] || echo "$1" >"$2" || fail "$2 does not take $1"
}

leaks=/sys/kernel/debug/kmemleak
debug=/sys/kernel/debug

# A case makes the Nth allocation of its own thread fail; nothing else fails, and nothing is logged.
# Only of the caches that tools/kunit/run has marked on the command line: DMA-API debugging gives up
# when one of its own allocations, from the radix tree's cache, fails.
if grep -q 'slub_debug=.*A,kmalloc' /proc/cmdline; then
	set_to Y $debug/failslab/cache-filter
fi
set_to N $debug/failslab/ignore-gfp-wait
set_to 0 $debug/failslab/verbose
set_to N $debug/fail_page_alloc/ignore-gfp-wait
set_to N $debug/fail_page_alloc/ignore-gfp-highmem
set_to 0 $debug/fail_page_alloc/min-order
set_to 0 $debug/fail_page_alloc/verbose
set_to 0 $debug/fail_usercopy/verbose
set_to 4 /proc/sys/vm/nr_hugepages

[ "$(pins)" = 0 ] || fail "pages are pinned before anything is loaded"
if [ -e $leaks ]; then
	# what the kernel's own start leaves is not ours
	echo scan >$leaks
	echo clear >$leaks
fi
# newer kernels want to be told that suites run when they are loaded
autorun=
! grep -q autorun /modules/kunit.ko || autorun=autorun=1
# shellcheck disable=SC2086 # no word where the kernel has no such parameter
insmod /modules/kunit.ko enable=1 $autorun || fail "kunit cannot be loaded"
insmod /modules/videoport.ko log_interval_ms=0 || fail "videoport cannot be loaded"
insmod /modules/videoport_kunit.ko "$@" || fail "the suites cannot be loaded"
if [ -e $debug/dma-api/disabled ] && ! grep -q N $debug/dma-api/disabled; then
	fail "DMA-API debugging was turned off while the suites ran"
fi
rmmod videoport_kunit || fail "the suites cannot be unloaded"
rmmod videoport || fail "videoport cannot be unloaded"
[ "$(pins)" = 0 ] || fail "$(pins) pages stay pinned when all is unloaded"
# What gcov counted in modules that were built for it, for tools/kunit/run --counters: these files
# have no size, so that no archive takes them as they are.
find $debug/gcov -name '*.gcda' 2>/dev/null | while read -r counters; do
	mkdir -p "/counters/${counters%/*}"
	cat "$counters" >"/counters/$counters"
done

if [ -e $leaks ]; then
	sleep 6 # younger objects are not looked at
	echo scan >$leaks
	echo scan >$leaks
	if [ -s $leaks ] || grep -q . $leaks; then
		cat $leaks >&2
		fail "kmemleak: memory was leaked"
	fi
	echo "guest: kmemleak finds nothing"
fi
echo "guest: all unloaded, nothing pinned"
