/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The suites, in the order in which they run. A further one is a further line here, and a file in
 * Kbuild. Those that make allocations fail are last, for what they may do to the kernel's own code.
 */
#define VPK_EACH_SUITE(X)	\
	X(lock)			\
	X(lock_refused)		\
	X(lock_shape)		\
	X(unlock)		\
	X(memlock)		\
	X(user_memory)		\
	X(user_change)		\
	X(handle)		\
	X(transfer)		\
	X(transfer_refused)	\
	X(transfer_shape)	\
	X(view)			\
	X(adapter)		\
	X(common_buffer)	\
	X(context)		\
	X(sync)			\
	X(request)		\
	X(system)		\
	X(hardware)		\
	X(hosting)		\
	X(ending)		\
	X(fault_lock)		\
	X(fault_transfer)	\
	X(fault_adapter)
