// SPDX-License-Identifier: GPL-2.0
/*
 * The frame of every case: choosing the adapters, borrowing the process's memory, and checking
 * afterwards that nothing is left. And the module.
 */
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/kthread.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/path.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "bench.h"

static char *devices[VPK_ADAPTERS];
static int nr_devices;
module_param_array(devices, charp, &nr_devices, 0444);
MODULE_PARM_DESC(devices,
		 "PCI IDs of the functions to work on, vvvv:dddd,... (default: QEMU's edu and pci-testdev, 1234:11e8,1b36:0005)");

static char *only[16];
static int nr_only;
module_param_array(only, charp, &nr_only, 0444);
MODULE_PARM_DESC(only,
		 "run only cases whose suite.case contains one of these; the others are skipped");

static struct mm_struct *vpk_mm;
static struct path vpk_root; /* since Linux 7 a kernel thread sees no files by itself */
static const char *vpk_suite_name = "";
static enum vpk_kind vpk_suite_kind;

/** vpk_process() - memory of the process that loads the module. */
struct mm_struct *vpk_process(void)
{
	return vpk_mm;
}

/* Called in the process that loads the module, which waits until all cases are over. */
int vpk_suite_init(struct kunit_suite *suite)
{
	vpk_suite_name = suite->name;
	vpk_suite_kind = VPK_XP;
	if (current->mm && current->mm != vpk_mm) {
		if (vpk_mm)
			mmdrop(vpk_mm);
		mmgrab(current->mm);
		vpk_mm = current->mm;
	}
	if (!vpk_root.dentry && current->fs)
		get_fs_root(current->fs, &vpk_root);
	return 0;
}

int vpk_packet_suite_init(struct kunit_suite *suite)
{
	int ret = vpk_suite_init(suite);

	vpk_suite_kind = VPK_NT4;
	return ret;
}

/** vpk_file() - open a file by its whole path, as the process that loads the module sees it. */
struct file *vpk_file(const char *path, int flags)
{
	return vpk_root.dentry ? file_open_root(&vpk_root, path + 1, flags, 0600) :
				 ERR_PTR(-ENOENT);
}

/*
 * The thread of the case gets the process's memory for the rest of its life: leaving it would have
 * to be done on all paths, and a failed assertion ends the thread. It holds a user of the memory,
 * as any thread of the process does, which the thread's end drops.
 */
static int vpk_enter_process(void)
{
	if (current->mm)
		return 0;
	if (!vpk_mm || !mmget_not_zero(vpk_mm))
		return -ESRCH;
	kthread_use_mm(vpk_mm);
	mmdrop(vpk_mm); /* what kthread_use_mm() took; the user holds it */
	return 0;
}

static bool vpk_wanted(struct kunit *test)
{
	char name[160];
	int i;

	snprintf(name, sizeof(name), "%s.%s", vpk_suite_name, test->name);
	for (i = 0; i < nr_only; i++)
		if (strstr(name, only[i]))
			return true;
	return !nr_only;
}

static void vpk_choose(struct vpk_case *vpk)
{
	struct vpk_adapter *adapter;

	for (adapter = vpk_adapters; adapter < vpk_adapters + VPK_ADAPTERS; adapter++) {
		if (!adapter->ext)
			continue;
		if (!vpk->a) {
			vpk->a = adapter;
		} else if (adapter->interrupts && !vpk->a->interrupts) {
			vpk->b = vpk->a;
			vpk->a = adapter;
		} else if (!vpk->b) {
			vpk->b = adapter;
		}
	}
}

/* Every case begins with 32 bits: the mask outlives the adapter that asked for it. */
static void vpk_prepare(struct vpk_adapter *adapter)
{
	VP_DEVICE_DESCRIPTION description = { .ScatterGather = TRUE, .Dma32BitAddresses = TRUE };

	if (!adapter)
		return;
	VideoPortPutDmaAdapter(adapter->ext, VideoPortGetDmaAdapter(adapter->ext, &description));
	memset(&adapter->packet, 0, sizeof(adapter->packet));
	adapter->serves_one = false;
}

int vpk_init(struct kunit *test)
{
	struct vpk_case *vpk;
	int error;

	if (!vpk_wanted(test))
		kunit_skip(test, "not asked for");
	vpk = kunit_kzalloc(test, sizeof(*vpk), GFP_KERNEL);
	if (!vpk)
		return -ENOMEM;
	vpk->test = test;
	error = vpk_miniport_be(vpk_suite_kind);
	if (error) {
		kunit_err(test, "the miniport cannot be registered: %d\n", error);
		return error;
	}
	vpk_choose(vpk);
	if (!vpk->a)
		kunit_skip(test, "no adapter: no PCI function of the parameter devices is free");
	error = vpk_enter_process();
	if (error) {
		kunit_err(test, "no process whose memory could be used: %d\n", error);
		return error;
	}
	vpk_prepare(vpk->a);
	vpk_prepare(vpk->b);
	vpk_state(vpk, &vpk->before);
	vpk->arena = vm_mmap(NULL, 0, SZ_64K, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			     0);
	if (IS_ERR_VALUE(vpk->arena))
		return vpk->arena;
	test->priv = vpk;
	return 0;
}

void vpk_exit(struct kunit *test)
{
	struct vpk_case *vpk = test->priv;
	unsigned int i;

	if (!vpk)
		return;
	current_fail_nth(0);
	for (i = 0; i < vpk->nr_clients; i++)
		vpk_close(&vpk->clients[i]);
	for (i = 0; i < vpk->nr_fds && vpk->files == current->files; i++)
		close_fd(vpk->fds[i]);
	for (i = 0; i < vpk->nr_dma; i++)
		if (vpk->dma[i].dma && vpk->dma[i].adapter->ext)
			VideoPortPutDmaAdapter(vpk->dma[i].adapter->ext, vpk->dma[i].dma);
	if (!vpk_enter_process()) {
		for (i = 0; i < vpk->nr_maps; i++)
			vm_munmap(vpk->maps[i].start, vpk->maps[i].length);
		vm_munmap(vpk->arena, SZ_64K);
	}
	vpk_expect_state(test, &vpk->before, "after the case");
	test->priv = NULL;
}

#define VPK_SUITE_ADDRESS(_name) &vpk_##_name##_suite,
VPK_TEST_SUITES(VPK_EACH_SUITE(VPK_SUITE_ADDRESS))

static int __init vpk_module_init(void)
{
	int ret = vpk_miniport_register(devices, nr_devices);

	return ret ?: vpk_run_suites();
}

static void __exit vpk_module_exit(void)
{
	vpk_forget_suites();
	vpk_miniport_unregister();
	if (vpk_mm)
		mmdrop(vpk_mm);
	if (vpk_root.dentry)
		path_put(&vpk_root);
}

module_init(vpk_module_init);
module_exit(vpk_module_exit);

MODULE_DESCRIPTION("KUnit suites of videoport: the contract of the VideoPort calls, case by case");
MODULE_LICENSE("GPL");
