#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# In the guest: loads videoport and the benchmark's modules, runs the client, unloads all again.
# Arguments go to the client. Its status is the client's, or 1 if a module does not load or unload.

fail() {
	echo "guest: $*" >&2
	exit 1
}

for module in videoport vp_bench_kernel vp_bench; do
	insmod "/modules/$module.ko" || fail "$module cannot be loaded"
done

/client "$@"
status=$?

for module in vp_bench vp_bench_kernel videoport; do
	rmmod "$module" || fail "$module cannot be unloaded"
done
exit $status
