/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one boundary between the core (C++, no kernel header) and what carries it: Linux
 * (shim/linux), or a simulation. First what the core may ask of the platform (vp_*), then what the
 * platform calls in the core (vp_core_*). Errors are negative errno values of Linux.
 */
#ifndef VP_PLATFORM_H
#define VP_PLATFORM_H

#if defined(__KERNEL__) && !defined(__cplusplus)
#include <linux/stdarg.h>
#include <linux/types.h>
#else
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The errors that cross the boundary; asserted against <linux/errno.h> in shim/linux. */
enum vp_errno {
	VP_ENOENT = 2,
	VP_EINTR = 4,
	VP_EIO = 5,
	VP_EBADF = 9,
	VP_EAGAIN = 11,
	VP_ENOMEM = 12,
	VP_EFAULT = 14,
	VP_EBUSY = 16,
	VP_ENODEV = 19,
	VP_EINVAL = 22,
	VP_EMFILE = 24,
	VP_ENOSPC = 28,
	VP_ETIME = 62,
	VP_EOPNOTSUPP = 95,
};

/* ---- Objects of the platform ------------------------------------------------------------- */

struct vp_device;	/* one PCI function, with its interrupt, DPC, timer, work and node */
struct vp_pin;		/* a range of memory that stays where it is */
struct vp_mapping;	/* a part of a pin, mapped for a device */
struct vp_file;		/* one open of a device's node */
struct vp_view;		/* device memory in a client's address space */
struct vp_eventfd;	/* a client's event */
struct vp_firmware;	/* a file of the administrator's, read */

/* Room for a lock of the platform; large enough for those of a debug kernel. */
struct vp_spinlock {
	uint64_t opaque[12];
};

struct vp_mutex {
	uint64_t opaque[32];
};

/* Room for a place where threads wait. */
struct vp_wait {
	uint64_t opaque[16];
};

enum vp_spinlock_class {
	VP_LOCK_PORT,		/* an adapter's tables and lists */
	VP_LOCK_INTERRUPT,	/* held around HwVidInterrupt */
	VP_LOCK_MINIPORT,	/* made by VideoPortCreateSpinLock */
	VP_LOCK_REGISTRY,	/* the table of ports */
	VP_LOCK_CLASSES,
};

enum vp_mutex_class {
	VP_MUTEX_REQUEST,	/* held while a request is served; the others may be taken inside */
	VP_MUTEX_MASK,		/* held while the DMA mask is looked at and changed */
	VP_MUTEX_ENDING,	/* held while a client's or the adapter's buffers are released */
	VP_MUTEX_VIEW,		/* held while device memory is mapped into a client or taken away */
	VP_MUTEX_VALUES,	/* held while a registry value is looked up or changed */
	VP_MUTEX_ROM,		/* held while a ROM's image is made, looked through or freed */
	VP_MUTEX_CLASSES,
};

/* ---- Contexts ---------------------------------------------------------------------------- */

/**
 * enum vp_context - what the caller of a function may do
 * @VP_PASSIVE: process context, may sleep.
 * @VP_DISPATCH: softirq, or bottom halves disabled: may not sleep.
 * @VP_DIRQL: hard interrupt, or interrupts disabled.
 */
enum vp_context {
	VP_PASSIVE,
	VP_DISPATCH,
	VP_DIRQL,
};

/*
 * A variable that its initialiser fills, or that is written before it is read: kernels that zero
 * the stack leave it alone.
 */
#if __has_attribute(__uninitialized__)
#define VP_UNINITIALIZED	__attribute__((__uninitialized__))
#else
#define VP_UNINITIALIZED
#endif

/**
 * vp_context_now() - the context of the caller, from the processor's interrupt state
 *
 * Counts hard interrupts, softirqs and disabled bottom halves, which every kernel configuration
 * tracks; it does not guess from the preemption count.
 *
 * Return: the context.
 */
enum vp_context vp_context_now(void);

/* Who calls, and what he may do. */
struct vp_calling {
	uint64_t task;	/* as vp_task_now() */
	enum vp_context context; /* as vp_context_now() */
};

/** vp_calling_now() - both at once. Any context. */
struct vp_calling vp_calling_now(void);

/** vp_task_now() - identity of the calling thread, never 0; 0 outside process context. */
uint64_t vp_task_now(void);

#define VP_USER_NAME	16

/**
 * struct vp_user - on whose behalf something is done
 * @process: its number, as a user sees it.
 * @user: whose it is.
 * @unlimited: no limit of a user's holds for it.
 * @name: what it runs, cut if need be; ended by a zero.
 */
struct vp_user {
	uint32_t process;
	uint32_t user;
	bool unlimited;
	char name[VP_USER_NAME];
};

/** vp_user_now() - the calling process. PASSIVE. */
void vp_user_now(struct vp_user *user);

/** vp_dispatch_enter() - disable bottom halves: what follows runs at DISPATCH. Nests. */
void vp_dispatch_enter(void);
/** vp_dispatch_leave() - undo one vp_dispatch_enter(). */
void vp_dispatch_leave(void);

/** vp_processor_now() - number of the processor that runs the caller. DISPATCH or above. */
uint32_t vp_processor_now(void);
/**
 * vp_processor_raised() - how often the processor was brought to DISPATCH by a driver's own calls
 *
 * Context: DISPATCH; the word belongs to whoever is at DISPATCH on this processor.
 * Return: the count, to be changed; 0 at first.
 */
uint32_t *vp_processor_raised(void);
/** vp_relax() - called between two looks at something that another processor changes. */
void vp_relax(void);

void vp_spinlock_init(struct vp_spinlock *lock, enum vp_spinlock_class kind);
/** vp_spinlock_acquire() - any context. Return: the flags that vp_spinlock_release() wants. */
unsigned long vp_spinlock_acquire(struct vp_spinlock *lock);
void vp_spinlock_release(struct vp_spinlock *lock, unsigned long flags);

/**
 * vp_spinlock_acquire_dispatch() - disable bottom halves, then take the lock
 * @lock: the lock.
 *
 * For locks that are never taken in an interrupt. Context: PASSIVE or DISPATCH; DISPATCH until
 * vp_spinlock_release_dispatch().
 */
void vp_spinlock_acquire_dispatch(struct vp_spinlock *lock);
void vp_spinlock_release_dispatch(struct vp_spinlock *lock);

void vp_mutex_init(struct vp_mutex *mutex, enum vp_mutex_class kind);
void vp_mutex_lock(struct vp_mutex *mutex);
/** vp_mutex_lock_killable() - Return: 0, or -EINTR if the caller is dying. */
int vp_mutex_lock_killable(struct vp_mutex *mutex);
void vp_mutex_unlock(struct vp_mutex *mutex);

/* ---- Waiting ----------------------------------------------------------------------------- */

/** vp_wait_init() - prepare a place to wait. */
void vp_wait_init(struct vp_wait *wait);

#define VP_FOR_EVER	(~0ull)

/**
 * vp_wait_until() - sleep until a condition holds
 * @wait: vp_wait_wake() of it makes the condition be looked at again.
 * @ready: the condition; called often, must not sleep; once it was true the wait is over.
 * @context: handed to it.
 * @nanoseconds: the longest wait; VP_FOR_EVER: no limit; 0: only look.
 *
 * Context: PASSIVE.
 * Return: 0, -ETIME, or -EINTR if the caller is dying.
 */
int vp_wait_until(struct vp_wait *wait, bool (*ready)(void *context), void *context,
		  uint64_t nanoseconds);
/** vp_wait_uninterrupted() - the same without a limit, whatever happens to the caller. PASSIVE. */
void vp_wait_uninterrupted(struct vp_wait *wait, bool (*ready)(void *context), void *context);
/** vp_wait_wake() - let all that wait look again. Any context. */
void vp_wait_wake(struct vp_wait *wait);

/**
 * vp_delay() - let time pass
 * @nanoseconds: how much, at least.
 *
 * Context: PASSIVE. Others may run meanwhile.
 */
void vp_delay(uint64_t nanoseconds);

/** vp_system_time() - units of 100 ns since 1601. Any context. */
uint64_t vp_system_time(void);

/**
 * vp_eventfd_get() - a client's eventfd, by its descriptor in the calling process
 * @fd: the descriptor.
 * @event: receives the event.
 *
 * Context: PASSIVE, in the client.
 * Return: 0, -EBADF, -EINVAL (it is no eventfd), -ENOMEM.
 */
int vp_eventfd_get(int fd, struct vp_eventfd **event);
/** vp_eventfd_put() - give it back. PASSIVE. */
void vp_eventfd_put(struct vp_eventfd *event);
/** vp_eventfd_signal() - add one to its count. Any context. */
void vp_eventfd_signal(struct vp_eventfd *event);
/** vp_eventfd_clear() - set its count to zero; with EFD_SEMAPHORE take one off it. Any context. */
void vp_eventfd_clear(struct vp_eventfd *event);
/** vp_eventfd_state() - Return: its count is not zero. Any context. */
bool vp_eventfd_state(struct vp_eventfd *event);

/* ---- Memory for the core and the miniport ------------------------------------------------ */

/**
 * vp_alloc() - zeroed memory, aligned for any object
 * @bytes: its size; page-aligned if at least a page.
 *
 * Context: any; sleeps only at PASSIVE. Charged to the caller's memory control group there.
 * Return: the memory, or NULL.
 */
void *vp_alloc(size_t bytes);
/** vp_free() - release what vp_alloc() gave; NULL is ignored. Context: PASSIVE or DISPATCH. */
void vp_free(void *memory);

/** vp_keeps_memory() - freed memory may be used again without vp_free(); always the same. */
bool vp_keeps_memory(void);

/**
 * vp_module_of() - which registered miniport's module a piece of code belongs to
 * @code: an address in it.
 *
 * Context: any.
 * Return: a number that stays the module's own while it is registered; 0: of none.
 */
uint64_t vp_module_of(const void *code);

/** vp_kernel_start() - no memory that vp_alloc() gave is below; always the same. Any context. */
uint64_t vp_kernel_start(void);

/** vp_random() - 64 bits that nobody can guess. */
uint64_t vp_random(void);

/* ---- Pinning ----------------------------------------------------------------------------- */

/**
 * struct vp_pinned - memory that stays where it is
 * @pin: the platform's; NULL: there is none.
 * @pages: how many.
 * @offset: of its first byte in its first page.
 * @since_ms: when it was pinned, as vp_clock_ms() tells.
 */
struct vp_pinned {
	struct vp_pin *pin;
	size_t pages;
	size_t offset;
	uint64_t since_ms;
};

/**
 * vp_pin_user() - pin a range of the calling process's memory, and charge it
 * @device: the device that it will be mapped for.
 * @address: its first byte, as the process sees it; any value.
 * @length: bytes, not 0.
 * @write: the device may write: the process must have write access.
 * @pinned: filled in, but if it fails.
 *
 * Long-term: pages move out of movable zones first. Charged to the process's pinned memory
 * against RLIMIT_MEMLOCK, unless it has CAP_IPC_LOCK. All or nothing. Does not wait for pages that
 * another program brings when it likes.
 *
 * Context: PASSIVE, in the process that owns the memory.
 * Return: 0; -EFAULT (a hole, a device mapping, no write access, a wrap, not user memory, or not
 *	there and brought by another program),
 *	-ENOMEM (no memory), -EAGAIN (RLIMIT_MEMLOCK), -EINTR (the caller is dying).
 */
int vp_pin_user(struct vp_device *device, uint64_t address, size_t length, bool write,
		struct vp_pinned *pinned);

/**
 * vp_pin_kernel() - the same for memory that came from vp_alloc(), which the caller keeps alive
 * @device: the device that it will be mapped for.
 * @memory: its first byte.
 * @length: bytes, not 0.
 * @pinned: filled in, but if it fails.
 *
 * Return: as vp_pin_user().
 */
int vp_pin_kernel(struct vp_device *device, const void *memory, size_t length,
		  struct vp_pinned *pinned);

/**
 * vp_unpin() - unpin and uncharge, from and to where it was taken
 * @pin: no mapping of it may exist any more.
 * @dirty: a device may have written to it: its pages are marked dirty first.
 *
 * Context: PASSIVE.
 */
void vp_unpin(struct vp_pin *pin, bool dirty);

/* ---- Mapping ----------------------------------------------------------------------------- */

/* As the kernel numbers them. */
enum vp_direction {
	VP_BIDIRECTIONAL,
	VP_TO_DEVICE,
	VP_FROM_DEVICE,
};

/**
 * struct vp_mapped - memory that a device can reach
 * @mapping: the platform's; NULL: there is none.
 * @segments: that the device sees, side by side in its addresses or not.
 * @first: logical address of the first one.
 * @needs_sync: it must be handed over and taken back; if not, vp_sync_*() have nothing to do.
 */
struct vp_mapped {
	struct vp_mapping *mapping;
	size_t segments;
	uint64_t first;
	bool needs_sync;
};

/**
 * vp_map() - map a part of a pin for a device, and hand it to the device
 * @device: the device.
 * @pin: what is pinned; must outlive the mapping.
 * @offset: first byte, from the start of the pinned range.
 * @length: bytes, not 0, inside the range.
 * @direction: which way the device moves data.
 * @mapped: filled in, but if it fails.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: 0, -ENOMEM or -EIO (the device cannot reach it).
 */
int vp_map(struct vp_device *device, struct vp_pin *pin, size_t offset, size_t length,
	   enum vp_direction direction, struct vp_mapped *mapped);

/**
 * vp_map_whole() - map all of a pin for the device that it was pinned for, at the least cost
 * @pin: what is pinned, since when the mask has not changed. It is mapped so once, and nothing else
 *	maps a part of it before this returns.
 * @direction: which way the device moves data.
 * @mapped: filled in, but if it fails.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: as vp_map().
 */
int vp_map_whole(struct vp_pin *pin, enum vp_direction direction, struct vp_mapped *mapped);

/**
 * vp_unmap() - undo a mapping
 * @mapping: what vp_map() gave; gone afterwards.
 * @take_back: the device may have written: hand all of it back to the CPU first.
 *
 * Context: PASSIVE or DISPATCH.
 */
void vp_unmap(struct vp_mapping *mapping, bool take_back);

/**
 * vp_sync_for_device() - hand a part of a mapping over to the device
 * @mapping: the mapping.
 * @offset: first byte, from the start of the mapping.
 * @length: bytes.
 *
 * Context: PASSIVE or DISPATCH.
 */
void vp_sync_for_device(struct vp_mapping *mapping, size_t offset, size_t length);
/** vp_sync_for_cpu() - take a part of a mapping back from the device. Any context. */
void vp_sync_for_cpu(struct vp_mapping *mapping, size_t offset, size_t length);

/* A range of logical addresses; the legacy lists' elements begin like this. */
struct vp_element {
	uint64_t address;
	uint32_t length;
};

/**
 * vp_mapping_list() - list what a device sees of a part of a mapping, in order
 * @mapping: the mapping.
 * @offset: first byte, from the start of the mapping.
 * @length: bytes, not 0.
 * @most: bytes of one element; longer segments are cut.
 * @elements: receives the elements, of which only what struct vp_element has is written; NULL: only
 *	count them.
 * @stride: bytes from one to the next.
 * @room: for so many.
 *
 * Context: any.
 * Return: how many there are, or @room if there are more.
 */
size_t vp_mapping_list(const struct vp_mapping *mapping, size_t offset, size_t length,
		       uint32_t most, void *elements, size_t stride, size_t room);

/**
 * vp_coherent_alloc() - memory for CPU and device at once, zeroed
 * @device: the device.
 * @bytes: how many.
 * @bits: of its logical addresses at most; the device's mask may ask for fewer.
 * @logical: receives the address that the device uses.
 *
 * Context: PASSIVE.
 * Return: the memory, aligned to its size's order of pages, or NULL.
 */
void *vp_coherent_alloc(struct vp_device *device, size_t bytes, unsigned int bits,
			uint64_t *logical);
/** vp_coherent_free() - Context: PASSIVE. */
void vp_coherent_free(struct vp_device *device, size_t bytes, void *memory, uint64_t logical);

/** vp_dma_set_mask() - limit the device's logical addresses to @bits bits. 0 or -EIO. */
int vp_dma_set_mask(struct vp_device *device, unsigned int bits);

/** vp_cache_line() - bytes that the CPU's caches move at once: a power of two. */
size_t vp_cache_line(void);

/* ---- The device -------------------------------------------------------------------------- */

#define VP_MAX_BARS	6

struct vp_bar {
	uint64_t start;		/* CPU address, or port number */
	uint64_t length;	/* 0: the BAR is not there */
	bool io;
};

/** vp_bar_info() - what base address register @index decodes; from VP_MAX_BARS on nothing, at 0. */
void vp_bar_info(struct vp_device *device, unsigned int index, struct vp_bar *bar);
/** vp_bars_claim() - claim all BARs for this driver. Return: 0 or -EBUSY. */
int vp_bars_claim(struct vp_device *device);
void vp_bars_release(struct vp_device *device);

/**
 * vp_bar_map() - map a part of a claimed BAR into the kernel
 * @device: the device.
 * @index: of the BAR, or VP_LEGACY_MEMORY, VP_LEGACY_PORTS.
 * @offset: first byte, from the start of the BAR.
 * @length: bytes.
 * @write_combining: for framebuffers; ignored for ports.
 *
 * Return: an address for register access, or a port cookie; NULL on failure. PASSIVE.
 */
void *vp_bar_map(struct vp_device *device, unsigned int index, uint64_t offset, size_t length,
		 bool write_combining);
/** vp_bar_unmap() - PASSIVE. Ports need none. */
void vp_bar_unmap(struct vp_device *device, void *mapped);

/*
 * What a VGA adapter decodes beside its BARs. Where a BAR's index is asked for, these name the
 * machine's memory below 1 MiB and its ports; the offset is the address. Only what was claimed by
 * vp_legacy_claim() is mapped there.
 */
#define VP_LEGACY_MEMORY	VP_MAX_BARS
#define VP_LEGACY_PORTS		(VP_MAX_BARS + 1)

/** vp_vga_enabled() - it decodes the machine's VGA addresses, which only a PC has. PASSIVE. */
bool vp_vga_enabled(struct vp_device *device);
/**
 * vp_legacy_claim() - keep others away from a range that has no BAR, and let the device decode it
 * @device: the device; vp_vga_enabled() holds for it.
 * @start: CPU address, or port number.
 * @length: bytes.
 * @io: ports.
 *
 * Context: PASSIVE; may wait for whoever uses another VGA adapter.
 * Return: NULL, or who has it, for the log.
 */
const char *vp_legacy_claim(struct vp_device *device, uint64_t start, uint64_t length, bool io);
/** vp_legacy_release() - undo it. PASSIVE. */
void vp_legacy_release(struct vp_device *device, uint64_t start, uint64_t length, bool io);

/** vp_rom_size() - bytes that the device's expansion ROM may have; 0: there is none. PASSIVE. */
size_t vp_rom_size(struct vp_device *device);
/**
 * vp_rom_read() - copy the ROM's images
 * @device: the device.
 * @buffer: where to.
 * @length: bytes that there is room for.
 *
 * Context: PASSIVE.
 * Return: bytes copied, from the ROM's start: its images may end before its space does; 0: the
 *	ROM cannot be read.
 */
size_t vp_rom_read(struct vp_device *device, void *buffer, size_t length);

/** vp_register_byte() - read one byte of what vp_bar_map() gave for memory. Any context. */
uint8_t vp_register_byte(const void *mapped);

/**
 * struct vp_view_source - what a client is to see; whole pages, which belong to the device alone
 * @memory: of vp_coherent_alloc(), or NULL for a part of a BAR.
 * @logical: of that memory.
 * @size: bytes that were asked for there.
 * @bar: index of the BAR, or VP_LEGACY_MEMORY.
 * @write_combining: for a BAR.
 * @offset: first byte, from the start of the memory or BAR.
 * @length: bytes.
 */
struct vp_view_source {
	void *memory;
	uint64_t logical;
	size_t size;
	unsigned int bar;
	bool write_combining;
	uint64_t offset;
	size_t length;
};

/**
 * vp_view_map() - map device memory into the calling process: read and write, shared, never
 * executable, not inherited by fork
 * @device: the device.
 * @file: the process's open node.
 * @source: what to map; its owner keeps it until vp_view_unmap().
 * @address: receives where it is.
 * @view: receives the view.
 *
 * Context: PASSIVE, in the client.
 * Return: 0, -EFAULT (the address space is full, or the node is not open for writing), -ENOMEM.
 */
int vp_view_map(struct vp_device *device, struct vp_file *file,
		const struct vp_view_source *source, uint64_t *address, struct vp_view **view);
/**
 * vp_view_unmap() - take it away: in the process that has it, out of its address space; else it
 * stays there empty, and a touch is a SIGBUS
 * @view: the view; gone afterwards.
 *
 * Context: PASSIVE.
 */
void vp_view_unmap(struct vp_view *view);

struct vp_device_ids {
	uint16_t vendor;
	uint16_t device;
	uint16_t subsystem_vendor;
	uint16_t subsystem_device;
	uint8_t revision;
	uint32_t bus;
	uint32_t slot;		/* as a PCI_SLOT_NUMBER: device | function << 5 */
	uint32_t interrupt_line;/* non-zero if the device can interrupt */
};

void vp_device_ids(struct vp_device *device, struct vp_device_ids *ids);

/** vp_config_read() - bytes of the device's configuration space. Return: bytes read. */
size_t vp_config_read(struct vp_device *device, size_t offset, void *buffer, size_t length);
/** vp_config_write() - Return: bytes written. */
size_t vp_config_write(struct vp_device *device, size_t offset, const void *buffer,
		       size_t length);

/** vp_bus_master() - let the device start transfers, or stop it. */
void vp_bus_master(struct vp_device *device, bool on);

/** vp_interrupt_connect() - vp_core_interrupt() may be called, unless it is held back. PASSIVE. */
int vp_interrupt_connect(struct vp_device *device);
/** vp_interrupt_disconnect() - after it returns vp_core_interrupt() runs no more. PASSIVE. */
void vp_interrupt_disconnect(struct vp_device *device);

/* Why an interrupt is held back. Each is there or not, however often it was said. */
enum vp_hold {
	VP_HOLD_START = 1,	/* the miniport has not initialized the adapter yet */
	VP_HOLD_POWER = 2,	/* it initializes it, its power changes, or it sleeps */
	VP_HOLD_MINIPORT = 4,	/* VideoPortDisableInterrupt() */
};

/**
 * vp_interrupt_hold() - keep the device's interrupt back until vp_interrupt_resume(); none is lost
 * @device: the device, connected or not.
 * @why: the reason; it comes when the last one is gone.
 *
 * At the device, or with an MSI: other devices on the same line go on. A device whose line cannot
 * be masked there keeps all of them back, but not for VP_HOLD_START: that may last.
 *
 * Context: any. One that is on its way may still come: see vp_interrupt_wait().
 */
void vp_interrupt_hold(struct vp_device *device, enum vp_hold why);
/** vp_interrupt_resume() - the reason is gone. Any context. */
void vp_interrupt_resume(struct vp_device *device, enum vp_hold why);
/** vp_interrupt_wait() - for a vp_core_interrupt() that runs, or is on its way. PASSIVE. */
void vp_interrupt_wait(struct vp_device *device);

/** vp_dpc_schedule() - call vp_core_dpc() in a softirq soon. Any context. */
void vp_dpc_schedule(struct vp_device *device);
/** vp_dpc_drain() - after it returns vp_core_dpc() runs no more. PASSIVE. */
void vp_dpc_drain(struct vp_device *device);

/** vp_timer_start() - call vp_core_timer() in a softirq once, after @milliseconds. */
void vp_timer_start(struct vp_device *device, unsigned int milliseconds);
/** vp_timer_stop() - forget a start, without waiting for a call that runs. */
void vp_timer_stop(struct vp_device *device);
/** vp_timer_pause() - forget a start, wait for a call that runs; may be started again. PASSIVE. */
void vp_timer_pause(struct vp_device *device);
/** vp_timer_drain() - after it returns vp_core_timer() runs no more. PASSIVE. */
void vp_timer_drain(struct vp_device *device);

/** vp_watch_start() - call vp_core_watch() in process context once, after @milliseconds. */
void vp_watch_start(struct vp_device *device, unsigned int milliseconds);
/** vp_watch_drain() - after it returns vp_core_watch() runs no more. PASSIVE. */
void vp_watch_drain(struct vp_device *device);

/** vp_file_wake() - the client's completions have changed: wake who polls or reads. Any context. */
void vp_file_wake(struct vp_file *file);

/** vp_work_schedule() - call vp_core_work() in process context soon. Any context. */
void vp_work_schedule(struct vp_device *device);
/** vp_work_drain() - waits for vp_core_work(). PASSIVE. */
void vp_work_drain(struct vp_device *device);

/** vp_enumerate_schedule() - call vp_core_enumerate() in process context soon. Any context. */
void vp_enumerate_schedule(struct vp_device *device);
/** vp_enumerate_drain() - waits for vp_core_enumerate(). PASSIVE. */
void vp_enumerate_drain(struct vp_device *device);

/**
 * vp_children_changed() - vp_core_child() has other answers than before: show them
 * @device: whose children.
 * @slots: a bit for each slot where something is different.
 *
 * Context: PASSIVE, without a lock of the core.
 */
void vp_children_changed(struct vp_device *device, uint32_t slots);
/**
 * struct vp_pci_match - which PCI function is looked for
 * @vendor: of its identifiers; all of them are compared but those that a flag leaves out.
 * @device: likewise.
 * @subsystem_vendor: if @use_subsystem.
 * @subsystem_device: if @use_subsystem.
 * @revision: if @use_revision.
 * @use_subsystem: compare the subsystem's identifiers.
 * @use_revision: compare the revision.
 */
struct vp_pci_match {
	uint16_t vendor;
	uint16_t device;
	uint16_t subsystem_vendor;
	uint16_t subsystem_device;
	uint8_t revision;
	bool use_subsystem;
	bool use_revision;
};

/** vp_pci_exists() - there is such a function in the machine, whoever drives it. PASSIVE. */
bool vp_pci_exists(const struct vp_pci_match *match);

/* ---- What a miniport leaves for whoever looks into a failure ----------------------------- */

/**
 * struct vp_report - what a miniport says of a failure of its hardware
 * @miniport: its name.
 * @code: what has happened, in the miniport's own numbers.
 * @arguments: likewise.
 * @data: more about it.
 * @bytes: of @data.
 */
struct vp_report {
	const char *miniport;
	uint32_t code;
	uint64_t arguments[4];
	const void *data;
	size_t bytes;
};

/**
 * vp_report_publish() - keep a report where an administrator finds it
 * @device: the adapter.
 * @report: the report; copied.
 *
 * Context: PASSIVE.
 * Return: 0, -ENOMEM, -EBUSY (the one before is still there), -EOPNOTSUPP (the kernel has no place
 *	for such reports).
 */
int vp_report_publish(struct vp_device *device, const struct vp_report *report);

/**
 * vp_panic_data() - write what a miniport gave into the kernel's log, which outlives the kernel
 * @device: the adapter.
 * @data: what it gave.
 * @bytes: of @data.
 *
 * Context: the kernel panics: takes no lock that others hold, allocates nothing.
 */
void vp_panic_data(struct vp_device *device, const void *data, size_t bytes);

/** vp_procedure() - the call of this name that miniports may link to, or NULL. Any context. */
void *vp_procedure(const char *name);

/* ---- Files ------------------------------------------------------------------------------- */

/**
 * vp_firmware_load() - read a file of the folder videoport/, where the system keeps firmware
 * @device: for whom.
 * @name: of the file: letters, digits, and "._-"; no folder.
 * @firmware: receives the file.
 *
 * Context: PASSIVE.
 * Return: 0, -ENOENT, -ENOMEM, -EIO (it is there, but cannot be read).
 */
int vp_firmware_load(struct vp_device *device, const char *name, struct vp_firmware **firmware);
/** vp_firmware_data() - what is in it, until it is released. Return: the bytes; @length of them. */
const void *vp_firmware_data(const struct vp_firmware *firmware, size_t *length);
void vp_firmware_release(struct vp_firmware *firmware);

/* ---- Messages ---------------------------------------------------------------------------- */

enum vp_log_level {
	VP_LOG_ERROR,
	VP_LOG_WARN,
	VP_LOG_INFO,
	VP_LOG_DEBUG,
};

/**
 * vp_log() - one line in the kernel log, with the adapter's name before it
 * @device: the adapter, or NULL where there is none.
 * @level: how grave it is.
 * @format: what to say.
 */
void vp_log(struct vp_device *device, enum vp_log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** vp_vlog() - the same with a list of arguments. */
void vp_vlog(struct vp_device *device, enum vp_log_level level, const char *format,
	     va_list arguments) __attribute__((format(printf, 3, 0)));

#define VP_POINTER_TEXT	24
/**
 * vp_pointer_text() - say which pointer it is without giving the address away
 * @pointer: any value.
 * @text: receives the text and a terminator.
 *
 * Context: any.
 */
void vp_pointer_text(const void *pointer, char text[VP_POINTER_TEXT]);

/** vp_clock_ms() - a clock that never goes back, in milliseconds. Any context. */
uint64_t vp_clock_ms(void);

/** vp_log_interval_ms() - the least time between two lines of one cause; 0 is no limit. */
unsigned int vp_log_interval_ms(void);

/* ---- Tracing ----------------------------------------------------------------------------- */

/* What the core tells to whoever traces: a bit each of vp_tracing. */
enum vp_trace {
	VP_TRACE_LOCK,		/* a buffer was locked, or was not */
	VP_TRACE_UNLOCK,	/* a handle of a buffer is gone */
	VP_TRACE_START,		/* a DMA is handed to the device */
	VP_TRACE_COMPLETE,	/* it was taken back */
	VP_TRACE_EVENT,		/* an event was set or cleared */
	VP_TRACE_VIOLATION,	/* a call was refused */
	VP_TRACES,
};

/* Those that somebody traces just now. The platform's to change, at any time. */
extern uint32_t vp_tracing;

/** vp_trace_on() - somebody traces it. Any context; a test of a word in memory. */
static inline bool vp_trace_on(enum vp_trace what)
{
	return __builtin_expect(__atomic_load_n(&vp_tracing, __ATOMIC_RELAXED) & (1u << what), 0);
}

/** vp_trace_clock() - nanoseconds of a clock that never goes back; never 0. Any context. */
uint64_t vp_trace_clock(void);

/**
 * struct vp_traced - one lock, unlock, start or complete
 * @call: the VideoPort call, or what else did it; stays valid.
 * @handle: the buffer's token; 0: there is none.
 * @client: whose memory it is: the number of the open node, 0: the miniport's.
 * @offset: of the first byte, in the buffer.
 * @bytes: that are locked, or moved.
 * @pages: that are pinned.
 * @segments: that the device sees; 0: nothing is mapped yet.
 * @direction: which way the device may move data.
 * @released: the pages are free: nothing else holds them.
 * @result: 0, or a negative error.
 * @ns: that the call took; to complete: that the device had the memory, 0 if nobody looked.
 */
struct vp_traced {
	const char *call;
	uint64_t handle;
	uint64_t client;
	uint64_t offset;
	uint64_t bytes;
	uint64_t pages;
	uint64_t segments;
	enum vp_direction direction;
	bool released;
	int result;
	uint64_t ns;
};

/**
 * vp_trace_dma() - tell of a lock, unlock, start or complete
 * @device: the adapter.
 * @what: which.
 * @traced: the rest.
 *
 * Context: any. Nobody need trace it any more.
 */
void vp_trace_dma(struct vp_device *device, enum vp_trace what, const struct vp_traced *traced);
/**
 * vp_trace_event() - tell of an event
 * @device: the adapter.
 * @event: its token.
 * @client: that has lent it; 0: it is the miniport's.
 * @set: it was set; else cleared.
 * @was_set: before.
 *
 * Context: any.
 */
void vp_trace_event(struct vp_device *device, uint64_t event, uint64_t client, bool set,
		    bool was_set);
/** vp_trace_violation() - tell why a call was refused: the counter, and what the log says. Any. */
void vp_trace_violation(struct vp_device *device, const char *cause, const char *format,
			va_list arguments) __attribute__((format(printf, 3, 0)));

/* ---- What an administrator sets ---------------------------------------------------------- */

enum vp_limit {
	VP_LIMIT_CLIENTS,	/* of one user, for each adapter */
	VP_LIMIT_HANDLES,	/* of one client: locks, and handles of events */
	VP_LIMIT_EVENTS,	/* that one client lends */
	VP_LIMIT_VIEWS,		/* mappings of device memory in one client */
	VP_LIMITS,
};

/* The platform's to change, at any time. */
extern unsigned int vp_limits[VP_LIMITS];

/** vp_limit() - how many there may be. Any context; a word in memory. */
static inline unsigned int vp_limit(enum vp_limit limit)
{
	return __atomic_load_n(&vp_limits[limit], __ATOMIC_RELAXED);
}

/** vp_overdue_ms() - a DMA or a request that takes longer is reported; 0: never. Any context. */
unsigned int vp_overdue_ms(void);

/* ---- What the platform calls in the core ------------------------------------------------- */

struct vp_miniport;	/* a registered miniport */
struct vp_port;		/* one adapter that a miniport drives */
struct vp_client;	/* one open of an adapter's node */

struct videoport_registry_value;	/* of <videoport/registry_value.h> */

/** vp_core_init() - before all others. Return: 0 or -ENOMEM. */
int vp_core_init(void);
/** vp_core_exit() - after all others: there is no miniport any more. */
void vp_core_exit(void);

/**
 * vp_core_miniport_create() - run a miniport's DriverEntry
 * @name: its name, for the log; must stay valid.
 * @entry: DriverEntry.
 * @miniport: receives the miniport.
 *
 * Context: PASSIVE.
 * Return: 0, -EINVAL (refused, and said why), -ENOMEM.
 */
int vp_core_miniport_create(const char *name, unsigned int (*entry)(void *, void *),
			    struct vp_miniport **miniport);
/**
 * vp_core_miniport_registry() - what the miniport's module says of registry values
 * @miniport: the miniport; no port of it has been made yet.
 * @values: those that are compiled in, ended by one without a name; NULL: none.
 * @text: those of its parameter, as text; NULL: none.
 *
 * Both must stay valid as long as the miniport. Context: PASSIVE.
 */
void vp_core_miniport_registry(struct vp_miniport *miniport,
			       const struct videoport_registry_value *values, const char *text);
/** vp_core_miniport_destroy() - its ports have all been removed before. */
void vp_core_miniport_destroy(struct vp_miniport *miniport);

/**
 * vp_core_port_create() - a device was found: HwVidFindAdapter, interrupt, default adapter
 * @miniport: whose adapter it is.
 * @device: what was found.
 * @port: receives the port; set before the miniport is called, since interrupts want it.
 *
 * Context: PASSIVE.
 * Return: 0, -ENODEV, -EINVAL, -ENOMEM, -EBUSY, -EIO.
 */
int vp_core_port_create(struct vp_miniport *miniport, struct vp_device *device,
			struct vp_port **port);
/**
 * vp_core_port_remove() - the device goes: nothing of the miniport is called after it returns,
 * nothing stays mapped or pinned. Clients that are open get -ENODEV.
 * @port: the port.
 *
 * Context: PASSIVE.
 */
void vp_core_port_remove(struct vp_port *port);
/** vp_core_port_busy() - a transfer is under way: started, and not yet completed. Any context. */
bool vp_core_port_busy(const struct vp_port *port);
/**
 * vp_core_port_registry() - the adapter's registry values, as the text of a .reg file
 * @port: the adapter, removed or not.
 * @length: receives the bytes of the text.
 *
 * Context: PASSIVE.
 * Return: the text, for vp_free(); NULL if there is no memory.
 */
char *vp_core_port_registry(struct vp_port *port, size_t *length);
/** vp_core_port_packet_dma() - its miniport has HwStartDma: the contract of NT4 holds. Any. */
bool vp_core_port_packet_dma(const struct vp_port *port);

/**
 * struct vp_shown_handle - what a handle names
 * @token: the handle.
 * @kind: "buffer", "events" (a buffer's handle without a buffer), "adapter", "event", "report".
 * @client: whose it is: the number of the open node, 0: the miniport's.
 * @user: who opened that node; of the miniport: all zero.
 * @bytes: that are locked; of an adapter: that it moves at once.
 * @pages: that are pinned.
 * @segments: that the device sees; 0: mapped by each transfer, if at all.
 * @age_ms: since it was locked.
 * @in_flight: DMAs under way, counted up to %VP_MOST_SHOWN.
 * @device_writes: the device may write to it.
 */
struct vp_shown_handle {
	uint64_t token;
	const char *kind;
	uint64_t client;
	struct vp_user user;
	uint64_t bytes;
	uint64_t pages;
	uint64_t segments;
	uint64_t age_ms;
	unsigned int in_flight;
	bool device_writes;
};

#define VP_MOST_SHOWN	1000

/**
 * vp_core_handle() - show one handle of a port
 * @port: the adapter, removed or not.
 * @place: in: where to begin to look; 0 at first. Out: the place of what was found.
 * @shown: receives it.
 *
 * Looks at some hundred places at a time; between them others run. Context: PASSIVE.
 * Return: there is one at @place or behind it.
 */
bool vp_core_handle(struct vp_port *port, uint32_t *place, struct vp_shown_handle *shown);

/**
 * enum vp_sleep - why the power of an adapter changes
 * @VP_SLEEP_SYSTEM: the machine goes to sleep: the device may lose its power.
 * @VP_SLEEP_IDLE: nobody uses the adapter: likewise.
 * @VP_SLEEP_IMAGE: an image of memory is made; the device keeps its power, but what wakes it may
 *	be the image, with a device that has lost all.
 * @VP_SLEEP_OFF: the machine is switched off with that image on its disk. Cannot be refused.
 */
enum vp_sleep {
	VP_SLEEP_SYSTEM,
	VP_SLEEP_IDLE,
	VP_SLEEP_IMAGE,
	VP_SLEEP_OFF,
};

/** vp_core_port_sleeps() - the miniport takes part in changes of power. Any context. */
bool vp_core_port_sleeps(const struct vp_port *port);
/**
 * vp_core_port_sleep() - ask the miniport, and let it prepare
 * @port: the port; no transfer is under way, as far as can be seen from outside.
 * @why: why.
 *
 * Afterwards, but for @VP_SLEEP_IMAGE, nothing of the miniport runs until vp_core_port_wake(). The
 * platform calls the two one after the other, never at once. PASSIVE.
 *
 * Return: 0: the device may forget its state; -EOPNOTSUPP: the miniport takes no part, so it must
 *	not; -EBUSY: the miniport refuses; -EAGAIN: a request or the miniport holds the device lock,
 *	or a transfer has begun meanwhile: nothing has changed then. The log says why.
 */
int vp_core_port_sleep(struct vp_port *port, enum vp_sleep why);
/** vp_core_port_wake() - the device has its power again; undoes vp_core_port_sleep(). PASSIVE. */
void vp_core_port_wake(struct vp_port *port);

/**
 * vp_core_panic() - the kernel panics, and no other processor runs
 *
 * Each adapter that is in use is asked for data of its miniport's, and brought back to text mode.
 * From now on every VideoPort call is refused, but for registers, ports and messages.
 * The kernel calls beside them take no lock of a driver or of the core, wake nobody, and neither
 * give nor free memory.
 *
 * Context: any; takes no lock, allocates nothing.
 */
void vp_core_panic(void);

/** vp_core_port_destroy() - after removal, when the last client is gone. PASSIVE. */
void vp_core_port_destroy(struct vp_port *port);

/**
 * vp_core_client_open() - a process opens the adapter's node; the first calls HwVidInitialize
 * @port: the adapter.
 * @file: the open node, for vp_view_map() and vp_file_wake(); stays until the client is closed.
 * @client: receives the client.
 *
 * Context: PASSIVE.
 * Return: 0, -EIO (HwVidInitialize failed), -EMFILE (the user has opened it too often), -ENODEV,
 *	-ENOMEM, -EINTR.
 */
int vp_core_client_open(struct vp_port *port, struct vp_file *file, struct vp_client **client);
/** vp_core_client_close() - what the client has locked is released, in flight or not. PASSIVE. */
void vp_core_client_close(struct vp_client *client);

/**
 * struct vp_request - one request of a client
 * @code: the IOCTL code.
 * @buffer: the system buffer, from vp_core_request_buffer(); NULL if @capacity is 0.
 * @allocation: what it is a part of, the core's own; likewise.
 * @capacity: the larger of the two lengths.
 * @input_length: bytes of input in @buffer.
 * @output_length: bytes that the client takes back.
 * @status: out: VP_STATUS.
 * @returned: out: bytes of @buffer that go back to the client.
 * @information: out: what the miniport said.
 */
struct vp_request {
	uint32_t code;
	void *buffer;
	void *allocation;
	size_t capacity;
	uint32_t input_length;
	uint32_t output_length;
	uint32_t status;
	uint32_t returned;
	uint64_t information;
};

/**
 * vp_core_client_request() - serve a request: one HwVidStartIO
 * @client: who asks.
 * @request: what it asks, and what it gets.
 *
 * Context: PASSIVE, in the client's process.
 * Return: 0, -ENODEV, -EINTR, -ENOMEM.
 */
int vp_core_client_request(struct vp_client *client, struct vp_request *request);
/**
 * vp_core_request_buffer() - make the system buffer of a request
 * @client: who asks.
 * @request: its @capacity, not 0, and its @input_length are set. Receives @buffer: room for the
 *	input, and zeroes behind it.
 *
 * Context: PASSIVE, in the client's process.
 * Return: 0 or -ENOMEM.
 */
int vp_core_request_buffer(struct vp_client *client, struct vp_request *request);
/** vp_core_request_buffer_free() - give back what that made. PASSIVE. */
void vp_core_request_buffer_free(struct vp_client *client, struct vp_request *request);

/**
 * vp_core_client_refuse() - the platform has refused a request: count it, and say why
 * @client: who asked.
 * @format: what was wrong, with the value.
 *
 * Context: PASSIVE.
 */
void vp_core_client_refuse(struct vp_client *client, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * vp_core_client_completions() - DMA of the client that was completed since it was last taken
 * @client: the client.
 * @take: start again from zero.
 *
 * Context: any.
 * Return: how many, or -ENODEV when there is none and the adapter is gone.
 */
int64_t vp_core_client_completions(struct vp_client *client, bool take);

/**
 * vp_core_event_map() - give an eventfd of the calling process a token that requests may carry
 * @client: the client.
 * @fd: the descriptor; the client may close it afterwards.
 * @token: receives the token.
 *
 * Context: PASSIVE, in the client.
 * Return: 0, -EBADF, -EINVAL, -ENOMEM, -ENOSPC (too many), -ENODEV.
 */
int vp_core_event_map(struct vp_client *client, int fd, uint64_t *token);
/** vp_core_event_unmap() - undo it. PASSIVE. Return: 0, -EINVAL (not the client's), -ENODEV. */
int vp_core_event_unmap(struct vp_client *client, uint64_t token);

/**
 * vp_core_interrupt() - hard interrupt: call the ISR
 * @port: the port.
 * @again: about an interrupt that was counted before; it may have another cause.
 *
 * Return: the device was the cause.
 */
bool vp_core_interrupt(struct vp_port *port, bool again);
/** vp_core_dpc() - softirq: run what VideoPortQueueDpc queued. */
void vp_core_dpc(struct vp_port *port);
/** vp_core_timer() - softirq: HwVidTimer. */
void vp_core_timer(struct vp_port *port);
/** vp_core_work() - process context: finish what was put off. */
void vp_core_work(struct vp_port *port);
/** vp_core_watch() - process context: report what takes too long. */
void vp_core_watch(struct vp_port *port);

/** vp_core_enumerate() - process context: ask the miniport for its adapter's children. */
void vp_core_enumerate(struct vp_port *port);

#define VP_MAX_CHILDREN	32	/* of one adapter; a bit each */
#define VP_CHILD_NAME	64

/**
 * struct vp_child - a monitor or chip of an adapter, as the miniport has told
 * @index: ChildIndex, from 1 on; the slot is one less.
 * @uid: by which the miniport knows it.
 * @type: VIDEO_CHILD_TYPE.
 * @edid_bytes: 0, 128 or 256 of @edid; whole, with their sums.
 * @edid: of a monitor.
 * @hardware_id: text; of another device.
 */
struct vp_child {
	uint32_t index;
	uint32_t uid;
	uint32_t type;
	uint32_t edid_bytes;
	uint8_t edid[256];
	char hardware_id[VP_CHILD_NAME];
};

/**
 * vp_core_child() - what is known of a child
 * @port: the adapter.
 * @slot: less than VP_MAX_CHILDREN; those in use need not be the first ones.
 * @child: receives it.
 *
 * Context: any.
 * Return: there is one in this slot.
 */
bool vp_core_child(const struct vp_port *port, unsigned int slot, struct vp_child *child);
/**
 * vp_core_format() - print a legacy format
 * @out: receives the text, cut if need be, and a terminator.
 * @room: bytes at @out.
 * @text: the format.
 * @arguments: its arguments.
 *
 * Context: any.
 * Return: bytes before the terminator.
 */
size_t vp_core_format(char *out, size_t room, const char *text, va_list arguments);

/** vp_core_counter_name() - name of counter @index, or NULL beyond the last. */
const char *vp_core_counter_name(unsigned int index);
/** vp_core_counter() - its value for a port. */
uint64_t vp_core_counter(const struct vp_port *port, unsigned int index);

#ifdef __cplusplus
}
#endif

#endif /* VP_PLATFORM_H */
