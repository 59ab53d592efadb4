/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A port: one adapter that a miniport drives. Owns the device extension, the tables, and the order
 * of the miniport's life: found, initialized at the first open, requests one at a time, removed.
 * Its methods are called from the contexts that platform.h names for vp_core_*().
 */
#ifndef VP_CORE_PORT_H
#define VP_CORE_PORT_H

#include <atomic>
#include <cstdint>

#include <video.h>

#include "bugcheck.h"
#include "children.h"
#include "client.h"
#include "counters.h"
#include "device_lock.h"
#include "dma.h"
#include "dpc_queue.h"
#include "event.h"
#include "handles.h"
#include "lock.h"
#include "miniport.h"
#include "miniport_locks.h"
#include "pool.h"
#include "reg_text.h"
#include "registry.h"
#include "report.h"
#include "resources.h"
#include "rom_image.h"
#include "served.h"
#include "value_store.h"
#include "view.h"
#include "watch.h"

struct vp_port {
	vp_port(vp_miniport &miniport, vp_device *device, unsigned int number);
	vp_port(const vp_port &) = delete;
	vp_port &operator=(const vp_port &) = delete;
	~vp_port();

	/** The port whose device extension this is; nullptr (and a line in the log) if none's. */
	static vp_port *from_extension(const char *call, PVOID extension)
	{
		return vp::Registry::get().find(call, extension);
	}

	/** Who is calling, for the core's own calls. */
	[[gnu::always_inline]] vp::Caller caller(const char *call) const
	{
		const vp_calling now = vp_calling_now();
		bool in_request = served_.by(now.task);

		return {call, in_request ? served_.owner() : vp::miniport_owner, now.context,
			in_request};
	}
	/** The calling thread is inside HwVidFindAdapter. */
	bool finding() const { return finding_task_.load() && finding_task_ == vp_task_now(); }

	/* ---- the life of an adapter, in this order ---- */
	[[nodiscard]] int find_adapter();
	[[nodiscard]] int open(vp_file *file, vp_client *&client);
	void close(vp_client *client);
	[[nodiscard]] int request(vp_client &client, vp_request &request);
	void remove();

	/* ---- power, and the end of the system ---- */

	/** As vp_core_port_sleeps(), vp_core_port_sleep() and vp_core_port_wake(). */
	bool sleeps() const { return miniport_.hw.HwGetPowerState && miniport_.hw.HwSetPowerState; }
	[[nodiscard]] int sleep(vp_sleep why);
	void wake();
	/** Its part of vp_core_panic(). */
	void panic();

	bool interrupt(bool again);
	void run_dpcs();
	bool queue_dpc(const vp::Dpc &dpc);
	void tick();
	void start_timer();
	void stop_timer();
	BOOLEAN synchronize(VIDEO_SYNCHRONIZE_PRIORITY priority,
			    PMINIPORT_SYNCHRONIZE_ROUTINE routine, PVOID context);

	/** Finish what was put off. PASSIVE. */
	void work();
	/** Report what takes too long. PASSIVE. */
	void look();
	/**
	 * Ask the miniport for the adapter's children, and let them be shown. PASSIVE.
	 * @kind: how to wait for the request that is served.
	 */
	void enumerate(vp::DeviceGuard::Kind kind);
	/** The same soon. Any context. */
	void enumerate_soon();

	/** Map a part of a claimed range into the kernel. PASSIVE. nullptr: said why. */
	[[nodiscard]] void *map_for_miniport(const char *call, uint64_t address, uint64_t length,
					     ULONG flags);
	/** Undo it for a thread that need not be inside the miniport. Return: false: nothing is there. */
	[[nodiscard]] bool unmap_for_miniport(void *mapped, vp_context context);
	/**
	 * Map a part of the adapter's memory into the client that is served. PASSIVE.
	 * @address: in a claimed range, or in a common buffer as the device knows it.
	 * @length: in: bytes; out: bytes that are mapped from the returned address on.
	 * @flags: VIDEO_MEMORY_SPACE_*.
	 * @token: the handle that goes with it, or 0.
	 * Return: the address in the client, or 0 after saying why not.
	 */
	[[nodiscard]] uint64_t map_into_client(const vp::Caller &caller, uint64_t address,
					       ULONG &length, ULONG flags, vp::Token token);
	/** Undo it. PASSIVE. Return: false after saying that there is no such mapping. */
	[[nodiscard]] bool unmap_from_client(const vp::Caller &caller, uint64_t address,
					     vp::Token token);

	/** As vp_core_handle(). PASSIVE. */
	[[nodiscard]] bool show(uint32_t &place, vp_shown_handle &shown);

	/** The adapter is gone for good. */
	bool gone() const { return gone_; }
	/** The miniport's HwStartDma, or nullptr: then it is of the XP kind. */
	PVIDEO_HW_START_DMA start_dma() const { return miniport_.hw.HwStartDma; }

	/** The registry values that there are before the miniport sets any. PASSIVE. 0, -VP_ENOMEM. */
	[[nodiscard]] int load_values();
	/** The miniport's structures are those of NT4. */
	bool is_nt4() const { return miniport_.is_nt4(); }

	vp_device *device() const { return device_; }
	PVOID extension() const { return extension_; }
	/** Whose code drives it, as vp_module_of() names it. */
	uint64_t module() const { return miniport_.module; }
	/** The adapter goes: who waits in a request is to wait no more. */
	bool ending() const { return ending_; }
	unsigned int number() const { return number_; }

private:
	/** What the miniport makes of @packet, as the request of @client. */
	BOOLEAN serve(vp_client &client, const vp_request &request, VIDEO_REQUEST_PACKET &packet);
	/** May the user open the adapter once more? Says so if not. Under the device lock. */
	[[nodiscard]] bool admits(const vp_user &user);
	/** The smallest part of what VIDEO_PORT_CONFIG_INFO can say. */
	void describe(VIDEO_PORT_CONFIG_INFO &config);
	/** Claim what the miniport says that a VGA adapter decodes, where this is one. */
	void claim_legacy_resources();
	[[nodiscard]] int ask_miniport();
	/** Take over the values of a text, and say which of them are wrong. 0, -VP_ENOMEM. */
	[[nodiscard]] int load_text(const char *where, const void *text, size_t length,
				    vp::RegReader::Style style);
	[[nodiscard]] int load_defaults();
	[[nodiscard]] int load_file();
	[[nodiscard]] int initialize();
	/** HwVidGetPowerState. Under the device lock. Return: the miniport agrees. */
	[[nodiscard]] bool may_enter(VIDEO_POWER_STATE state);
	/** HwVidSetPowerState. Likewise. */
	void enter(VIDEO_POWER_STATE state);
	/** After it nothing of the miniport runs, nor begins to. */
	void quiesce();
	void unquiesce();

	vp_miniport &miniport_;
	vp_device *device_;
	const unsigned int number_;
	PVOID extension_ = nullptr;
	vp::RegistryPath registry_path_;

	/* who is inside the miniport, for caller() */
	std::atomic<uint64_t> finding_task_{0};
	vp::Served served_;

	std::atomic<bool> initialized_{false}; /* changed under the device lock */
	bool removed_ = false; /* under the device lock */
	bool started_ = false; /* HwVidFindAdapter was content; likewise */
	std::atomic<ULONG> power_state_{VideoPowerOn}; /* that the miniport knows; likewise */
	std::atomic<bool> asleep_{false}; /* nothing of the miniport is called; likewise */
	std::atomic<vp::Owner> last_client_{0};

	std::atomic<bool> delivers_interrupts_{false};
	std::atomic<bool> timer_on_{false};
	std::atomic<bool> gone_{false};
	std::atomic<bool> ending_{false};
	vp::SpinLock interrupt_lock_{VP_LOCK_INTERRUPT};

	vp::SpinLock lock_{VP_LOCK_PORT};

public:
	vp::Counters counters;
	vp::DeviceLock device_lock;
	vp::Clients clients;
	vp::Watch watch;
	vp::Pool pool;
	vp::Resources resources;
	vp::RomImage rom;
	vp::Handles handles;
	vp::Events events;
	vp::Views views;
	vp::Dma dma;
	vp::MiniportLocks locks;
	vp::ValueStore values;
	vp::Children children;
	/** Tables of functions that the miniport has, and has not given back. */
	std::atomic<unsigned int> interfaces{0};
	vp::Bugcheck bugcheck;
	vp::Reports reports;

private:
	vp::DpcQueue dpcs_;
};

#endif
