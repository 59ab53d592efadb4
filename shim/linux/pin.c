// SPDX-License-Identifier: GPL-2.0
/*
 * Pins: pages that stay where they are while a device may reach them, and the charge for them.
 * Everything here runs in process context. Whoever reads vp_pin_user() finds vp_unpin() below,
 * in the reverse order. Nothing here maps anything for a device.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
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

/* Charges the calling process; the mm is kept so that the same one gets it back. */
static int vp_pin_charge(struct vp_pin *pin)
{
	struct mm_struct *mm = current->mm;
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;

	if (atomic64_add_return(pin->nr_pages, &mm->pinned_vm) > limit &&
	    !capable(CAP_IPC_LOCK)) {
		atomic64_sub(pin->nr_pages, &mm->pinned_vm);
		return -EAGAIN;
	}
	mmgrab(mm);
	pin->mm = mm;
	return 0;
}

static void vp_pin_uncharge(struct vp_pin *pin)
{
	atomic64_sub(pin->nr_pages, &pin->mm->pinned_vm);
	mmdrop(pin->mm);
	pin->mm = NULL;
}

/* A short pin is no error by itself: go on where it stopped, until nothing comes any more. */
static int vp_pin_pages_of_user(struct vp_pin *pin, unsigned long start, bool write)
{
	unsigned long done = 0;
	int ret = 0;

	while (done < pin->nr_pages) {
		int batch = min_t(unsigned long, pin->nr_pages - done, VP_PIN_BATCH);
		unsigned long address = start + (done << PAGE_SHIFT);

		if (fatal_signal_pending(current)) {
			ret = -EINTR;
			break;
		}
		if (write)
			ret = pin_user_pages_fast(address, batch, FOLL_WRITE | FOLL_LONGTERM,
						  pin->pages + done);
		else
			ret = vp_pin_user_pages_readonly(address, batch, pin->pages + done);
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
	ret = vp_pin_charge(pin);
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
	vp_pin_uncharge(pin);
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
	if (pin->mm) {
		unpin_user_pages_dirty_lock(pin->pages, pin->nr_pages, dirty);
		vp_pin_uncharge(pin);
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
