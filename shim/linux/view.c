// SPDX-License-Identifier: GPL-2.0
/*
 * Device memory in a client's address space. A client cannot map anything by itself: the mapping
 * is made here, in its own request, and taken out of every address space that has it when the core
 * says so; there is no fault handler that would bring it back. Process context.
 */
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "compat.h"
#include "linux.h"

/**
 * struct vp_view - one mapping
 * @device: whose memory it shows.
 * @file: through which it was made; its client outlives the view.
 * @mm: the address space that it was made in; kept so that no other is taken for it.
 * @start: where it was made there.
 * @page: its offset in the node, in pages; never used twice.
 * @source: what it shows.
 * @bar: where that begins for the CPU, if it is a part of a BAR.
 * @combining: that part is noted as write-combined, until the view goes.
 */
struct vp_view {
	struct vp_device *device;
	struct file *file;
	struct mm_struct *mm;
	unsigned long start;
	unsigned long page;
	struct vp_view_source source;
	phys_addr_t bar;
	bool combining;
};

/* What is touched after it was taken away has no fault handler: SIGBUS. */
static const struct vm_operations_struct vp_view_ops = { };

/*
 * Page by page, because x86's PAT keeps account of what remap_pfn_range() fills as a whole, and
 * older kernels lose count when it is unmapped twice at once: see vp_vm_untrack_memory(). Of single
 * pages it asks only how they may be cached.
 */
static int vp_view_fill_bar(const struct vp_view *view, struct vm_area_struct *vma)
{
	unsigned long address, pfn = PHYS_PFN(view->bar);

	vp_vm_flags_mod(vma, VM_PFNMAP, 0);
	vma->vm_page_prot = view->source.write_combining ? pgprot_writecombine(vma->vm_page_prot) :
							   pgprot_noncached(vma->vm_page_prot);
	for (address = vma->vm_start; address < vma->vm_end; address += PAGE_SIZE, pfn++) {
		if (vmf_insert_pfn(vma, address, pfn) != VM_FAULT_NOPAGE)
			return -ENOMEM;
		cond_resched();
	}
	return 0;
}

static int vp_view_fill(const struct vp_view *view, struct vm_area_struct *vma)
{
	const struct vp_view_source *source = &view->source;
	int ret;

	if (!source->memory)
		return vp_view_fill_bar(view, vma);
	/* the offset in the buffer is looked for there */
	vma->vm_pgoff = source->offset >> PAGE_SHIFT;
	ret = dma_mmap_coherent(&view->device->pdev->dev, vma, source->memory, source->logical,
				PAGE_ALIGN(source->size));
	vma->vm_pgoff = view->page;
	vp_vm_untrack_memory(vma);
	return ret;
}

/**
 * vp_view_mmap() - the mmap of a node: only vp_view_map() can succeed
 * @vpf: the open node.
 * @vma: what is to be filled.
 *
 * Return: 0 or a negative error.
 */
int vp_view_mmap(struct vp_file *vpf, struct vm_area_struct *vma)
{
	struct vp_view *view;

	if (READ_ONCE(vpf->viewer) != current)
		return -EACCES;
	view = vpf->view;
	if (vma->vm_pgoff != view->page ||
	    vma->vm_end - vma->vm_start != view->source.length || vma->vm_flags & VM_EXEC)
		return -EINVAL;
	vp_vm_flags_mod(vma, VM_IO | VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP, VM_MAYEXEC);
	vma->vm_ops = &vp_view_ops;
	return vp_view_fill(view, vma);
}

/* Where it cannot be, somebody else has it mapped otherwise, and the view follows that. */
static void vp_view_note_caching(struct vp_view *view)
{
	const struct vp_view_source *source = &view->source;

	if (source->memory)
		return;
	view->bar = vp_range_start(view->device, source->bar) + source->offset;
	view->combining = source->write_combining &&
			  !arch_io_reserve_memtype_wc(view->bar, source->length);
}

static void vp_view_free(struct vp_view *view)
{
	if (view->combining)
		arch_io_free_memtype_wc(view->bar, view->source.length);
	kfree(view);
}

int vp_view_map(struct vp_device *device, struct vp_file *file,
		const struct vp_view_source *source, uint64_t *address, struct vp_view **out)
{
	unsigned long start, pages = source->length >> PAGE_SHIFT;
	struct vp_view *view;

	if (!current->mm)
		return -EFAULT;
	view = kzalloc(sizeof(*view), GFP_KERNEL_ACCOUNT);
	if (!view)
		return -ENOMEM;
	view->device = device;
	view->file = file->file;
	view->source = *source;
	view->page = atomic_long_fetch_add(pages, &device->view_pages);
	vp_view_note_caching(view);

	file->view = view;
	WRITE_ONCE(file->viewer, current);
	start = vm_mmap(file->file, 0, source->length, PROT_READ | PROT_WRITE, MAP_SHARED,
			view->page << PAGE_SHIFT);
	WRITE_ONCE(file->viewer, NULL);
	file->view = NULL;
	if (IS_ERR_VALUE(start)) {
		vp_view_free(view);
		return (long)start == -ENOMEM ? -ENOMEM : -EFAULT;
	}
	mmgrab(current->mm);
	view->mm = current->mm;
	view->start = start;
	*address = start;
	*out = view;
	return 0;
}

/* The client may have unmapped it by itself, and have something else there now. */
static size_t vp_view_still_there(const struct vp_view *view)
{
	const struct vm_area_struct *vma;
	size_t length = 0;

	mmap_read_lock(view->mm);
	vma = vma_lookup(view->mm, view->start);
	if (vma && vma->vm_file == view->file && vma->vm_start == view->start &&
	    vma->vm_pgoff == view->page)
		length = vma->vm_end - vma->vm_start;
	mmap_read_unlock(view->mm);
	return length;
}

void vp_view_unmap(struct vp_view *view)
{
	unmap_mapping_range(view->file->f_mapping, (loff_t)view->page << PAGE_SHIFT,
			    view->source.length, 1);
	if (view->mm == current->mm) {
		size_t length = vp_view_still_there(view);

		if (length)
			vm_munmap(view->start, length);
	}
	mmdrop(view->mm);
	vp_view_free(view);
}
