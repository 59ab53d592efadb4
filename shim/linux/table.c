// SPDX-License-Identifier: GPL-2.0
/*
 * Scatter tables that grow. See table.h. Any context in which the caller's kind of memory can be
 * had.
 */
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "compat.h"
#include "table.h"

#define VP_PART_ENTRIES	((PAGE_SIZE - sizeof(struct vp_table_part)) / sizeof(struct scatterlist))
#define VP_PART_LEAST	4

/**
 * vp_table_free_parts() - vp_table_free(), where there are any
 * @table: the table, finished or not.
 */
void vp_table_free_parts(struct vp_table *table)
{
	struct vp_table_part *part = table->parts, *next;

	for (; part; part = next) {
		next = part->next;
		kfree(part);
	}
	table->parts = NULL;
}

/**
 * vp_table_grow() - room for more entries
 * @table: the table; full.
 * @more: how many will be added, about.
 * @gfp: for their memory.
 *
 * The place of the last entry becomes the link to them, so that a table whose size was foreseen
 * needs none.
 *
 * Return: 0 or -ENOMEM with the table as it was.
 */
int vp_table_grow(struct vp_table *table, unsigned long more, gfp_t gfp)
{
	unsigned int capacity = clamp_t(unsigned long, more + 1, VP_PART_LEAST, VP_PART_ENTRIES);
	struct scatterlist *last = table->end - 1;
	struct vp_table_part *part;

	part = kmalloc(struct_size(part, entries, capacity), gfp);
	if (!part)
		return -ENOMEM;
	part->next = table->parts;
	table->parts = part;
	part->entries[0] = *last;
	sg_chain(last, 1, part->entries);
	table->next = part->entries + 1;
	table->end = part->entries + capacity;
	return 0;
}

/**
 * vp_table_add_bytes() - add a part of a run of pages, in entries of limited size
 * @table: the table.
 * @page: the first page of the run.
 * @start: the first byte from there.
 * @bytes: how many, not 0.
 * @most: of one entry; whole pages.
 * @more: entries that will follow, about.
 * @gfp: for memory that it takes.
 *
 * Return: 0 or -ENOMEM.
 */
int vp_table_add_bytes(struct vp_table *table, struct page *page, size_t start, size_t bytes,
		       unsigned int most, unsigned long more, gfp_t gfp)
{
	while (bytes) {
		unsigned int offset = offset_in_page(start);
		unsigned int part = min_t(size_t, bytes, most - offset);

		if (vp_table_full(table) && vp_table_grow(table, more + bytes / most, gfp))
			return -ENOMEM;
		vp_table_add(table, nth_page(page, start >> PAGE_SHIFT), offset, part);
		start += part;
		bytes -= part;
	}
	return 0;
}

/* How many of the pages lie behind each other, from @expected on. */
static unsigned long vp_table_run(struct page **pages, unsigned long nr_pages,
				  struct page *expected)
{
	struct page **at = pages, **const end = pages + nr_pages;

	for (; at < end && *at == expected; at++)
		expected = nth_page(expected, 1);
	return at - pages;
}

/* Entries that so many more pages will need, if they are as those that are @done. */
static unsigned long vp_table_foresee(const struct vp_table *table, unsigned long done,
				      unsigned long more)
{
	return min(more, more * table->sgt.nents / done + 1);
}

/**
 * vp_table_add_pages() - add whole pages, neighbours together
 * @table: the table.
 * @pages: the pages.
 * @nr_pages: how many.
 * @run: pages that one entry may have.
 * @done: pages that were added before.
 * @more: pages that will follow: what they need is foreseen by what was needed so far.
 * @gfp: for memory that it takes.
 *
 * Return: how many were added; fewer than @nr_pages: there is no memory for the others.
 */
unsigned long vp_table_add_pages(struct vp_table *table, struct page **pages,
				 unsigned long nr_pages, unsigned long run, unsigned long done,
				 unsigned long more, gfp_t gfp)
{
	struct page **at = pages, **const end = pages + nr_pages;
	struct scatterlist *sg = table->next;

	if (done) {
		struct scatterlist *last = sg - 1;
		unsigned long has = last->length >> PAGE_SHIFT;

		at += vp_table_run(pages, min(run - has, nr_pages), nth_page(sg_page(last), has));
		last->length += (at - pages) << PAGE_SHIFT;
	}
	while (at < end) {
		struct page **const first = at, *page = *at;

		if (unlikely(sg == table->end)) {
			unsigned long left = end - at;

			table->sgt.nents += sg - table->next;
			table->next = sg;
			if (vp_table_grow(table, vp_table_foresee(table, done + nr_pages - left,
								  left + more), gfp))
				return at - pages;
			sg = table->next;
		}
		if (++at == end || *at != nth_page(page, 1)) {
			vp_table_put(sg++, page, 0, PAGE_SIZE);
			continue;
		}
		at += vp_table_run(at, min_t(unsigned long, run - 1, end - at), nth_page(page, 1));
		vp_table_put(sg++, page, 0, (at - first) << PAGE_SHIFT);
	}
	table->sgt.nents += sg - table->next;
	table->next = sg;
	return nr_pages;
}
