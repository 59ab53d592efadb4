/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Scatter tables that grow while pages come, one entry for each run of neighbours. Unlike those of
 * sg_alloc_table_from_pages_segment() they want no array of all pages first, and have their first
 * entries inside.
 */
#ifndef VP_TABLE_H
#define VP_TABLE_H

#include <linux/gfp.h>
#include <linux/mm_types.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

/**
 * struct vp_table_part - memory of further entries
 * @next: the part before.
 * @entries: a page of them at most.
 */
struct vp_table_part {
	struct vp_table_part *next;
	struct scatterlist entries[];
};

/* Entries inside a table: enough for 64 KiB anywhere, each page by itself. */
#define VP_TABLE_FIRST	17

/**
 * struct vp_table - runs of pages
 * @sgt: the same for the DMA API, once vp_table_finish() was called.
 * @parts: memory of further entries, the last one first.
 * @next: the place of the next entry; the one before it is the last.
 * @end: of the places that there are.
 * @first: the first entries.
 */
struct vp_table {
	struct sg_table sgt;
	struct vp_table_part *parts;
	struct scatterlist *next;
	struct scatterlist *end;
	struct scatterlist first[VP_TABLE_FIRST];
};

/** vp_table_init() - make @table, of any memory, an empty one. */
static inline void vp_table_init(struct vp_table *table)
{
	table->sgt.sgl = table->first;
	table->sgt.nents = 0;
	table->sgt.orig_nents = 0;
	table->parts = NULL;
	table->next = table->first;
	table->end = table->first + VP_TABLE_FIRST;
}

/** vp_table_empty() - nothing was added. */
static inline bool vp_table_empty(const struct vp_table *table)
{
	return !table->sgt.nents;
}

/** vp_table_full() - it must grow before anything is added. */
static inline bool vp_table_full(const struct vp_table *table)
{
	return table->next == table->end;
}

/** vp_table_put() - make @sg, whatever it was, an entry: @length bytes at @offset of @page. */
static inline void vp_table_put(struct scatterlist *sg, struct page *page, unsigned int offset,
				unsigned int length)
{
	*sg = (struct scatterlist) {};
	sg_set_page(sg, page, length, offset);
}

/** vp_table_add() - add an entry: @length bytes at @offset of @page. It is not full. */
static inline void vp_table_add(struct vp_table *table, struct page *page, unsigned int offset,
				unsigned int length)
{
	vp_table_put(table->next++, page, offset, length);
	table->sgt.nents++;
}

/** vp_table_cut() - leave out @front bytes of its first page and @back bytes of its last one. */
static inline void vp_table_cut(struct vp_table *table, unsigned int front, unsigned int back)
{
	table->sgt.sgl->offset = front;
	table->sgt.sgl->length -= front;
	table->next[-1].length -= back;
}

/** vp_table_finish() - no more is added: from now on it is one of the DMA API's. */
static inline void vp_table_finish(struct vp_table *table)
{
	sg_mark_end(table->next - 1);
	table->sgt.orig_nents = table->sgt.nents;
}

/**
 * vp_table_single() - a finished table of one entry
 * @table: it was made once, and has no entries beyond its first ones.
 * @page: of the entry.
 * @offset: its first byte in @page.
 * @length: bytes.
 */
static inline void vp_table_single(struct vp_table *table, struct page *page, unsigned int offset,
				   unsigned int length)
{
	vp_table_put(table->first, page, offset, length);
	sg_mark_end(table->first);
	table->sgt.nents = 1;
	table->sgt.orig_nents = 1;
}

/** vp_table_next() - the entry behind one that is not the last. As sg_next(), without a call. */
static inline struct scatterlist *vp_table_next(struct scatterlist *sg)
{
	sg++;
	return unlikely(sg_is_chain(sg)) ? sg_chain_ptr(sg) : sg;
}

void vp_table_free_parts(struct vp_table *table);

/** vp_table_free() - release the entries beyond the first ones; then it may be made anew. */
static inline void vp_table_free(struct vp_table *table)
{
	if (unlikely(table->parts))
		vp_table_free_parts(table);
}

int vp_table_grow(struct vp_table *table, unsigned long more, gfp_t gfp);
int vp_table_add_bytes(struct vp_table *table, struct page *page, size_t start, size_t bytes,
		       unsigned int most, unsigned long more, gfp_t gfp);
unsigned long vp_table_add_pages(struct vp_table *table, struct page **pages,
				 unsigned long nr_pages, unsigned long run, unsigned long done,
				 unsigned long more, gfp_t gfp);

#endif /* VP_TABLE_H */
