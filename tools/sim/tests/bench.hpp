/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The test bench: a machine with two adapters of one driver and two client processes, and short
 * ways to call the core as a miniport from any context. What a test leaves behind is a failure.
 */
#ifndef SIM_TESTS_BENCH_HPP
#define SIM_TESTS_BENCH_HPP

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "../bench/adapter.hpp"
#include "../platform/fail.hpp"
#include "../platform/iommu.hpp"

namespace sim {

/// A miniport whose callbacks a test sets.
class TestMiniport : public Miniport {
public:
	std::function<VP_STATUS(VIDEO_PORT_CONFIG_INFO &)> on_find;
	std::function<bool()> on_initialize;
	std::function<bool(VIDEO_REQUEST_PACKET &)> on_start_io;
	std::function<bool()> on_interrupt;
	std::function<void()> on_timer;
	std::function<void()> on_reset;
	std::function<HW_DMA_RETURN(PDMA)> on_start_dma;
	std::function<VP_STATUS(ULONG)> on_may_enter;
	std::function<VP_STATUS(ULONG)> on_enter;

	VP_STATUS find(Adapter &, VIDEO_PORT_CONFIG_INFO &config) override
	{
		return on_find ? on_find(config) : NO_ERROR;
	}
	bool initialize(Adapter &) override { return on_initialize ? on_initialize() : true; }
	bool start_io(Adapter &, VIDEO_REQUEST_PACKET &packet) override
	{
		return on_start_io ? on_start_io(packet) : true;
	}
	bool interrupt(Adapter &) override { return on_interrupt ? on_interrupt() : false; }
	void timer(Adapter &) override
	{
		if (on_timer)
			on_timer();
	}
	HW_DMA_RETURN start_dma(Adapter &, PDMA dma) override
	{
		return on_start_dma ? on_start_dma(dma) : DmaAsyncReturn;
	}
	void reset(Adapter &) override
	{
		if (on_reset)
			on_reset();
	}
	VP_STATUS may_enter(Adapter &, ULONG state) override
	{
		return on_may_enter ? on_may_enter(state) : NO_ERROR;
	}
	VP_STATUS enter(Adapter &, ULONG state) override
	{
		return on_enter ? on_enter(state) : NO_ERROR;
	}
};

/// A process with some memory of every kind, and one thread.
struct User {
	static constexpr unsigned int normal = 0; ///< 20 pages that it may write
	static constexpr unsigned int read_only = 20; ///< 4 pages
	static constexpr unsigned int device = 24; ///< 2 pages
	static constexpr unsigned int hole = 26; ///< the rest

	explicit User(Machine &machine, const char *name);

	static uint64_t at(unsigned int page, size_t offset = 0)
	{
		return Process::address(page, offset);
	}

	Process &process;
	Thread thread;
	std::unique_ptr<Client> client;
};

/// What VideoPortLockPages gave.
struct LockedPages {
	bool locked;
	PVOID handle; ///< OutputBuffer afterwards
	ULONG list_bytes; ///< OutputBufferLength afterwards
};

/// What became of a VideoPortStartDma.
struct Started {
	VP_STATUS status = -1;
	ULONG length = 0; ///< *pLength afterwards
	unsigned int calls = 0; ///< of HwVidExecuteDma
	vp_context context = VP_PASSIVE; ///< of that call
	ULONG length_then = 0; ///< *pLength in that call
	PVP_SCATTER_GATHER_LIST list = nullptr;
	std::vector<Element> elements;

	uint64_t bytes() const;
};

class Bench {
public:
	/// A handle of the first adapter that never was one.
	static PVOID forged() { return reinterpret_cast<PVOID>(0x5650001234567890ull); }

	explicit Bench(const MachineConfig &config = {}, DriverData data = {});
	Bench(const Bench &) = delete;
	Bench &operator=(const Bench &) = delete;
	~Bench() { end(); }

	/// Close, remove and look for what is left; once.
	void end();

	/* ---- where calls come from ---- */

	/// Open the adapter as @p user. Return: of vp_core_client_open().
	int open(User &user, unsigned int which = 0);
	void close(User &user);
	/// Serve a request of @p user; @p call runs inside HwVidStartIO.
	Answer request(User &user, std::function<void(VIDEO_REQUEST_PACKET &)> call,
		       std::vector<uint8_t> data = {});
	void in_request(User &user, std::function<void()> call);
	void in_interrupt(std::function<void()> call, unsigned int which = 0);
	void in_dpc(std::function<void()> call, unsigned int which = 0);
	void in_timer(std::function<void()> call, unsigned int which = 0);
	/// What was put off, in process context.
	void run_work(unsigned int which = 0);
	/// Time passes, and the watch looks if it is due. Return: it did.
	bool wait_and_watch(unsigned int milliseconds, unsigned int which = 0);
	/// Surprise removal.
	void remove(unsigned int which = 0);

	/* ---- the calls, of a miniport ---- */

	PVOID extension(unsigned int which = 0) const { return adapters[which]->extension; }
	LockedPages lock_pages(uint64_t address, size_t length,
			       DMA_FLAGS flags = VideoPortDmaInitOnly, PEVENT user = nullptr,
			       PEVENT display = nullptr);
	PVOID lock_buffer(uint64_t address, size_t length, VP_LOCK_OPERATION access);
	PVP_DMA_ADAPTER get_adapter(bool scatter_gather = true, bool wide = false,
				    ULONG maximum = 0);
	Started start(PVP_DMA_ADAPTER adapter, PVOID mdl, ULONG offset, ULONG length,
		      bool to_device);
	VP_STATUS complete(PVP_DMA_ADAPTER adapter, const Started &transfer, bool to_device);
	std::vector<Element> segments(PVOID handle) const;

	/// Locked by @p user in a request of its own.
	PVOID lock_for(User &user, uint64_t address, size_t length,
		       VP_LOCK_OPERATION access = VpModifyAccess);
	LockedPages lock_pages_for(User &user, uint64_t address, size_t length);
	/// A DMA handle of @p user's memory, with events.
	PDMA dma_for(User &user, uint64_t address, size_t length, PEVENT event = nullptr,
		     PEVENT display = nullptr);
	BOOLEAN signal(PDMA dma) { return VideoPortSignalDmaComplete(extension(), dma); }
	PDMA do_dma(PDMA dma, DMA_FLAGS flags = VideoPortKeepPagesLocked)
	{
		return VideoPortDoDma(extension(), dma, flags);
	}
	/// An event of the miniport's.
	PEVENT event(ULONG flags);
	/// @p user lends an eventfd. @p count: what it counts.
	PEVENT lend(User &user, std::shared_ptr<EventCount> *count = nullptr);
	/// Device memory in the client whose request is served; 0: refused.
	uint64_t view(uint64_t address, ULONG &length, ULONG flags = 0);

	/* ---- what there is ---- */

	uint64_t counter(const char *name, unsigned int which = 0) const
	{
		return adapters[which]->counter(name);
	}
	/// Pins of all pages together.
	size_t pins() const;
	size_t mappings() const { return live_mappings(adapters[0]->device); }
	vp_device &device(unsigned int which = 0) { return adapters[which]->device; }
	/// The device moves data through a list, or fails.
	Access read_list(const std::vector<Element> &list, std::vector<uint8_t> &data);
	Access write_list(const std::vector<Element> &list, const std::vector<uint8_t> &data);

	std::unique_ptr<Machine> machine;
	Driver driver;
	TestMiniport miniports[2];
	std::shared_ptr<Adapter> adapters[2];
	User a, b;

private:
	FailureHandler handler_before_;
};

/// Base of all tests that need a bench.
class BenchTest : public testing::Test {
protected:
	explicit BenchTest(const MachineConfig &config = {}) : bench(config) {}

	Bench bench;
	User &a = bench.a;
	User &b = bench.b;

	void TearDown() override { bench.end(); }
};

/// The same for miniports of the NT4 kind, with HwStartDma.
inline DriverData nt4_kind()
{
	DriverData data;

	data.has_start_dma = true;
	return data;
}

class PacketBenchTest : public testing::TestWithParam<DmaKind> {
protected:
	explicit PacketBenchTest(DmaKind kind = DmaKind::Iommu) : bench(config_of(kind), nt4_kind())
	{
	}
	static MachineConfig config_of(DmaKind kind)
	{
		MachineConfig config;

		config.dma = kind;
		return config;
	}
	/// Where a call may come from: all, or all but the interrupt.
	void everywhere(const std::function<void()> &call)
	{
		bench.in_interrupt(call);
		not_in_an_interrupt(call);
	}
	void not_in_an_interrupt(const std::function<void()> &call)
	{
		bench.in_dpc(call);
		bench.in_timer(call);
		bench.in_request(bench.a, call);
		call(); /* in process context, but in no request */
	}

	Bench bench;
	User &a = bench.a;
	User &b = bench.b;

	void TearDown() override { bench.end(); }
};

/// For tests that are repeated for each kind of machine.
inline const DmaKind every_dma_kind[] = {DmaKind::Direct, DmaKind::Iommu, DmaKind::IommuCut,
					 DmaKind::Bounce};
std::string dma_kind_name(const testing::TestParamInfo<DmaKind> &info);

/// @p length bytes that are not all the same.
std::vector<uint8_t> pattern(size_t length, unsigned int seed = 1);

/// Are they? Says where not.
testing::AssertionResult same(const std::vector<uint8_t> &left, const std::vector<uint8_t> &right);

/// The memory of a process.
std::vector<uint8_t> memory_of(const User &user, uint64_t address, size_t length);

/// Runs @p test in a process of its own: a crash of the core is a failure of the test.
void expect_survives(const std::function<void()> &test);

/// Collects failures of the platform instead of reporting them.
class Expecting {
public:
	Expecting();
	Expecting(const Expecting &) = delete;
	Expecting &operator=(const Expecting &) = delete;
	~Expecting();

	/// One of them has @p part in its text.
	bool saw(const std::string &part) const;
	size_t count() const;

private:
	FailureHandler before_;
};

} // namespace sim

#endif
