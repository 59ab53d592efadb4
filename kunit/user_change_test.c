// SPDX-License-Identifier: GPL-2.0
/*
 * What a process does to its memory while it is locked changes nothing for the device: the pages
 * stay where they are, and what is left of them goes when they are unlocked.
 */
#include <linux/file.h>
#include <linux/mman.h>

#include "bench.h"

#define BYTES	(4 * PAGE_SIZE)

/* The pages before, to be compared with what the device reaches after the change. */
struct change {
	unsigned long user;
	PDMA dma;
	phys_addr_t phys[BYTES / PAGE_SIZE];
	struct vpk_state before;
};

static u64 logical_of(struct change *change, unsigned int page)
{
	PVRB_SG segment = GET_VIDEO_SCATTERGATHER(&change->dma);
	ULONG_PTR address;
	ULONG length;

	GET_VIDEO_PHYSICAL_ADDRESS(segment, change->user + page * PAGE_SIZE, change->user,
				   &length, address);
	return address;
}

static bool begin(struct kunit *test, struct change *change)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned int i;

	change->user = vpk_user(test, BYTES);
	vpk_fill(test, change->user, BYTES, 0x41);
	vpk_state(vpk, &change->before);
	change->dma = vpk_lock_pages(vpk->a, change->user, BYTES, NULL);
	if (!change->dma)
		return false;
	for (i = 0; i < ARRAY_SIZE(change->phys); i++)
		change->phys[i] = vpk_reach(vpk->a, logical_of(change, i));
	return true;
}

/* The device still reaches the same memory, with the old content, and may write to it. */
static void end(struct kunit *test, struct change *change)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, vpk_pins(), change->before.pins + 4);
	for (i = 0; i < ARRAY_SIZE(change->phys); i++) {
		u64 logical = logical_of(change, i);

		KUNIT_EXPECT_EQ(test, vpk_reach(vpk->a, logical), change->phys[i]);
		KUNIT_EXPECT_TRUE(test, vpk_device_sees(vpk->a, logical, PAGE_SIZE, i * PAGE_SIZE,
							0x41));
		KUNIT_EXPECT_TRUE(test, vpk_device_write(vpk->a, logical, PAGE_SIZE,
							 i * PAGE_SIZE, 0x42));
	}
	VideoPortUnlockPages(vpk->a->ext, change->dma);
	vpk_expect_state(test, &change->before, "after the unlock");
}

VPK_REQUEST_CASE(unmapped_while_locked)
{
	struct change change;

	VPK_NEED(test, begin(test, &change));
	vpk_user_unmap(test, change.user, BYTES);
	end(test, &change);
}

VPK_REQUEST_CASE(partly_unmapped_while_locked)
{
	struct change change;

	VPK_NEED(test, begin(test, &change));
	vpk_user_unmap(test, change.user + PAGE_SIZE, 2 * PAGE_SIZE);
	end(test, &change);
	KUNIT_EXPECT_EQ(test, vpk_matching(change.user, PAGE_SIZE, 0x42), PAGE_SIZE);
}

VPK_REQUEST_CASE(mapped_over_while_locked)
{
	struct change change;
	u8 byte = 1;

	VPK_NEED(test, begin(test, &change));
	VPK_NEED(test, vm_mmap(NULL, change.user, BYTES, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, 0) == change.user);
	end(test, &change);
	/* what the device wrote is in the old pages, not in the new ones */
	KUNIT_EXPECT_EQ(test, copy_from_user(&byte, (void __user *)change.user + 1, 1), 0ul);
	KUNIT_EXPECT_EQ(test, byte, 0);
}

static void protect(struct kunit *test, unsigned long prot)
{
	struct change change;
	long ret;

	VPK_NEED(test, begin(test, &change));
	ret = vpk_syscall("mprotect", change.user, BYTES, prot);
	end(test, &change);
	if (ret)
		VPK_SKIP(test, "no mprotect from here: %ld", ret);
	KUNIT_EXPECT_EQ(test, vpk_syscall("mprotect", change.user, BYTES, PROT_READ), 0l);
	KUNIT_EXPECT_EQ(test, vpk_matching(change.user, BYTES, 0x42), (size_t)BYTES);
}

VPK_REQUEST_CASE(made_read_only_while_locked)
{
	protect(test, PROT_READ);
}

VPK_REQUEST_CASE(made_inaccessible_while_locked)
{
	protect(test, PROT_NONE);
}

VPK_REQUEST_CASE(advised_away_while_locked)
{
	struct change change;
	long ret;

	VPK_NEED(test, begin(test, &change));
	ret = vpk_syscall("madvise", change.user, BYTES, MADV_DONTNEED);
	end(test, &change);
	if (ret)
		VPK_SKIP(test, "no madvise from here: %ld", ret);
}

VPK_REQUEST_CASE(written_by_the_process_while_locked)
{
	struct vpk_case *vpk = vpk_of(test);
	struct change change;
	unsigned int i;

	VPK_NEED(test, begin(test, &change));
	vpk_fill(test, change.user, BYTES, 0x43);
	for (i = 0; i < ARRAY_SIZE(change.phys) && !vpk_bounces(vpk->a); i++)
		KUNIT_EXPECT_TRUE(test, vpk_device_sees(vpk->a, logical_of(&change, i), PAGE_SIZE,
							i * PAGE_SIZE, 0x43));
	vpk_fill(test, change.user, BYTES, 0x41);
	end(test, &change);
}

/* The file's end moves: the pages leave the file, not the device. */
VPK_REQUEST_CASE(a_file_truncated_while_locked)
{
	struct vpk_case *vpk = vpk_of(test);
	struct file *file = vpk_file("/tmp/videoport_kunit_cut", O_CREAT | O_RDWR);
	struct vpk_state before;
	unsigned long user;
	PDMA dma;

	if (IS_ERR(file))
		VPK_SKIP(test, "no file in /tmp: %ld", PTR_ERR(file));
	VPK_NEED(test, !vfs_truncate(&file->f_path, BYTES));
	user = vpk_user_map(test, file, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED);
	VPK_NEED(test, user);
	vpk_fill(test, user, BYTES, 0x44);
	vpk_state(vpk, &before);
	dma = vpk_lock_pages(vpk->a, user, BYTES, NULL);
	VPK_NEED(test, dma);
	KUNIT_EXPECT_EQ(test, vfs_truncate(&file->f_path, 0), 0l);
	KUNIT_EXPECT_EQ(test, vpk_pins(), before.pins + 4);
	KUNIT_EXPECT_TRUE(test, vpk_device_write(vpk->a,
						 GET_VIDEO_SCATTERGATHER(&dma)->PhysicalAddress,
						 PAGE_SIZE, 0, 0x45));
	VideoPortUnlockPages(vpk->a->ext, dma);
	vpk_expect_state(test, &before, "after the unlock");
	fput(file);
}

static struct kunit_case user_change_cases[] = {
	KUNIT_CASE(unmapped_while_locked),
	KUNIT_CASE(partly_unmapped_while_locked),
	KUNIT_CASE(mapped_over_while_locked),
	KUNIT_CASE(made_read_only_while_locked),
	KUNIT_CASE(made_inaccessible_while_locked),
	KUNIT_CASE(advised_away_while_locked),
	KUNIT_CASE(written_by_the_process_while_locked),
	KUNIT_CASE(a_file_truncated_while_locked),
	{ }
};

VPK_SUITE(user_change, user_change_cases);
