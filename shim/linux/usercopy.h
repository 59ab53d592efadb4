/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Copying little between a client and the kernel. A few words are moved in place: the kernel's
 * calls for any number of bytes cost more than all else that a small request is. The caller has
 * checked that the kernel's side has room. Process context; may fault and sleep.
 */
#ifndef VP_USERCOPY_H
#define VP_USERCOPY_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/types.h>
#include <linux/uaccess.h>

/* So many bytes are few. */
#define VP_USERCOPY_FEW	64

/**
 * vp_copy_in() - take bytes from the calling process
 * @to: receives them; its alignment is that of a u64.
 * @from: where they are.
 * @bytes: how many; any number.
 *
 * Return: 0 or -EFAULT; then some may have been written.
 */
static inline int vp_copy_in(void *to, const void __user *from, size_t bytes)
{
	if (!bytes)
		return 0; /* wherever that is */
	if (bytes > VP_USERCOPY_FEW)
		return copy_from_user(to, from, bytes) ? -EFAULT : 0;
	if (!user_read_access_begin(from, bytes))
		return -EFAULT;
	for (; bytes >= sizeof(u64); bytes -= sizeof(u64)) {
		unsafe_get_user(*(u64 *)to, (const u64 __user *)from, fault);
		to += sizeof(u64);
		from += sizeof(u64);
	}
	for (; bytes >= sizeof(u32); bytes -= sizeof(u32)) {
		unsafe_get_user(*(u32 *)to, (const u32 __user *)from, fault);
		to += sizeof(u32);
		from += sizeof(u32);
	}
	for (; bytes >= sizeof(u8); bytes -= sizeof(u8)) {
		unsafe_get_user(*(u8 *)to, (const u8 __user *)from, fault);
		to += sizeof(u8);
		from += sizeof(u8);
	}
	user_read_access_end();
	return 0;

fault:
	user_read_access_end();
	return -EFAULT;
}

/**
 * vp_copy_out() - give bytes to the calling process
 * @to: where they go.
 * @from: the bytes; aligned as a u64.
 * @bytes: how many; any number.
 *
 * Return: 0 or -EFAULT; then some may have been written.
 */
static inline int vp_copy_out(void __user *to, const void *from, size_t bytes)
{
	if (!bytes)
		return 0;
	if (bytes > VP_USERCOPY_FEW)
		return copy_to_user(to, from, bytes) ? -EFAULT : 0;
	if (!user_write_access_begin(to, bytes))
		return -EFAULT;
	for (; bytes >= sizeof(u64); bytes -= sizeof(u64)) {
		unsafe_put_user(*(const u64 *)from, (u64 __user *)to, fault);
		from += sizeof(u64);
		to += sizeof(u64);
	}
	for (; bytes >= sizeof(u32); bytes -= sizeof(u32)) {
		unsafe_put_user(*(const u32 *)from, (u32 __user *)to, fault);
		from += sizeof(u32);
		to += sizeof(u32);
	}
	for (; bytes >= sizeof(u8); bytes -= sizeof(u8)) {
		unsafe_put_user(*(const u8 *)from, (u8 __user *)to, fault);
		from += sizeof(u8);
		to += sizeof(u8);
	}
	user_write_access_end();
	return 0;

fault:
	user_write_access_end();
	return -EFAULT;
}

#endif /* VP_USERCOPY_H */
