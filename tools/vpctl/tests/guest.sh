#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# In the guest: runs each command of vpctl over real adapters, and the errors that people meet. Prints
# "case NAME" for what holds; its status is 0 if all does. What was printed stays in /out.
# shellcheck disable=SC2317 # say calls the functions by their names
status=0
out=/out/last
mkdir -p /out
export LD_LIBRARY_PATH=/lib64
vpctl=/vpctl

say() { # say WHAT COMMAND...
	what=$1
	shift
	if "$@"; then
		echo "case $what"
	else
		echo "FAILED  $what"
		sed 's/^/        /' "$out"
		status=1
	fi
}

# prints STATUS REGEX COMMAND...: ends so, and says that
prints() {
	wanted=$1 regex=$2
	shift 2
	"$@" >"$out" 2>&1
	got=$?
	{ echo "\$ $*"; cat "$out"; } >>/out/all
	echo "status $got, expected $wanted" >>"$out"
	[ "$got" -eq "$wanted" ] && grep -qE -- "$regex" "$out"
}

lacks() { # lacks REGEX: the last output does not say that
	! grep -qE -- "$1" "$out"
}

# wait_for COMMAND...: until it holds, half a minute at most
wait_for() {
	for _ in $(seq 300); do
		"$@" >/dev/null 2>&1 && return 0
		usleep 100000
	done
	return 1
}

as_user() { # what an ordinary user gets
	prints "$1" "$2" su user -c "LD_LIBRARY_PATH=/lib64 $3"
}

instances() {
	ls /sys/kernel/tracing/instances
}
no_instance() {
	[ -z "$(instances)" ]
}

echo vp_edu_nt4 >/sys/bus/pci/devices/0000:00:05.0/driver_override
echo vp_probe >/sys/bus/pci/devices/0000:00:06.0/driver_override

say "without the module it says so" prints 1 "^vpctl: module not loaded$" $vpctl list
say "and what to do" grep -q "sudo modprobe videoport" "$out"
say "trace without the module says so, too" prints 1 "module not loaded" $vpctl trace -s 1
insmod /modules/videoport.ko || exit 1
say "without an adapter the list is empty" prints 0 "no adapter" $vpctl list
say "and says what to look at" grep -q "lspci -k" "$out"
say "stat says so, too" prints 0 "no adapter" $vpctl stat
say "and locks" prints 0 "no adapter" $vpctl locks
insmod /modules/vp_edu_nt4.ko || exit 1
insmod /modules/vp_probe.ko || exit 1

say "list names the adapters" prints 0 "^videoport0 +0000:00:05.0 +1234:11e8 +vp_edu_nt4 +nt4 +0x" $vpctl list
say "list tells the IOMMU domain" grep -qE " $VP_DOMAIN +msi [0-9]+" "$out"
say "list --json is for programs" prints 0 '"miniport": "vp_probe"' $vpctl --json list
say "an adapter is found by its PCI address" prints 0 "^videoport1" $vpctl list 0000:00:06.0
say "one that is not there is an error" prints 1 "^vpctl: no adapter videoport9$" $vpctl stat videoport9

# CTL_CODE(FILE_DEVICE_VIDEO, 0x904, ...): the probe's echo
echo=0x232410
say "request prints status, information and data" \
	prints 0 "^00000000  01 02 ff 41 " $vpctl request vp_probe 'CTL_CODE(0x23,0x904,0,0)' --hex '01 02 ff 41' --output 4
say "it names the status" grep -q "^status       0  NO_ERROR$" "$out"
printf 'from a file' >/tmp/in
say "request takes a file" prints 0 "from a file" $vpctl request vp_probe $echo --file /tmp/in -o 11
say "request takes standard input and gives raw data" \
	prints 0 "^from a file$" sh -c "$vpctl request vp_probe $echo --file - -o 11 --raw </tmp/in; echo"
say "request --json is for programs" prints 0 '"data": "00ff"' $vpctl --json request vp_probe $echo --hex 00ff -o 2
say "a request that is refused ends with 1" \
	prints 1 "ERROR_INVALID_FUNCTION" $vpctl request vp_edu_nt4 IOCTL_VIDEO_QUERY_AVAIL_MODES
say "a folder is no input" prints 1 "^vpctl: /tmp: Is a directory$" $vpctl request vp_probe $echo --file /tmp
say "a code that is none is bad use" prints 2 "not understood" $vpctl request vp_probe NONSENSE
say "more than the limit is explained" prints 1 "max_request_bytes" $vpctl request vp_probe $echo -o 2000000

say "nothing is locked at first" prints 0 "nothing is locked" $vpctl locks
mkfifo /tmp/end
/hold </tmp/end >/tmp/held &
exec 4>/tmp/end
wait_for grep -q held /tmp/held
handle=$(cut -d' ' -f2 /tmp/held)
say "locks shows a buffer with its owner and its DMA in flight" \
	prints 0 "^videoport1 +$handle +buffer +hold \[$!\] +256 KiB +65 +- +[0-9.]+ s +1 +write" $vpctl locks
say "locks --json is for programs" prints 0 '"in_flight": 1' $vpctl --json locks videoport1
say "locks --all shows the other handles" prints 0 " event " $vpctl locks --all
say "locks shows no kernel address" lacks "ffff[89a-f][0-9a-f]{11}"
say "nor does the file that it reads" sh -c "! grep -E 'ffff[89a-f][0-9a-f]{11}' /sys/kernel/debug/videoport/*/handles"
say "only root may read that" [ "$(stat -c %a /sys/kernel/debug/videoport/videoport1/handles)" = 400 ]
say "stat counts what there is" prints 0 "pinned_pages +65$" $vpctl stat videoport1
say "stat --watch tells rates" prints 0 "pinned_pages +65 +0.0 /s" $vpctl stat videoport1 -w 0.2 -n 2
say "--count without --watch is bad use" prints 2 "watch" $vpctl stat -n 2
say "stat --watch --json is an object a line" \
	prints 0 '"per_second":\{.*"pinned_pages":0.0' $vpctl --json stat -w 0.2 -n 2
say "the port's lock is free while handles are read" prints 0 "" cat /sys/kernel/debug/videoport/videoport1/handles

# a trace of the rest of that DMA, and of the unlock, by its handle
$vpctl trace --handle "$handle" -s 60 >/tmp/traced 2>&1 4>&- &
tracer=$!
wait_for sh -c "ls /sys/kernel/tracing/instances/*/events/videoport/vp_unlock/enable && grep -q 1 /sys/kernel/tracing/instances/*/events/videoport/vp_unlock/enable"
exec 4>&-
say "trace shows a DMA that is completed" wait_for grep -qE "complete +$handle +VideoPortCompleteDma 64 KiB at 4096" /tmp/traced
say "and the unlock of its buffer" wait_for grep -qE "unlock +$handle .*256 KiB, pages released" /tmp/traced
say "with the filter nothing else" sh -c "! grep -E 'unmap|event ' /tmp/traced"
kill -INT $tracer
wait $tracer
say "trace ends well with Ctrl-C" [ $? -eq 0 ]
say "and leaves nothing in tracefs" no_instance
cat /tmp/traced >>/out/all

say "trace shows a whole DMA of a command" prints 0 "lock +0x[0-9a-f]+ +VideoPortLockPages 1 KiB" $vpctl trace --adapter vp_edu_nt4 -- /example
cp "$out" /out/trace
for event in map lock start event complete unmap unlock; do
	say "with its $event" grep -qE " $event +[0-9a-zA-Z]" /out/trace
done
say "and what the command printed" grep -q "1024 bytes there and back: equal" /out/trace
say "without any kernel address" sh -c "! grep -E 'ffff[89a-f][0-9a-f]{11}' /out/trace"
say "trace --json is an object a line" prints 0 '^\{"cpu":.*"event":"lock"' $vpctl --json trace -e lock -- /example
say "with --event nothing else" lacks '"event":"unlock"'
say "trace --raw gives the kernel's lines" prints 0 "vp_lock: adapter=0000:00:05.0 call=VideoPortLockPages handle=0x" $vpctl trace -r -- /example
say "trace tells why a call is refused" \
	prints 0 "violation +bad_request: request 0x80000000: flags 0x1 must be 0|violation .*flags" $vpctl trace -e violation -- $vpctl selftest videoport1
say "an event that is none is bad use" prints 2 "there are: complete, event, lock" $vpctl trace -e nonsense -s 1
say "a command that cannot be started is a failure" prints 1 "^vpctl: ./none: No such file" $vpctl trace -- ./none
say "and leaves nothing in tracefs, either" no_instance
say "the command's own status is told" prints 0 "sh ended with status 3" $vpctl trace -- sh -c 'exit 3'
say "a handle that is none is bad use" prints 2 "not a handle" $vpctl trace -H 'x || 1' -s 1
$vpctl trace >/dev/null 2>&1 &
tracer=$!
wait_for sh -c "ls /sys/kernel/tracing/instances | grep vpctl-$tracer"
kill -KILL $tracer
wait $tracer
say "a killed one leaves its instance" sh -c "ls /sys/kernel/tracing/instances | grep -q vpctl-$tracer"
say "the next one removes it" prints 0 "nothing happened" $vpctl trace -s 0.2
say "all of it" no_instance
umount /sys/kernel/tracing
say "trace finds tracefs in debugfs, too" prints 0 "nothing happened" $vpctl trace -s 0.2
umount /sys/kernel/debug/tracing 2>/dev/null
umount /sys/kernel/debug
say "trace without tracefs says what to mount" \
	prints 1 "mount -t tracefs" $vpctl trace -s 0.2
say "locks without debugfs says what to mount" prints 1 "mount -t debugfs" $vpctl locks
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing

say "selftest passes on the NT4 sample" prints 0 "^12 of 12 checks passed" $vpctl selftest vp_edu_nt4
say "selftest passes on the probe" prints 0 "^12 of 12 checks passed" $vpctl selftest vp_probe
say "selftest --json is for programs" prints 0 '"failed": 0' $vpctl --json selftest videoport0
say "the library's example runs" prints 0 "there and back: equal" /example

say "who may not open the node is told the group" as_user 1 "join group video" "$vpctl request vp_probe $echo"
say "who is not root is told so by locks" as_user 1 "no permission.*handles|no permission" "$vpctl locks"
say "who is not root is told so by trace" as_user 1 "no permission" "$vpctl trace -s 1"
say "anybody may list" as_user 0 "^videoport0" "$vpctl list"

say "no colour where no terminal looks" lacks "$(printf '\033')"
say "no subcommand is bad use" prints 2 "subcommand is required" $vpctl
say "one that there is not is named" prints 2 "nonsense" $vpctl nonsense
say "--help names the commands" prints 0 "selftest" $vpctl --help

rmmod vp_probe || status=1
say "an adapter that went is gone from the list" sh -c "$vpctl list | grep -q videoport0 && ! $vpctl list | grep -q videoport1"
rmmod vp_edu_nt4 || status=1
rmmod videoport || status=1
say "its events go with the module" [ ! -e /sys/kernel/tracing/events/videoport ]
if [ -n "$VP_SHOW" ]; then
	cat /out/all
fi
exit $status
