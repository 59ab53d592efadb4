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
	X(packet)		\
	X(packet_refused)	\
	X(packet_handle)	\
	X(packet_end)		\
	X(packet_kept)		\
	X(packet_absent)	\
	X(limits)		\
	X(event)		\
	X(event_wait)		\
	X(event_client)		\
	X(client_view)		\
	X(client_view_refused)	\
	X(client_view_end)	\
	X(ending)		\
	X(fault_lock)		\
	X(fault_transfer)	\
	X(fault_adapter)	\
	X(fault_packet)
