# SPDX-License-Identifier: GPL-2.0
"""Our headers in one unit with the kernel's, in both orders, and the legacy sample under Kbuild.

Objects only: nothing is linked, so no symbol needs to exist.
"""
import os
import shutil
import subprocess

from . import sides

# what the shim, KUnit suites and their neighbours include; each exists in 6.1 and in 6.12
LINUX = """module pci dma-mapping interrupt uaccess mm miscdevice cdev eventfd file slab workqueue
    ktime timer kref idr xarray seq_file debugfs acpi vgaarb fb i2c iommu io scatterlist swiotlb
    highmem cred reboot pm_runtime vmalloc nls efi kthread poll firmware trace_events irq msi
    mmu_notifier sched/signal sched/mm random proc_fs ratelimit backlight usb netdevice
    blkdev""".split()
OTHERS = ["kunit/test.h", "drm/drm_device.h", "drm/drm_gem.h", "scsi/scsi_host.h"]

KBUILD = """ccflags-y := -I{include} -I$(src)
obj-m := linux_first.o ours_first.o legacy_sample.o
CFLAGS_legacy_sample.o := -Wno-unknown-pragmas -Wno-missing-braces -Wno-multichar \\
    -Wno-missing-prototypes -Wno-missing-declarations -Wno-undef -Wno-int-to-pointer-cast
"""
USE = """int abi_{name}(bool flag);
int abi_{name}(bool flag)
{{
	return flag == true ? Error + Warn + Info + Trace + Other + Internal : min(TRUE, FALSE);
}}
"""


def check(include_dir, tree, work):
    """[problem], each an error or warning of the kernel's build."""
    folder = os.path.join(work, "kernel")
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    linux = "".join(f"#include <{h}>\n" for h in [f"linux/{h}.h" for h in LINUX] + OTHERS)
    legacy = "".join(f'#include "{h}"\n' for h in sides.LEGACY_ORDER)
    files = {"Kbuild": KBUILD.format(include=include_dir),
             "linux_first.c": linux + legacy + USE.format(name="linux_first"),
             "ours_first.c": legacy + linux + USE.format(name="ours_first")}
    for name, text in files.items():
        with open(os.path.join(folder, name), "w") as f:
            f.write(text)
    shutil.copy(os.path.join(sides.HERE, "legacy_sample.c"), folder)
    objects = ["linux_first.o", "ours_first.o", "legacy_sample.o"]
    run = subprocess.run(["make", "-k", "-C", tree, f"M={folder}"] + objects,
                         capture_output=True, text=True)
    problems = [l for l in run.stderr.splitlines() if "error:" in l or "warning:" in l]
    missing = [o for o in objects if not os.path.exists(os.path.join(folder, o))]
    if missing and not problems:
        problems = [f"{missing[0]} was not built: {run.stderr.strip()[-200:]}"]
    return [f"kernel {tree}: {p}" for p in problems]
