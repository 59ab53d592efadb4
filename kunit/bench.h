/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bench that every suite works on: a miniport of our own on real PCI functions, clients that
 * make real requests, user memory, and a device that reads and writes through logical addresses.
 * Cases run in a kernel thread that has the memory of the process that loaded the module.
 */
#ifndef VPK_BENCH_H
#define VPK_BENCH_H

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <uapi/linux/videoport.h>
#include <video.h>

#include "compat.h"
#include "suites.h"

#define VPK_ADAPTERS	4	/* of the miniport, at most */
#define VPK_CLIENTS	4	/* of a case, at most */
#define VPK_MAPS	16	/* of user memory in a case, at most */
#define VPK_DMA		8	/* DMA adapters of a case, at most */
#define VPK_FDS		4	/* eventfds of a case, at most */
#define VPK_PROCESS	((HANDLE)ULONG_MAX)	/* the client, as every process handle is */
#define VPK_CODE	0x23042u	/* IOCTL of a request that runs a body */

struct vpk_case;
struct vpk_adapter;

/* Which miniport drives the adapters: what its VIDEO_HW_INITIALIZATION_DATA says. */
enum vpk_kind {
	VPK_XP,			/* XP's, without HwStartDma */
	VPK_NT4,		/* NT4's with HwStartDma, which ends behind it */
	VPK_NT4_SHORT,		/* NT4's without it: what stands behind the end counts as absent */
	VPK_XP_WITH_START_DMA,	/* XP's, with HwStartDma */
};

/**
 * struct vpk_packet - what HwStartDma does, and saw
 * @hook: if set, runs in it.
 * @answer: what it returns.
 * @calls: how often it was called.
 * @dma: the last handle that it was given.
 * @irql: the level of the last call.
 */
struct vpk_packet {
	void (*hook)(struct vpk_adapter *adapter, PDMA dma);
	HW_DMA_RETURN answer;
	unsigned int calls;
	PDMA dma;
	UCHAR irql;
};

/**
 * struct vpk_adapter - a PCI function that the miniport drives
 * @pdev: the function; a reference is held.
 * @ext: the device extension while it is bound; NULL else.
 * @registers: its first BAR.
 * @ports: its first I/O BAR, or NULL.
 * @ranges: what VideoPortGetAccessRanges told.
 * @slot: likewise.
 * @interrupts: it is QEMU's edu, whose interrupt software can raise.
 * @serves_one: its ISR serves one cause in a call; cleared before each case.
 * @find_hook: if set, runs at the end of HwVidFindAdapter, and decides.
 * @initialize: what HwVidInitialize returns.
 * @initialized: how often it was called.
 * @resets: how often HwVidResetHw was.
 * @packet: what HwStartDma does; cleared before each case.
 * @body: what HwVidStartIO runs; likewise for the others.
 */
struct vpk_adapter {
	struct pci_dev *pdev;
	PVOID ext;
	PUCHAR registers;
	PUCHAR ports;
	VIDEO_ACCESS_RANGE ranges[PCI_STD_NUM_BARS];
	ULONG slot;
	bool interrupts;
	bool serves_one;

	VP_STATUS (*find_hook)(struct vpk_adapter *adapter, PVIDEO_PORT_CONFIG_INFO config);
	bool initialize;
	unsigned int initialized;
	unsigned int resets;
	struct vpk_packet packet;

	struct kunit *test;
	void (*body)(struct kunit *test, PVIDEO_REQUEST_PACKET vrp);
	BOOLEAN answer;
	bool served;
	void (*tick)(struct vpk_adapter *adapter);
	void (*isr)(struct vpk_adapter *adapter, void *data);
	void *isr_data;
	struct completion isr_done;
};

/**
 * struct vpk_client - one open of an adapter's node
 */
struct vpk_client {
	struct vpk_adapter *adapter;
	struct file *file;
};

enum vpk_alive {
	VPK_CLIENTS_ALIVE, VPK_ADAPTERS_ALIVE, VPK_BUFFERS, VPK_PAGES, VPK_MAPPINGS,
	VPK_TRANSFERS, VPK_COMMON, VPK_ALLOCATIONS, VPK_EVENTS, VPK_VIEWS, VPK_ALIVE,
};

extern const char * const vpk_alive_names[VPK_ALIVE];

/* Everything that a case must leave as it found it. */
struct vpk_state {
	long pins;		/* of the whole kernel */
	long pinned_vm;		/* of the process */
	u64 alive[2][VPK_ALIVE];
};

/**
 * struct vpk_case - what test->priv points to
 * @a: the adapter that most cases use; it interrupts, if any of them does.
 * @b: another one, or NULL.
 */
struct vpk_case {
	struct kunit *test;
	struct vpk_adapter *a, *b;
	struct vpk_client clients[VPK_CLIENTS];
	unsigned int nr_clients;
	unsigned long arena;	/* user memory for the ioctl's structures */
	struct { unsigned long start; size_t length; } maps[VPK_MAPS];
	unsigned int nr_maps;
	struct { struct vpk_adapter *adapter; PVP_DMA_ADAPTER dma; } dma[VPK_DMA];
	unsigned int nr_dma;
	struct files_struct *files;
	int fds[VPK_FDS];	/* eventfds in them */
	unsigned int nr_fds;
	struct vpk_state before;
	void *data;		/* the case's own */
	u64 value[4];		/* likewise */
};

static inline struct vpk_case *vpk_of(struct kunit *test)
{
	return test->priv;
}

/* bench.c: the frame of every case */
int vpk_suite_init(struct kunit_suite *suite);
int vpk_packet_suite_init(struct kunit_suite *suite);
struct file *vpk_file(const char *path, int flags);
int vpk_init(struct kunit *test);
void vpk_exit(struct kunit *test);
struct mm_struct *vpk_process(void);

/* Defines a suite; suites.h names all of them. */
#define VPK_SUITE_OF(_name, _cases, _suite_init)			\
	struct kunit_suite vpk_##_name##_suite = {			\
		.name = "videoport_" #_name,				\
		.suite_init = _suite_init,				\
		.init = vpk_init,					\
		.exit = vpk_exit,					\
		.test_cases = _cases,					\
	}

#define VPK_SUITE(_name, _cases)	VPK_SUITE_OF(_name, _cases, vpk_suite_init)
/* Of a miniport with HwStartDma. */
#define VPK_PACKET_SUITE(_name, _cases)	VPK_SUITE_OF(_name, _cases, vpk_packet_suite_init)

#define VPK_DECLARE_SUITE(_name) extern struct kunit_suite vpk_##_name##_suite;

VPK_EACH_SUITE(VPK_DECLARE_SUITE)

/*
 * A case that runs inside a request of a client: the port is in HwVidStartIO and holds a mutex, so
 * no KUNIT_ASSERT and no kunit_skip() there: they end the thread. VPK_NEED instead.
 */
#define VPK_REQUEST_CASE(_name)						\
	static void _name##_body(struct kunit *test, PVIDEO_REQUEST_PACKET vrp);	\
	static void _name(struct kunit *test)				\
	{								\
		vpk_request(test, _name##_body);			\
	}								\
	static void _name##_body(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)

/* Fail and leave the function, without ending the thread. */
#define VPK_NEED(_test, _condition)					\
	do {								\
		if (!(_condition)) {					\
			KUNIT_FAIL(_test, "needed here: " #_condition);	\
			return;						\
		}							\
	} while (0)

/* Inside a request kunit_skip() must not be used. */
#define VPK_SKIP(_test, ...)						\
	do {								\
		kunit_mark_skipped(_test, __VA_ARGS__);			\
		return;							\
	} while (0)

/* miniport.c */
extern struct vpk_adapter vpk_adapters[VPK_ADAPTERS];
int vpk_miniport_register(char **ids, unsigned int nr_ids);
void vpk_miniport_unregister(void);
/* Let another miniport drive the adapters. Return: 0 or a negative error. */
int vpk_miniport_be(enum vpk_kind kind);
struct device *vpk_node(struct vpk_adapter *adapter);
int vpk_unbind(struct vpk_adapter *adapter);
void vpk_shutdown(struct vpk_adapter *adapter);
int vpk_bind(struct vpk_adapter *adapter);
/* The adapter's next interrupt runs @fn. */
void vpk_expect_interrupt(struct vpk_adapter *adapter,
			  void (*fn)(struct vpk_adapter *adapter, void *data), void *data);
/* Return: false if it did not come. */
bool vpk_await_interrupt(struct vpk_adapter *adapter);
/* Raise an interrupt that runs @fn, for each cause (a bit) once or for all of them together. */
void vpk_raise(struct vpk_adapter *adapter, u32 causes,
	       void (*fn)(struct vpk_adapter *adapter, void *data), void *data);
/* Run @fn in a hard interrupt of the adapter. Return: false if none came. */
bool vpk_at_dirql(struct vpk_adapter *adapter,
		  void (*fn)(struct vpk_adapter *adapter, void *data), void *data);
/* Run @fn in a DPC, in a softirq. Return: false if it did not run. */
bool vpk_at_dispatch(struct vpk_adapter *adapter,
		     void (*fn)(struct vpk_adapter *adapter, void *data), void *data);
/* Run @fn here. Return: true. */
bool vpk_at_passive(struct vpk_adapter *adapter,
		    void (*fn)(struct vpk_adapter *adapter, void *data), void *data);

typedef bool (*vpk_at)(struct vpk_adapter *adapter,
		       void (*fn)(struct vpk_adapter *adapter, void *data), void *data);

/* client.c */
struct vpk_client *vpk_open(struct kunit *test, struct vpk_adapter *adapter, int *error);
struct vpk_client *vpk_open_with(struct kunit *test, struct vpk_adapter *adapter, int flags,
				 int *error);
void vpk_close(struct vpk_client *client);
long vpk_ioctl(struct kunit *test, struct vpk_client *client, struct videoport_request *request);
/* One request of @client with @body as HwVidStartIO. Return: what the ioctl returned. */
long vpk_request_of(struct kunit *test, struct vpk_client *client,
		    void (*body)(struct kunit *test, PVIDEO_REQUEST_PACKET vrp));
/* The same of the case's first client, opened if need be; fails the case if it is not served. */
void vpk_request(struct kunit *test, void (*body)(struct kunit *test, PVIDEO_REQUEST_PACKET vrp));
/* An eventfd of the case's thread, gone at the end of the case. -ENOSYS if it cannot be made. */
int vpk_eventfd(struct kunit *test);
/* What it counts, and zero again; 0 also if there is none. */
u64 vpk_eventfd_take(int fd);
/* The ioctls that lend an event and want it back. */
long vpk_event_map(struct kunit *test, struct vpk_client *client, int fd, PEVENT *event);
long vpk_event_unmap(struct kunit *test, struct vpk_client *client, PEVENT event);
/* poll() and read() of the node; what read() gave is in @completed. */
u32 vpk_poll(struct vpk_client *client);
ssize_t vpk_read(struct kunit *test, struct vpk_client *client, u64 *completed);

/**
 * struct vpk_thread - a thread beside that of the case, with the process's memory
 * @task: it.
 * @fn: what it runs; @done when that returned.
 * @data: for @fn.
 */
struct vpk_thread {
	struct task_struct *task;
	void (*fn)(void *data);
	void *data;
	struct completion done;
};

/* thread.c */
bool vpk_thread_start(struct vpk_thread *thread, void (*fn)(void *data), void *data);
/* Return: it went to sleep in @state, TASK_KILLABLE or the like; false if it ended before. */
bool vpk_thread_sleeps(struct vpk_thread *thread, unsigned int state);
/* Wait until one of them has ended. Return: it, or NULL. */
struct vpk_thread *vpk_thread_first_end(struct vpk_thread *threads, unsigned int count);
void vpk_thread_kill(struct vpk_thread *thread);
/* Every thread that was started must be joined. Return: false if it had to be killed. */
bool vpk_thread_join(struct vpk_thread *thread);

/* user.c: addresses as the process sees them; 0 is a failure. Gone at the end of the case. */
unsigned long vpk_user(struct kunit *test, size_t bytes);
unsigned long vpk_user_map(struct kunit *test, struct file *file, size_t bytes,
			   unsigned long prot, unsigned long flags);
void vpk_user_unmap(struct kunit *test, unsigned long start, size_t bytes);
/* Fill with / compare to a pattern that depends on the position and @seed. */
void vpk_fill(struct kunit *test, unsigned long start, size_t bytes, u8 seed);
size_t vpk_matching(unsigned long start, size_t bytes, u8 seed);
u8 vpk_pattern(size_t position, u8 seed);
/* The page behind an address, without holding it; NULL if there is none. */
struct page *vpk_user_page(unsigned long address);
/* The flags of the mapping at an address, and its length; 0 if there is none. */
unsigned long vpk_vm_flags(unsigned long address);
size_t vpk_vm_bytes(unsigned long address);
/* The page table entry there; 0 if nothing is mapped. */
pteval_t vpk_user_pte(unsigned long address);
/* A syscall of the running kernel on the process's memory. -ENOSYS if it cannot be reached. */
long vpk_syscall(const char *name, unsigned long a, unsigned long b, unsigned long c);

/* device.c: what the device sees */
bool vpk_has_iommu(struct vpk_adapter *adapter);
bool vpk_bounces(struct vpk_adapter *adapter);
/* CPU address behind a logical one; 0 if an IOMMU lets the device reach nothing there. */
phys_addr_t vpk_reach(struct vpk_adapter *adapter, u64 logical);
bool vpk_device_write(struct vpk_adapter *adapter, u64 logical, size_t bytes, size_t position,
		      u8 seed);
bool vpk_device_sees(struct vpk_adapter *adapter, u64 logical, size_t bytes, size_t position,
		     u8 seed);
/* Does each byte of the segment lead to the user's page? Always true if bounce buffers are used. */
bool vpk_leads_to(struct vpk_adapter *adapter, u64 logical, size_t bytes, unsigned long user);

/* One transfer as HwVidExecuteDma sees it. */
struct vpk_transfer {
	unsigned int calls;
	PVOID ext;
	PVP_DMA_ADAPTER dma;
	PVP_SCATTER_GATHER_LIST list;
	UCHAR irql;
	ULONG length;		/* what pLength points to */
	ULONG length_seen;	/* its value when the routine ran */
	bool complete;		/* in: complete inside the routine */
	bool to_device;
	VP_STATUS completed;
};

#define VPK_SG		1u
#define VPK_32		2u
#define VPK_64		4u
PVP_DMA_ADAPTER vpk_dma(struct kunit *test, struct vpk_adapter *adapter, unsigned int flags,
			ULONG maximum);
void vpk_put_dma(struct kunit *test, PVP_DMA_ADAPTER dma);
VP_STATUS vpk_start(struct vpk_adapter *adapter, PVP_DMA_ADAPTER dma, PVOID mdl, ULONG offset,
		    ULONG length, bool to_device, struct vpk_transfer *transfer);
VP_STATUS vpk_complete(struct vpk_adapter *adapter, struct vpk_transfer *transfer);
/* Sum of a list's lengths; checks each element against the user's pages. */
size_t vpk_check_list(struct kunit *test, struct vpk_adapter *adapter,
		      PVP_SCATTER_GATHER_LIST list, unsigned long user);
bool vpk_list_write(struct vpk_adapter *adapter, PVP_SCATTER_GATHER_LIST list, size_t position,
		    u8 seed);
bool vpk_list_sees(struct vpk_adapter *adapter, PVP_SCATTER_GATHER_LIST list, size_t position,
		   u8 seed);
PDMA vpk_lock_pages(struct vpk_adapter *adapter, unsigned long start, ULONG bytes, ULONG *list);
/* The same with a flag; @vrp is the packet of the call. Return: what VideoPortLockPages did. */
BOOLEAN vpk_lock_pages_with(struct vpk_adapter *adapter, unsigned long start, ULONG bytes,
			    DMA_FLAGS flags, PVIDEO_REQUEST_PACKET vrp);
PVOID vpk_lock(struct vpk_adapter *adapter, unsigned long start, ULONG bytes,
	       VP_LOCK_OPERATION operation);
size_t vpk_check_segments(struct kunit *test, struct vpk_adapter *adapter, PDMA dma,
			  unsigned long user);
/* The device writes or sees the pattern in the first bytes of a handle's segments. */
bool vpk_segments_write(struct vpk_adapter *adapter, PDMA dma, size_t bytes, u8 seed);
bool vpk_segments_see(struct vpk_adapter *adapter, PDMA dma, size_t bytes, u8 seed);

/* state.c */
u64 vpk_counter(struct vpk_adapter *adapter, const char *name);
long vpk_pins(void);
long vpk_pinned_vm(void);
void vpk_state(struct vpk_case *vpk, struct vpk_state *state);
bool vpk_same(const struct vpk_state *a, const struct vpk_state *b);
/* Wait until the state is @wanted; fails the case if it does not become so. */
void vpk_expect_state(struct kunit *test, const struct vpk_state *wanted, const char *where);
/* Wait for a counter to have a value. */
bool vpk_wait_counter(struct vpk_adapter *adapter, const char *name, u64 value);
/* The end of the kernel's log; how many lines behind such a place contain @text. */
u64 vpk_log_end(void);
unsigned int vpk_logged(u64 after, const char *text);
/* Set the module's log_interval_ms. Return: 0 or a negative error. */
int vpk_log_interval(unsigned int milliseconds);

#endif /* VPK_BENCH_H */
