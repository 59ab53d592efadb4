/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What stands around the core in a kernel: a driver with its DriverEntry, adapters that are probed
 * and removed, and clients that open, ask and close. Follows shim/linux/pci.c and chardev.c.
 */
#ifndef SIM_BENCH_ADAPTER_HPP
#define SIM_BENCH_ADAPTER_HPP

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "../platform/device.hpp"
#include "../platform/machine.hpp"

#include <devioctl.h>
#include <video.h>

namespace sim {

class Adapter;

/// One contiguous range of logical addresses.
struct Element {
	uint64_t address;
	uint32_t length;

	bool operator==(const Element &) const = default;
};

/// What a miniport does when it is called. By itself: nothing, successfully.
class Miniport {
public:
	virtual ~Miniport() = default;
	virtual VP_STATUS find(Adapter &, VIDEO_PORT_CONFIG_INFO &) { return NO_ERROR; }
	virtual bool initialize(Adapter &) { return true; }
	virtual bool start_io(Adapter &, VIDEO_REQUEST_PACKET &) { return true; }
	virtual bool interrupt(Adapter &) { return false; }
	virtual void timer(Adapter &) {}
	virtual void reset(Adapter &) {}
	/// HwVidGetPowerState and HwVidSetPowerState. Only of a driver that says it has them.
	virtual VP_STATUS may_enter(Adapter &, ULONG) { return NO_ERROR; }
	virtual VP_STATUS enter(Adapter &, ULONG) { return NO_ERROR; }
	/// HwStartDma. Only of a driver that says it has one.
	virtual HW_DMA_RETURN start_dma(Adapter &, PDMA) { return DmaSyncReturn; }
};

/// What a driver says of itself in its DriverEntry.
struct DriverData {
	bool has_interrupt = true;
	bool has_timer = true;
	bool has_start_dma = false; ///< it is of the NT4 kind
	bool has_power = false; ///< it takes part in changes of power
	ULONG extension_size = 256;
	const videoport_registry_value *registry = nullptr; ///< compiled in
	const char *registry_text = nullptr; ///< its parameter
	/// Changes what VideoPortInitialize is given, before the call.
	std::function<void(VIDEO_HW_INITIALIZATION_DATA &)> change;
};

/// A loaded miniport module.
class Driver {
public:
	explicit Driver(DriverData data = {});
	Driver(const Driver &) = delete;
	Driver &operator=(const Driver &) = delete;
	~Driver();

	/// Runs DriverEntry. Return: of vp_core_miniport_create().
	int load();
	/// The path that DriverEntry was given.
	std::u16string registry_path;
	vp_miniport *get() const { return miniport_; }
	void unload();
	/// What VideoPortInitialize returned.
	ULONG initialize_status = ~0u;

	const DriverData data;

private:
	vp_miniport *miniport_ = nullptr;
};

/// A client's open file.
struct Client {
	std::shared_ptr<Adapter> adapter;
	Process *process;
	vp_file *file;
	vp_client *core = nullptr;
};

/// What a client gets back from a request.
struct Answer {
	int error = 0;
	uint32_t status = ~0u;
	uint64_t information = 0;
	uint32_t returned = 0;
};

class Adapter : public std::enable_shared_from_this<Adapter> {
public:
	Adapter(Miniport &miniport, unsigned int number) : miniport(miniport), device(number) {}
	Adapter(const Adapter &) = delete;
	Adapter &operator=(const Adapter &) = delete;
	/// The last reference is gone: the core's port goes, too.
	~Adapter();

	/// As vp_probe(). Return: of vp_core_port_create().
	int probe(Driver &driver);
	/// As vp_remove(). Looks whether all is really gone.
	void remove();

	/// As vp_open(), by the running thread. @p client is not touched on errors.
	int open(std::unique_ptr<Client> &client);
	static void close(std::unique_ptr<Client> client);

	/// As vp_request_serve(). @p data is input and receives output; its size is that of both.
	static Answer request(Client &client, uint32_t code, std::span<uint8_t> data);

	/// As vp_read() and vp_poll() ask.
	static int64_t completions(Client &client, bool take);
	/// As the ioctls for events.
	static int event_map(Client &client, int descriptor, uint64_t &token);
	static int event_unmap(Client &client, uint64_t token);

	/// What debugfs shows of its registry values.
	std::string registry();
	/// As the platform's power management.
	int sleep(vp_sleep why);
	void wake();

	/// The core's counter of this name.
	uint64_t counter(const char *name) const;

	Miniport &miniport;
	vp_device device;
	std::atomic<bool> bound{false};
	void *extension = nullptr; ///< as long as the miniport may use it
};

} // namespace sim

#endif
