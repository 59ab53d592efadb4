// SPDX-License-Identifier: GPL-2.0
/*
 * Pins: pages that stay where they are while a device may reach them; charge.c has who pays.
 * Everything here runs in process context. Whoever reads vp_pin_user() finds vp_unpin() below,
 * in the reverse order. Nothing here maps anything for a device.
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

/* Pages pinned between two looks at the clock and at signals. */
#define VP_PIN_BATCH	512

static int vp_pin_alloc(unsigned long start, size_t length, struct vp_pin **out)
{
	size_t offset = offset_in_page(start);
	size_t bytes, pages;
	struct vp_pin *pin;

	if (!length || check_add_overflow(offset + PAGE_SIZE - 1, length, &bytes))
		return -EFAULT;
	pages = bytes >> PAGE_SHIFT;

	pin = kzalloc(sizeof(*pin), GFP_KERNEL_ACCOUNT);
	if (!pin)
		return -ENOMEM;
	pin->pages = kvmalloc_array(pages, sizeof(*pin->pages),
				    GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!pin->pages) {
		kfree(pin);
		return -ENOMEM;
	}
	pin->nr_pages = pages;
	pin->offset = offset;
	pin->length = length;
	*out = pin;
	return 0;
}

static void vp_pin_free(struct vp_pin *pin)
{
	kvfree(pin->pages);
	kfree(pin);
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

/* What is there is pinned without a lock; a short pin is no error by itself: go on behind it. */
static int vp_pin_pages_of_user(struct vp_pin *pin, unsigned long start, bool write)
{
	unsigned int fast = (write ? FOLL_LONGTERM | FOLL_WRITE : VP_PIN_READ_FAST) | FOLL_NOFAULT;
	unsigned long done = 0;
	int ret = 0;

	while (done < pin->nr_pages) {
		int batch = min_t(unsigned long, pin->nr_pages - done, VP_PIN_BATCH);
		unsigned long address = start + (done << PAGE_SHIFT);

		if (fatal_signal_pending(current)) {
			ret = -EINTR;
			break;
		}
		ret = pin_user_pages_fast(address, batch, fast, pin->pages + done);
		if (ret <= 0)
			ret = vp_pin_absent(address, batch, write, pin->pages + done);
		if (ret <= 0)
			break;
		done += ret;
		cond_resched();
	}
	if (done == pin->nr_pages)
		return 0;

	unpin_user_pages(pin->pages, done);
	if (ret == -ENOMEM || ret == -EINTR)
		return ret;
	return -EFAULT;
}

int vp_pin_user(uint64_t address, size_t length, bool write, struct vp_pin **out)
{
	unsigned long start = address;
	struct vp_pin *pin;
	int ret;

	if (start != address || !current->mm ||
	    !access_ok((void __user *)start, length))
		return -EFAULT;

	ret = vp_pin_alloc(start, length, &pin);
	if (ret)
		return ret;
	ret = vp_charge(&pin->charge, pin->nr_pages);
	if (ret)
		goto free;
	ret = vp_pin_refuses(start & PAGE_MASK, pin->nr_pages);
	if (!ret)
		ret = vp_pin_pages_of_user(pin, start & PAGE_MASK, write);
	if (ret)
		goto uncharge;
	*out = pin;
	return 0;

uncharge:
	vp_uncharge(&pin->charge);
free:
	vp_pin_free(pin);
	return ret;
}

int vp_pin_kernel(const void *memory, size_t length, struct vp_pin **out)
{
	unsigned long start = (unsigned long)memory;
	struct vp_pin *pin;
	unsigned long i;
	int ret;

	ret = vp_pin_alloc(start, length, &pin);
	if (ret)
		return ret;
	for (i = 0; i < pin->nr_pages; i++) {
		const void *page = (const void *)((start & PAGE_MASK) + (i << PAGE_SHIFT));

		pin->pages[i] = is_vmalloc_addr(page) ? vmalloc_to_page(page) :
							virt_to_page(page);
	}
	*out = pin;
	return 0;
}

void vp_unpin(struct vp_pin *pin, bool dirty)
{
	if (pin->charge.mm) {
		unpin_user_pages_dirty_lock(pin->pages, pin->nr_pages, dirty);
		vp_uncharge(&pin->charge);
	}
	vp_pin_free(pin);
}

size_t vp_pin_pages(const struct vp_pin *pin)
{
	return pin->nr_pages;
}

size_t vp_pin_offset(const struct vp_pin *pin)
{
	return pin->offset;
}
