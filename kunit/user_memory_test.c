// SPDX-License-Identifier: GPL-2.0
/*
 * Every kind of memory that a process has: each is locked, reached by the device in both
 * directions, and given back.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mman.h>
#include <linux/shmem_fs.h>

#include "bench.h"

#define BYTES	(4 * PAGE_SIZE)

/* Lock, let the device read and write all of it, unlock; and look at the process's side. */
static void lock_and_move(struct kunit *test, unsigned long user, size_t bytes)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_state before;
	PVRB_SG segment;
	size_t at = 0;
	PDMA dma;

	vpk_fill(test, user, bytes, 0x71);
	vpk_state(vpk, &before);
	dma = vpk_lock_pages(vpk->a, user, bytes, NULL);
	VPK_NEED(test, dma);
	KUNIT_EXPECT_EQ(test, vpk_pins(), before.pins + (long)PFN_UP(bytes));
	KUNIT_EXPECT_EQ(test, vpk_check_segments(test, vpk->a, dma, user), bytes);
	for (segment = GET_VIDEO_SCATTERGATHER(&dma); segment->Length; segment++) {
		KUNIT_EXPECT_TRUE(test, vpk_device_sees(vpk->a, segment->PhysicalAddress,
							segment->Length, at, 0x71));
		KUNIT_EXPECT_TRUE(test, vpk_device_write(vpk->a, segment->PhysicalAddress,
							 segment->Length, at, 0x72));
		at += segment->Length;
	}
	VideoPortUnlockPages(vpk->a->ext, dma);
	KUNIT_EXPECT_EQ(test, vpk_matching(user, bytes, 0x72), bytes);
	vpk_expect_state(test, &before, "after the unlock");
}

VPK_REQUEST_CASE(anonymous_memory_never_touched)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	u8 byte = 1;
	PDMA dma = vpk_lock_pages(vpk->a, user, BYTES, NULL);

	VPK_NEED(test, dma);
	/* one byte of the pattern, which is its seed: the device sees zeroes */
	KUNIT_EXPECT_TRUE(test, vpk_device_sees(vpk->a,
						GET_VIDEO_SCATTERGATHER(&dma)->PhysicalAddress, 1,
						0, 0));
	VideoPortUnlockPages(vpk->a->ext, dma);
	KUNIT_EXPECT_EQ(test, copy_from_user(&byte, (void __user *)user, 1), 0ul);
	KUNIT_EXPECT_EQ(test, byte, 0);
}

VPK_REQUEST_CASE(anonymous_memory)
{
	lock_and_move(test, vpk_user(test, BYTES), BYTES);
}

VPK_REQUEST_CASE(shared_anonymous_memory)
{
	unsigned long user = vpk_user_map(test, NULL, BYTES, PROT_READ | PROT_WRITE,
					  MAP_SHARED | MAP_ANONYMOUS);

	VPK_NEED(test, user);
	lock_and_move(test, user, BYTES);
}

static struct file *memfd(size_t bytes)
{
	return vpk_shmem_file("videoport_kunit", bytes);
}

VPK_REQUEST_CASE(shared_memory_of_a_memfd)
{
	struct file *file = memfd(BYTES);
	unsigned long user;

	VPK_NEED(test, !IS_ERR(file));
	user = vpk_user_map(test, file, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED);
	fput(file);
	VPK_NEED(test, user);
	lock_and_move(test, user, BYTES);
}

VPK_REQUEST_CASE(a_memfd_mapped_twice_shows_what_the_device_wrote)
{
	struct file *file = memfd(BYTES);
	unsigned long user, other;

	VPK_NEED(test, !IS_ERR(file));
	user = vpk_user_map(test, file, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED);
	other = vpk_user_map(test, file, BYTES, PROT_READ, MAP_SHARED);
	fput(file);
	VPK_NEED(test, user && other);
	lock_and_move(test, user, BYTES);
	KUNIT_EXPECT_EQ(test, vpk_matching(other, BYTES, 0x72), (size_t)BYTES);
}

/* A private mapping's page is the file's until it is written: the lock breaks the copy. */
static void private_file(struct kunit *test, VP_LOCK_OPERATION operation)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user, shared, user_pages;
	struct file *file = memfd(BYTES);
	struct page *locked;
	PVOID mdl;

	VPK_NEED(test, !IS_ERR(file));
	shared = vpk_user_map(test, file, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED);
	user = vpk_user_map(test, file, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	fput(file);
	VPK_NEED(test, user && shared);
	vpk_fill(test, shared, BYTES, 0x73);
	user_pages = vpk_matching(user, BYTES, 0x73); /* reads the file's pages */
	KUNIT_EXPECT_EQ(test, user_pages, (size_t)BYTES);
	mdl = vpk_lock(vpk->a, user, BYTES, operation);
	VPK_NEED(test, mdl);
	locked = vpk_user_page(user);
	/* what the process writes now goes where the device looks, and not into the file */
	vpk_fill(test, user, BYTES, 0x74);
	KUNIT_EXPECT_PTR_EQ(test, vpk_user_page(user), locked);
	KUNIT_EXPECT_EQ(test, vpk_matching(shared, BYTES, 0x73), (size_t)BYTES);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

VPK_REQUEST_CASE(a_private_file_mapping_locked_for_writing_breaks_the_copy)
{
	private_file(test, VpWriteAccess);
}

VPK_REQUEST_CASE(a_private_file_mapping_locked_for_reading_does_not_go_stale)
{
	private_file(test, VpReadAccess);
}

/* Memory that was only read is the zero page: a lock must not pin that and miss later writes. */
static void zero_page(struct kunit *test, VP_LOCK_OPERATION operation)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	PVP_DMA_ADAPTER adapter = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0);
	struct vpk_transfer transfer = { };
	u8 byte;
	PVOID mdl;

	VPK_NEED(test, adapter && !copy_from_user(&byte, (void __user *)user, 1));
	mdl = vpk_lock(vpk->a, user, BYTES, operation);
	VPK_NEED(test, mdl);
	vpk_fill(test, user, BYTES, 0x75);
	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 0, BYTES, true, &transfer) == NO_ERROR);
	KUNIT_EXPECT_TRUE(test, vpk_list_sees(vpk->a, transfer.list, 0, 0x75));
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

VPK_REQUEST_CASE(memory_that_was_only_read_is_not_the_zero_page_when_locked_for_writing)
{
	zero_page(test, VpWriteAccess);
}

VPK_REQUEST_CASE(memory_that_was_only_read_is_not_the_zero_page_when_locked_for_reading)
{
	zero_page(test, VpReadAccess);
}

static struct file *file_of(const char *path, size_t bytes)
{
	struct file *file = vpk_file(path, O_CREAT | O_RDWR | O_LARGEFILE);

	if (!IS_ERR(file) && vfs_truncate(&file->f_path, bytes)) {
		fput(file);
		return ERR_PTR(-EIO);
	}
	return file;
}

VPK_REQUEST_CASE(a_shared_file_mapping)
{
	struct file *file = file_of("/tmp/videoport_kunit", BYTES);
	unsigned long user;

	if (IS_ERR(file))
		VPK_SKIP(test, "no file in /tmp: %ld", PTR_ERR(file));
	user = vpk_user_map(test, file, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED);
	fput(file);
	VPK_NEED(test, user);
	lock_and_move(test, user, BYTES);
}

VPK_REQUEST_CASE(a_file_mapping_beyond_the_files_end_is_refused)
{
	struct vpk_case *vpk = vpk_of(test);
	struct file *file = file_of("/tmp/videoport_kunit_short", PAGE_SIZE);
	struct vpk_state before;
	unsigned long user;

	if (IS_ERR(file))
		VPK_SKIP(test, "no file in /tmp: %ld", PTR_ERR(file));
	user = vpk_user_map(test, file, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED);
	fput(file);
	VPK_NEED(test, user);
	vpk_state(vpk, &before);
	KUNIT_EXPECT_NULL(test, vpk_lock_pages(vpk->a, user, BYTES, NULL));
	vpk_expect_state(test, &before, "after the refusal");
}

#ifdef CONFIG_TRANSPARENT_HUGEPAGE
/* A huge page where the kernel has one to give. Return: 0 if there is none. */
static unsigned long huge(struct kunit *test)
{
	unsigned long user = ALIGN(vpk_user(test, 3 * HPAGE_PMD_SIZE), HPAGE_PMD_SIZE);
	struct vm_area_struct *vma;
	struct page *page;

	mmap_write_lock(current->mm);
	vma = find_vma(current->mm, user);
	if (vma)
		vpk_vm_flags_set(vma, VM_HUGEPAGE);
	mmap_write_unlock(current->mm);
	vpk_fill(test, user, 16, 0);
	page = vpk_user_page(user);
	return page && PageCompound(page) ? user : 0;
}

VPK_REQUEST_CASE(a_transparent_huge_page)
{
	unsigned long user = huge(test);

	if (!user)
		VPK_SKIP(test, "no transparent huge page is to be had");
	lock_and_move(test, user, HPAGE_PMD_SIZE);
}

VPK_REQUEST_CASE(a_part_of_a_transparent_huge_page_and_what_follows)
{
	unsigned long user = huge(test);

	if (!user)
		VPK_SKIP(test, "no transparent huge page is to be had");
	lock_and_move(test, user + 5 * PAGE_SIZE, BYTES);
	lock_and_move(test, user + HPAGE_PMD_SIZE - 2 * PAGE_SIZE, BYTES);
}

VPK_REQUEST_CASE(a_huge_page_is_few_segments)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = huge(test);
	ULONG list = 0;
	PDMA dma;

	if (!user || vpk_bounces(vpk->a))
		VPK_SKIP(test, "no transparent huge page, or bounce buffers");
	dma = vpk_lock_pages(vpk->a, user, HPAGE_PMD_SIZE, &list);
	VPK_NEED(test, dma);
	KUNIT_EXPECT_LE(test, list / sizeof(VRB_SG), 1ul);
	VideoPortUnlockPages(vpk->a->ext, dma);
}
#endif

VPK_REQUEST_CASE(a_hugetlb_page)
{
	struct file *file = vpk_file("/dev/hugepages/videoport_kunit", O_CREAT | O_RDWR);
	unsigned long user;

	if (IS_ERR(file))
		VPK_SKIP(test, "no file in /dev/hugepages: %ld", PTR_ERR(file));
	user = vpk_user_map(test, file, SZ_2M, PROT_READ | PROT_WRITE, MAP_SHARED);
	fput(file);
	if (!user)
		VPK_SKIP(test, "no huge page is reserved (vm.nr_hugepages)");
	lock_and_move(test, user, SZ_2M);
	lock_and_move(test, user + 3 * PAGE_SIZE, BYTES);
}

VPK_REQUEST_CASE(memory_of_several_mappings_side_by_side)
{
	unsigned long user = vpk_user(test, BYTES);

	VPK_NEED(test, user);
	/* a shared mapping in the middle of a private one */
	VPK_NEED(test, vm_mmap(NULL, user + PAGE_SIZE, PAGE_SIZE, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, 0) == user + PAGE_SIZE);
	lock_and_move(test, user, BYTES);
}

static struct kunit_case user_memory_cases[] = {
	KUNIT_CASE(anonymous_memory_never_touched),
	KUNIT_CASE(anonymous_memory),
	KUNIT_CASE(shared_anonymous_memory),
	KUNIT_CASE(shared_memory_of_a_memfd),
	KUNIT_CASE(a_memfd_mapped_twice_shows_what_the_device_wrote),
	KUNIT_CASE(a_private_file_mapping_locked_for_writing_breaks_the_copy),
	KUNIT_CASE(a_private_file_mapping_locked_for_reading_does_not_go_stale),
	KUNIT_CASE(memory_that_was_only_read_is_not_the_zero_page_when_locked_for_writing),
	KUNIT_CASE(memory_that_was_only_read_is_not_the_zero_page_when_locked_for_reading),
	KUNIT_CASE(a_shared_file_mapping),
	KUNIT_CASE(a_file_mapping_beyond_the_files_end_is_refused),
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	KUNIT_CASE(a_transparent_huge_page),
	KUNIT_CASE(a_part_of_a_transparent_huge_page_and_what_follows),
	KUNIT_CASE(a_huge_page_is_few_segments),
#endif
	KUNIT_CASE(a_hugetlb_page),
	KUNIT_CASE(memory_of_several_mappings_side_by_side),
	{ }
};

VPK_SUITE(user_memory, user_memory_cases);
