/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between the kernels from 6.1 on that the suites meet, each once.
 */
#ifndef VPK_COMPAT_H
#define VPK_COMPAT_H

#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/shmem_fs.h>
#include <linux/version.h>

/*
 * Up to 6.6 KUnit runs a module's suites before the module's parameters and its init: there init
 * has to run them itself.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
#define VPK_TEST_SUITES(...)								\
	static struct kunit_suite *vpk_suites[] = { __VA_ARGS__ };			\
											\
	static int vpk_run_suites(void)							\
	{										\
		return __kunit_test_suites_init(vpk_suites, ARRAY_SIZE(vpk_suites));	\
	}										\
											\
	static void vpk_forget_suites(void)						\
	{										\
		__kunit_test_suites_exit(vpk_suites, ARRAY_SIZE(vpk_suites));		\
	}
#else
#define VPK_TEST_SUITES(...)								\
	kunit_test_suites(__VA_ARGS__);							\
											\
	static int vpk_run_suites(void)							\
	{										\
		return 0;								\
	}										\
											\
	static void vpk_forget_suites(void)						\
	{										\
	}
#endif

/* 6.3 made a mapping's flags read-only but through functions. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vpk_vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags |= flags;
}
#else
static inline void vpk_vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
	vm_flags_set(vma, flags);
}
#endif

/* 7.x gave the flags of a mapping a type of their own; the macro came with it. */
static inline struct file *vpk_shmem_file(const char *name, loff_t bytes)
{
#ifdef EMPTY_VMA_FLAGS
	return shmem_file_setup(name, bytes, EMPTY_VMA_FLAGS);
#else
	return shmem_file_setup(name, bytes, 0);
#endif
}

/* Not every kernel can make allocations fail. */
static inline void current_fail_nth(unsigned int nth)
{
#ifdef CONFIG_FAULT_INJECTION
	WRITE_ONCE(current->fail_nth, nth);
#endif
}

static inline unsigned int current_fail_nth_left(void)
{
#ifdef CONFIG_FAULT_INJECTION
	return READ_ONCE(current->fail_nth);
#else
	return 1;
#endif
}

#endif /* VPK_COMPAT_H */
