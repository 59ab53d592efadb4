/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between the kernels from 6.1 on, each once: a wrapper with the newest kernel's
 * spelling and the release that changed it. No other file looks at the kernel's version.
 */
#ifndef VP_COMPAT_H
#define VP_COMPAT_H

#include <linux/device/class.h>
#include <linux/dma-mapping.h>
#include <linux/eventfd.h>
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/interrupt.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/sched.h>
#include <linux/timer.h>
#include <linux/version.h>

/*
 * 6.18 lets PREEMPT_RT run several threads on one processor that have all switched softirqs off.
 * Whoever has raised its level, or holds a driver's lock, relies on being alone there.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0) && defined(CONFIG_PREEMPT_RT) &&	\
	!defined(CONFIG_PREEMPT_RT_NEEDS_BH_LOCK)
#error videoport needs CONFIG_PREEMPT_RT_NEEDS_BH_LOCK=y where CONFIG_PREEMPT_RT is set
#endif

/* 6.2 added timer_shutdown_sync(); 6.15 removed del_timer() and del_timer_sync(). */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
static inline int vp_timer_delete(struct timer_list *timer)
{
	return del_timer(timer);
}

static inline int vp_timer_delete_sync(struct timer_list *timer)
{
	return del_timer_sync(timer);
}

static inline int vp_timer_shutdown_sync(struct timer_list *timer)
{
	return del_timer_sync(timer);
}
#else
static inline int vp_timer_delete(struct timer_list *timer)
{
	return timer_delete(timer);
}

static inline int vp_timer_delete_sync(struct timer_list *timer)
{
	return timer_delete_sync(timer);
}

static inline int vp_timer_shutdown_sync(struct timer_list *timer)
{
	return timer_shutdown_sync(timer);
}
#endif

/* 6.8 renamed PCI_IRQ_LEGACY. */
#ifndef PCI_IRQ_INTX
#define PCI_IRQ_INTX PCI_IRQ_LEGACY
#endif

/* 6.4 dropped the owner from class_create(). */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
static inline struct class *vp_class_create(const char *name)
{
	return class_create(THIS_MODULE, name);
}
#else
static inline struct class *vp_class_create(const char *name)
{
	return class_create(name);
}
#endif

/* 6.2 made the device of a class's devnode callback const. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
typedef struct device vp_devnode_device;
#else
typedef const struct device vp_devnode_device;
#endif

/*
 * 6.2 made read-only long-term pins of copy-on-write mappings reliable. Before, such a pin went
 * stale at the next write, so the copy is broken first: by pinning for writing, and where the
 * mapping is read-only, by force. A shared read-only mapping cannot be forced, and has nothing to
 * break. Force overrides PROT_NONE too: the caller has looked whether the process may read.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
static inline unsigned int vp_pin_read_flags(const struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_WRITE)
		return FOLL_LONGTERM | FOLL_WRITE;
	if ((vma->vm_flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE)
		return FOLL_LONGTERM | FOLL_WRITE | FOLL_FORCE;
	return FOLL_LONGTERM;
}

#define VP_PIN_READ_FAST	(FOLL_LONGTERM | FOLL_WRITE)
#else
static inline unsigned int vp_pin_read_flags(const struct vm_area_struct *vma)
{
	return FOLL_LONGTERM;
}

#define VP_PIN_READ_FAST	FOLL_LONGTERM
#endif

/* 6.5 dropped the array of areas from pin_user_pages(). */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
static inline long vp_pin_user_pages(unsigned long start, unsigned long nr_pages,
				     unsigned int flags, struct page **pages)
{
	return pin_user_pages(start, nr_pages, flags, pages, NULL);
}
#else
static inline long vp_pin_user_pages(unsigned long start, unsigned long nr_pages,
				     unsigned int flags, struct page **pages)
{
	return pin_user_pages(start, nr_pages, flags, pages);
}
#endif

/*
 * From 6.5 to 6.12 long-term fast pins look at what a page belongs to. Before, they took any
 * ordinary page that a page table names. Where only reading is asked for 7.3 does so again (some
 * release since 6.13 began it; looking once too often does no harm), and 6.12 does where the
 * configuration has no secret memory for whose sake it would look. dma_mmap_coherent()
 * behind an IOMMU maps such pages: look for device memory first. Who changes its mappings meanwhile
 * pins what it could see, and it stays until then.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0) ||					\
	LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0) || !IS_ENABLED(CONFIG_SECRETMEM)
static inline int vp_pin_refuses(unsigned long start, unsigned long nr_pages)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	struct vma_iterator areas;
	int ret = 0;

	vma_iter_init(&areas, mm, start);
	if (mmap_read_lock_killable(mm))
		return -EINTR;
	for_each_vma_range(areas, vma, start + (nr_pages << PAGE_SHIFT)) {
		if (vma->vm_flags & (VM_IO | VM_PFNMAP)) {
			ret = -EFAULT;
			break;
		}
	}
	mmap_read_unlock(mm);
	return ret;
}
#else
static inline int vp_pin_refuses(unsigned long start, unsigned long nr_pages)
{
	return 0;
}
#endif

/*
 * 6.5 refuses long-term pins for writing of a shared file if its file system is told what is
 * written. Unpinning such a page waits for the page's lock to say so, and a FUSE daemon can hold
 * that for as long as it likes. Before, it is refused here: by the area, whose mapping must not
 * change meanwhile; and what a fast pin found without that lock is first looked at by what it
 * is. Memory of processes, tmpfs and hugetlbfs is never such a page.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
static inline bool vp_pin_tells_file(const struct vm_area_struct *vma)
{
	const struct vm_operations_struct *ops = vma->vm_ops;

	return vma->vm_flags & VM_SHARED && ops && (ops->page_mkwrite || ops->pfn_mkwrite);
}

static inline bool vp_pin_may_tell_file(struct page **pages, int nr_pages)
{
	int i;

	for (i = 0; i < nr_pages; i++)
		if (!PageAnon(pages[i]) && !PageSwapBacked(pages[i]) && !PageHuge(pages[i]))
			return true;
	return false;
}
#else
static inline bool vp_pin_tells_file(const struct vm_area_struct *vma)
{
	return false;
}

static inline bool vp_pin_may_tell_file(struct page **pages, int nr_pages)
{
	return false;
}
#endif

/* 6.8 dropped the count from eventfd_signal(). */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
static inline void vp_eventfd_ctx_signal(struct eventfd_ctx *ctx)
{
	eventfd_signal(ctx, 1);
}
#else
static inline void vp_eventfd_ctx_signal(struct eventfd_ctx *ctx)
{
	eventfd_signal(ctx);
}
#endif

/* 6.3 made the flags of a memory area read-only but for its own functions. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vp_vm_flags_mod(struct vm_area_struct *vma, unsigned long set,
				   unsigned long clear)
{
	vma->vm_flags |= set;
	vma->vm_flags &= ~clear;
}
#else
static inline void vp_vm_flags_mod(struct vm_area_struct *vma, unsigned long set,
				   unsigned long clear)
{
	vm_flags_mod(vma, set, clear);
}
#endif

/*
 * Before 6.16, x86's PAT marks an area that remap_pfn_range() has filled as a whole, looks into
 * its first page when it is unmapped, and warns if there is none: so it is when a client unmaps a
 * view just while unmap_mapping_range() does. Of memory it keeps no account that the mark would be
 * needed for.
 */
static inline void vp_vm_untrack_memory(struct vm_area_struct *vma)
{
#ifdef VM_PAT
	vp_vm_flags_mod(vma, 0, VM_PAT);
#endif
}

/* 6.10 tells of a device that nothing of it was ever bounced, nor has to be synchronised else. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
static inline bool vp_dev_need_sync(const struct device *dev)
{
	return true;
}
#else
static inline bool vp_dev_need_sync(const struct device *dev)
{
	return dma_dev_need_sync(dev);
}
#endif

/*
 * 6.18 dropped nth_page(): what describes pages side by side in memory then lies side by side, too,
 * as it has always done on the machines that this is for.
 */
#ifndef nth_page
#define nth_page(page, n) ((page) + (n))
#endif

/* 6.10 dropped the source from __assign_str(): the field knows it. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
#define vp_assign_str(field, source)	__assign_str(field, source)
#else
#define vp_assign_str(field, source)	__assign_str(field)
#endif

#endif /* VP_COMPAT_H */
