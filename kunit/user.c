// SPDX-License-Identifier: GPL-2.0
/*
 * User memory of the process that the cases borrow: making it, filling it, looking at its pages.
 * Called in the thread of a case.
 */
#include <linux/kprobes.h>
#include <linux/mman.h>
#include <linux/pagemap.h>
#include <linux/uaccess.h>
#include <asm/ptrace.h>

#include "bench.h"

unsigned long vpk_user_map(struct kunit *test, struct file *file, size_t bytes,
			   unsigned long prot, unsigned long flags)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long start;

	if (vpk->nr_maps == VPK_MAPS)
		return 0;
	start = vm_mmap(file, 0, bytes, prot, flags, 0);
	if (IS_ERR_VALUE(start))
		return 0;
	vpk->maps[vpk->nr_maps].start = start;
	vpk->maps[vpk->nr_maps++].length = bytes;
	return start;
}

unsigned long vpk_user(struct kunit *test, size_t bytes)
{
	return vpk_user_map(test, NULL, PAGE_ALIGN(bytes), PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS);
}

/* The whole mapping, or a part: what is left goes at the end of the case. */
void vpk_user_unmap(struct kunit *test, unsigned long start, size_t bytes)
{
	vm_munmap(start, bytes);
}

u8 vpk_pattern(size_t position, u8 seed)
{
	return (position * 31 + position / 251 + position / 4096 * 7) ^ seed;
}

void vpk_fill(struct kunit *test, unsigned long start, size_t bytes, u8 seed)
{
	u8 chunk[256];
	size_t i, at;

	for (at = 0; at < bytes; at += i) {
		for (i = 0; i < sizeof(chunk) && at + i < bytes; i++)
			chunk[i] = vpk_pattern(at + i, seed);
		if (copy_to_user((void __user *)(start + at), chunk, i)) {
			KUNIT_FAIL(test, "user memory at +%zu cannot be written", at);
			return;
		}
	}
}

/** vpk_matching() - how many bytes have the pattern, from the start. */
size_t vpk_matching(unsigned long start, size_t bytes, u8 seed)
{
	u8 chunk[256];
	size_t i, at;

	for (at = 0; at < bytes; at += i) {
		size_t n = min(sizeof(chunk), bytes - at);

		if (copy_from_user(chunk, (void __user *)(start + at), n))
			return at;
		for (i = 0; i < n; i++)
			if (chunk[i] != vpk_pattern(at + i, seed))
				return at + i;
	}
	return bytes;
}

struct page *vpk_user_page(unsigned long address)
{
	struct page *page;

	if (get_user_pages_fast(address & PAGE_MASK, 1, 0, &page) != 1)
		return NULL;
	put_page(page);
	return page;
}

unsigned long vpk_vm_flags(unsigned long address)
{
	struct vm_area_struct *vma;
	unsigned long flags;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, address);
	flags = vma ? vma->vm_flags : 0;
	mmap_read_unlock(current->mm);
	return flags;
}

size_t vpk_vm_bytes(unsigned long address)
{
	struct vm_area_struct *vma;
	size_t bytes;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, address);
	bytes = vma ? vma->vm_end - vma->vm_start : 0;
	mmap_read_unlock(current->mm);
	return bytes;
}

/* Of a page of its own: nothing that the cases map is large enough for a huge one. */
pteval_t vpk_user_pte(unsigned long address)
{
	pteval_t value = 0;
	pgd_t *pgd;
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;

	mmap_read_lock(current->mm);
	pgd = pgd_offset(current->mm, address);
	p4d = pgd_none(*pgd) ? NULL : p4d_offset(pgd, address);
	pud = !p4d || p4d_none(*p4d) ? NULL : pud_offset(p4d, address);
	pmd = !pud || pud_none(*pud) ? NULL : pmd_offset(pud, address);
	if (pmd && pmd_present(*pmd) && !(pmd_val(*pmd) & _PAGE_PSE))
		value = pte_val(*pte_offset_kernel(pmd, address));
	mmap_read_unlock(current->mm);
	return value;
}

#ifdef CONFIG_KPROBES
static unsigned long vpk_symbol(const char *name)
{
	struct kprobe probe = { .symbol_name = name };
	unsigned long address;

	if (register_kprobe(&probe))
		return 0;
	address = (unsigned long)probe.addr;
	unregister_kprobe(&probe);
	return address;
}
#else
static unsigned long vpk_symbol(const char *name)
{
	return 0;
}
#endif

/* madvise() and mprotect() are not offered to modules: found by way of a probe. */
long vpk_syscall(const char *name, unsigned long a, unsigned long b, unsigned long c)
{
	struct pt_regs regs = { .di = a, .si = b, .dx = c };
	long (*call)(const struct pt_regs *regs);
	char symbol[40];

	snprintf(symbol, sizeof(symbol), "__x64_sys_%s", name);
	call = (void *)vpk_symbol(symbol);
	return call ? call(&regs) : -ENOSYS;
}
