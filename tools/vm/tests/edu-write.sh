#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs in a guest: edu-write.sh ADDRESS... makes QEMU's edu device at 00:05.0 write 64 bytes to each
# device address. No driver is bound; its DMA goes through the IOMMU all the same. It waits after
# each write until a fault is in the log: while one waits for the kernel, QEMU drops further ones.
set -eu
device=/sys/bus/pci/devices/0000:00:05.0
echo 1 >$device/enable
# I/O, memory and bus mastering, in the PCI command register
printf '\007' | dd of=$device/config bs=1 seek=4 conv=notrunc 2>/dev/null
read -r base rest <$device/resource
for address; do
	devmem $((base + 0x80)) 64 0x40000 # from the device's own buffer
	devmem $((base + 0x88)) 64 "$address"
	devmem $((base + 0x90)) 64 64
	devmem $((base + 0x98)) 64 3 # start, from device to memory
	sleep 1
done
