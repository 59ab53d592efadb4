// SPDX-License-Identifier: GPL-2.0
/*
 * Pins: pages that stay where they are while a device may reach them; charge.h has who pays.
 * Everything here runs in process context. Whoever reads vp_pin_user() finds vp_unpin() below,
 * in the reverse order. Nothing here maps anything for a device; but the pages are kept in the form
 * in which one can take them.
 */
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>
#include <linux/userfaultfd_k.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "linux.h"
#include "pin.h"

/* Pages pinned between two looks at the clock and at signals, where there are many. */
#define VP_PIN_BATCH	(PAGE_SIZE / sizeof(struct page *))
/* And where there are few: their array is on the stack. */
#define VP_PIN_FEW	64
#define VP_PIN_GFP	(GFP_KERNEL_ACCOUNT | __GFP_NOWARN)

/* Who pins fills in its charge, and has looked whether so many bytes can be from @start on. */
static __always_inline int vp_pin_alloc(struct vp_device *device, unsigned long start,
					size_t length, struct vp_pin **out)
{
	size_t offset = offset_in_page(start);
	struct vp_pin *pin;

	if (!length)
		return -EFAULT;

	pin = xchg(&device->spare_pin, NULL);
	if (!pin) {
		pin = kmalloc(sizeof(*pin), VP_PIN_GFP);
		if (!pin)
			return -ENOMEM;
		pin->device = device;
		pin->flags = 0;
		vp_table_init(&pin->table);
		pin->whole.dev = &device->pdev->dev;
		pin->whole.sgt = &pin->table.sgt;
		pin->whole.of_pin = true;
	}
	pin->nr_pages = (offset + length + PAGE_SIZE - 1) >> PAGE_SHIFT;
	pin->offset = offset;
	pin->length = length;
	pin->whole.length = length;
	pin->most = READ_ONCE(device->max_segment);
	*out = pin;
	return 0;
}

/*
 * Small ones come and go all the time: the next one finds this one's memory, with no parts of a
 * table and no flag set.
 */
static void vp_pin_free(struct vp_pin *pin)
{
	struct vp_device *device = pin->device;

	vp_table_free(&pin->table);
	if (vp_keeps())
		pin = xchg(&device->spare_pin, pin);
	if (unlikely(pin))
		kfree(pin);
}

/**
 * vp_pin_free_spare() - the device goes: nothing of it is pinned any more
 * @vpd: the device.
 */
void vp_pin_free_spare(struct vp_device *vpd)
{
	kfree(vpd->spare_pin);
}

/* All pages are there: what remains is to leave out what is not meant of the first and last. */
static void vp_pin_finish(struct vp_pin *pin)
{
	size_t end = pin->offset + pin->length;

	vp_table_cut(&pin->table, pin->offset, (pin->nr_pages << PAGE_SHIFT) - end);
	vp_table_finish(&pin->table);
}

static __always_inline void vp_pin_tell(struct vp_pin *pin, struct vp_pinned *pinned)
{
	pinned->pin = pin;
	pinned->pages = pin->nr_pages;
	pinned->offset = pin->offset;
	pinned->since_ms = vp_now_ms();
}

/* A run of pages that is worth a call of its own. */
#define VP_UNPIN_RUN	8

/* One entry of several pages, which end at byte @end of the first. Return: how many @pages wait. */
static noinline unsigned int vp_unpin_run(struct scatterlist *sg, unsigned int end,
					  struct page **pages, unsigned int nr_pages, bool dirty)
{
	unsigned long run = PFN_UP(end), i;

	if (run < VP_UNPIN_RUN) {
		for (i = 0; i < run; i++)
			pages[nr_pages++] = nth_page(sg_page(sg), i);
	} else {
		unpin_user_page_range_dirty_lock(sg_page(sg), run, dirty);
		cond_resched();
	}
	return nr_pages;
}

/*
 * The way back for what is in the table. Neighbours go together; many pages by themselves go faster
 * as an array, which is made of some at a time.
 */
static void vp_unpin_table(struct vp_table *table, bool dirty)
{
	struct page *pages[VP_PIN_FEW] VP_UNINITIALIZED;
	struct scatterlist *sg = table->sgt.sgl;
	unsigned int left = table->sgt.orig_nents;
	unsigned int nr_pages = 0;

	for (;; sg = vp_table_next(sg)) {
		unsigned int end = sg->offset + sg->length;

		if (likely(end <= PAGE_SIZE))
			pages[nr_pages++] = sg_page(sg);
		else
			nr_pages = vp_unpin_run(sg, end, pages, nr_pages, dirty);
		if (!--left)
			break;
		if (nr_pages <= VP_PIN_FEW - VP_UNPIN_RUN)
			continue;
		unpin_user_pages_dirty_lock(pages, nr_pages, dirty);
		cond_resched();
		nr_pages = 0;
	}
	if (nr_pages)
		unpin_user_pages_dirty_lock(pages, nr_pages, dirty);
}

/*
 * Are there pages that come only when another program wants it? Whoever waits for those holds up
 * all clients of the adapter for as long as that program likes.
 */
static bool vp_pin_may_wait(const struct vm_area_struct *vma)
{
	const struct super_block *sb;

	if (userfaultfd_armed((struct vm_area_struct *)vma))
		return true;
	if (!vma->vm_file)
		return false;
	sb = file_inode(vma->vm_file)->i_sb;
	if (sb->s_magic == TMPFS_MAGIC)
		return false;
	return sb->s_magic == FUSE_SUPER_MAGIC || sb->s_user_ns != &init_user_ns;
}

/*
 * Pages that the process has not, or not so: make them come, a part of one area at a time. The
 * areas cannot change meanwhile.
 */
static int vp_pin_absent(unsigned long start, int nr_pages, bool write, struct page **pages)
{
	unsigned int flags = FOLL_LONGTERM | FOLL_WRITE;
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	int ret = -EFAULT;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	vma = vma_lookup(mm, start);
	if (!vma || !(vma->vm_flags & (write ? VM_WRITE : VM_READ)))
		goto unlock;
	if (write && vp_pin_tells_file(vma))
		goto unlock;
	if (!write)
		flags = vp_pin_read_flags(vma);
	if (vp_pin_may_wait(vma))
		flags |= FOLL_NOFAULT;
	nr_pages = min_t(unsigned long, nr_pages, (vma->vm_end - start) >> PAGE_SHIFT);
	ret = vp_pin_user_pages(start, nr_pages, flags, pages);
unlock:
	mmap_read_unlock(mm);
	return ret;
}

/*
 * Some of the pages. What is there is pinned without a lock. Return: how many, or an error. A short
 * pin is none by itself: go on behind it.
 */
static __always_inline int vp_pin_some(unsigned long address, unsigned int nr_pages, bool write,
				       struct page **pages)
{
	unsigned int fast = (write ? FOLL_LONGTERM | FOLL_WRITE : VP_PIN_READ_FAST) | FOLL_NOFAULT;
	int ret;

	if (fatal_signal_pending(current))
		return -EINTR;
	ret = pin_user_pages_fast(address, nr_pages, fast, pages);
	if (ret > 0 && write && vp_pin_may_tell_file(pages, ret)) {
		unpin_user_pages(pages, ret);
		ret = 0;
	}
	if (ret <= 0)
		ret = vp_pin_absent(address, nr_pages, write, pages);
	if (ret > 0)
		return ret;
	return ret == -ENOMEM || ret == -EINTR ? ret : -EFAULT;
}

/* All of them, by way of an array for some: as they come they go into the table. */
static __always_inline int vp_pin_all(struct vp_pin *pin, unsigned long start, bool write,
				      struct page **pages, unsigned int most)
{
	unsigned long done = 0;

	while (done < pin->nr_pages) {
		unsigned long left = pin->nr_pages - done, added;
		int got = vp_pin_some(start + (done << PAGE_SHIFT),
				      min_t(unsigned long, left, most), write, pages);

		if (got < 0)
			return got;
		added = vp_table_add_pages(&pin->table, pages, got, pin->most >> PAGE_SHIFT, done,
					   left - got, VP_PIN_GFP);
		if (added < got) {
			unpin_user_pages(pages + added, got - added);
			return -ENOMEM;
		}
		done += got;
		if (done < pin->nr_pages)
			cond_resched();
	}
	return 0;
}

/* A single page: most pins are of one. */
static __always_inline int vp_pin_single(struct vp_pin *pin, unsigned long start, bool write)
{
	struct page *page VP_UNINITIALIZED;
	int got = vp_pin_some(start, 1, write, &page);

	if (got < 0)
		return got;
	vp_table_single(&pin->table, page, pin->offset, pin->length);
	return 0;
}

/* The same of what is side by side in memory, which ends at byte @end of its first page. */
static __always_inline void vp_unpin_single(struct page *page, unsigned int end, bool dirty)
{
	if (end > PAGE_SIZE) {
		unpin_user_page_range_dirty_lock(page, PFN_UP(end), dirty);
		return;
	}
	if (dirty && !PageDirty(page))
		set_page_dirty_lock(page);
	unpin_user_page(page);
}

static int vp_pin_few(struct vp_pin *pin, unsigned long start, bool write)
{
	struct page *pages[VP_PIN_FEW] VP_UNINITIALIZED;

	return vp_pin_all(pin, start, write, pages, VP_PIN_FEW);
}

static int vp_pin_many(struct vp_pin *pin, unsigned long start, bool write)
{
	struct page **pages = kmalloc(PAGE_SIZE, VP_PIN_GFP);
	int ret;

	if (!pages)
		return -ENOMEM;
	ret = vp_pin_all(pin, start, write, pages, VP_PIN_BATCH);
	kfree(pages);
	return ret;
}

static noinline int vp_pin_pages(struct vp_pin *pin, unsigned long start, bool write)
{
	int ret;

	vp_table_init(&pin->table);
	ret = pin->nr_pages <= VP_PIN_FEW ? vp_pin_few(pin, start, write) :
					    vp_pin_many(pin, start, write);
	if (!ret) {
		vp_pin_finish(pin);
	} else if (!vp_table_empty(&pin->table)) {
		vp_table_finish(&pin->table);
		vp_unpin_table(&pin->table, false);
	}
	return ret;
}

int vp_pin_user(struct vp_device *device, uint64_t address, size_t length, bool write,
		struct vp_pinned *pinned)
{
	unsigned long start = address;
	struct vp_pin *pin;
	int ret;

	if (start != address || !current->mm ||
	    !access_ok((void __user *)start, length))
		return -EFAULT;
	/* Areas are found by the address alone, without a program's tag in its top byte. */
	start = untagged_addr(start);

	ret = vp_pin_alloc(device, start, length, &pin);
	if (ret)
		return ret;
	ret = vp_charge(&pin->charge, pin->nr_pages);
	if (ret)
		goto free;
	ret = vp_pin_refuses(start & PAGE_MASK, pin->nr_pages);
	if (!ret)
		ret = pin->nr_pages == 1 ? vp_pin_single(pin, start & PAGE_MASK, write) :
					   vp_pin_pages(pin, start & PAGE_MASK, write);
	if (ret)
		goto uncharge;
	vp_pin_tell(pin, pinned);
	return 0;

uncharge:
	vp_uncharge(&pin->charge);
free:
	vp_pin_free(pin);
	return ret;
}

int vp_pin_kernel(struct vp_device *device, const void *memory, size_t length,
		  struct vp_pinned *pinned)
{
	unsigned long start = (unsigned long)memory;
	unsigned long i, end, first = start & PAGE_MASK;
	struct vp_pin *pin;
	int ret;

	if (check_add_overflow(start, length, &end) || end > ULONG_MAX - PAGE_SIZE)
		return -EFAULT;
	ret = vp_pin_alloc(device, start, length, &pin);
	if (ret)
		return ret;
	pin->charge.mm = NULL;
	vp_table_init(&pin->table);
	for (i = 0; i < pin->nr_pages; i++) {
		const void *at = (const void *)(first + (i << PAGE_SHIFT));
		struct page *page = is_vmalloc_addr(at) ? vmalloc_to_page(at) : virt_to_page(at);

		if (!vp_table_add_pages(&pin->table, &page, 1, pin->most >> PAGE_SHIFT, i,
					pin->nr_pages - i - 1, VP_PIN_GFP)) {
			vp_pin_free(pin);
			return -ENOMEM;
		}
	}
	vp_pin_finish(pin);
	vp_pin_tell(pin, pinned);
	return 0;
}

void vp_unpin(struct vp_pin *pin, bool dirty)
{
	if (pin->charge.mm) {
		struct scatterlist *sg = pin->table.first;

		if (pin->table.sgt.orig_nents == 1)
			vp_unpin_single(sg_page(sg), sg->offset + sg->length, dirty);
		else
			vp_unpin_table(&pin->table, dirty);
		vp_uncharge(&pin->charge);
	}
	vp_pin_free(pin);
}
