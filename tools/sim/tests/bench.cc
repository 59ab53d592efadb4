// SPDX-License-Identifier: GPL-2.0
/*
 * The test bench: making and ending it, and the contexts. See bench.hpp; the calls are in
 * bench_calls.cc.
 */
#include "bench.hpp"

#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace sim {

static void report(const std::string &message)
{
	ADD_FAILURE() << "the platform says: " << message;
}

User::User(Machine &machine, const char *name)
	: process(machine.add_process()),
	  thread(name, &process)
{
	for (unsigned int i = normal; i < read_only; i++)
		process.map(i, PageKind::Normal);
	for (unsigned int i = read_only; i < device; i++)
		process.map(i, PageKind::ReadOnly);
	for (unsigned int i = device; i < hole; i++)
		process.map(i, PageKind::Device);
}

Bench::Bench(const MachineConfig &config, DriverData data)
	: machine(std::make_unique<Machine>(config)),
	  driver(std::move(data)),
	  a(*machine, "a"),
	  b(*machine, "b"),
	  handler_before_(set_failure_handler(report))
{
	EXPECT_EQ(vp_core_init(), 0);
	EXPECT_EQ(driver.load(), 0);
	for (unsigned int i = 0; i < 2; i++) {
		adapters[i] = std::make_shared<Adapter>(miniports[i], i);
		EXPECT_EQ(adapters[i]->probe(driver), 0);
	}
	EXPECT_EQ(open(a), 0);
	EXPECT_EQ(open(b), 0);
}

void Bench::end()
{
	if (!machine)
		return;
	for (TestMiniport &miniport : miniports)
		miniport.on_reset = nullptr;
	close(a);
	close(b);
	for (auto &adapter : adapters) {
		if (adapter->bound)
			adapter->remove();
		adapter.reset();
	}
	driver.unload();
	vp_core_exit();
	machine.reset();
	set_failure_handler(handler_before_);
}

int Bench::open(User &user, unsigned int which)
{
	Running running(user.thread);

	return adapters[which]->open(user.client);
}

void Bench::close(User &user)
{
	Running running(user.thread);

	if (user.client)
		Adapter::close(std::move(user.client));
}

Answer Bench::request(User &user, std::function<void(VIDEO_REQUEST_PACKET &)> call,
		      std::vector<uint8_t> data)
{
	Running running(user.thread);
	auto &miniport = static_cast<TestMiniport &>(user.client->adapter->miniport);
	auto before = std::move(miniport.on_start_io);

	miniport.on_start_io = [&](VIDEO_REQUEST_PACKET &packet) {
		packet.StatusBlock->Status = NO_ERROR;
		call(packet);
		return true;
	};

	Answer answer = Adapter::request(*user.client, 0x1234, data);

	miniport.on_start_io = std::move(before);
	return answer;
}

void Bench::in_request(User &user, std::function<void()> call)
{
	bool called = false;
	Answer answer = request(user, [&](VIDEO_REQUEST_PACKET &) {
		called = true;
		call();
	});

	EXPECT_EQ(answer.error, 0);
	EXPECT_TRUE(called);
}

void Bench::in_interrupt(std::function<void()> call, unsigned int which)
{
	bool handled = false;

	miniports[which].on_interrupt = [&] {
		call();
		return true;
	};
	EXPECT_TRUE(raise_interrupt(adapters[which]->device, &handled));
	EXPECT_TRUE(handled);
	miniports[which].on_interrupt = nullptr;
}

static void dpc_routine(PVOID, PVOID context)
{
	EXPECT_EQ(context_of(current()), VP_DISPATCH);
	(*static_cast<std::function<void()> *>(context))();
}

void Bench::in_dpc(std::function<void()> call, unsigned int which)
{
	EXPECT_TRUE(VideoPortQueueDpc(extension(which), dpc_routine, &call));
	EXPECT_TRUE(run_dpc(adapters[which]->device));
}

void Bench::in_timer(std::function<void()> call, unsigned int which)
{
	unsigned int calls = 0;

	miniports[which].on_timer = [&] {
		calls++;
		call();
	};
	VideoPortStartTimer(extension(which));
	machine->clock_ms += 1000;
	EXPECT_TRUE(run_timer(adapters[which]->device));
	EXPECT_EQ(calls, 1u);
	VideoPortStopTimer(extension(which));
	miniports[which].on_timer = nullptr;
}

void Bench::run_work(unsigned int which)
{
	Thread worker("kworker");
	Running running(worker);

	EXPECT_TRUE(sim::run_work(adapters[which]->device)) << "no work is pending";
}

bool Bench::wait_and_watch(unsigned int milliseconds, unsigned int which)
{
	Thread worker("kworker");
	Running running(worker);

	machine->clock_ms += milliseconds;
	return run_watch(adapters[which]->device);
}

void Bench::remove(unsigned int which)
{
	Thread hotplug("hotplug");
	Running running(hotplug);

	adapters[which]->remove();
}

std::string dma_kind_name(const testing::TestParamInfo<DmaKind> &info)
{
	static const char *const names[] = {"Direct", "Iommu", "IommuCut", "Bounce"};

	return names[static_cast<int>(info.param)];
}

/* ---- Crashes, and failures that a test wants ---- */

/* The lines of a report that say what happened. */
static std::string gist(const std::string &report)
{
	std::istringstream lines(report);
	std::string text;

	for (std::string line; std::getline(lines, line);)
		for (const char *part : {"SUMMARY", "ERROR:", "runtime error", "says:", "    #1 ",
					 "    #2 ", "    #3 "})
			if (line.find(part) != std::string::npos && text.size() < 1500) {
				text += "  " + line + "\n";
				break;
			}
	return text;
}

void expect_survives(const std::function<void()> &test)
{
	int output[2];

	fflush(nullptr);
	ASSERT_EQ(pipe(output), 0);

	pid_t child = fork();

	if (!child) {
		dup2(output[1], STDOUT_FILENO);
		dup2(output[1], STDERR_FILENO);
		close(output[0]);
		test();
		fflush(nullptr);
		leave_process(testing::Test::HasFailure() ? 1 : 0);
	}
	close(output[1]);

	std::string report;
	char part[4096];

	for (ssize_t bytes; (bytes = read(output[0], part, sizeof(part))) > 0;)
		report.append(part, static_cast<size_t>(bytes));
	close(output[0]);

	int status = 0;

	waitpid(child, &status, 0);
	EXPECT_TRUE(WIFEXITED(status) && !WEXITSTATUS(status)) << gist(report);
}

static std::vector<std::string> seen;

Expecting::Expecting()
	: before_(set_failure_handler([](const std::string &message) { seen.push_back(message); }))
{
	seen.clear();
}

Expecting::~Expecting()
{
	set_failure_handler(before_);
}

bool Expecting::saw(const std::string &part) const
{
	for (const std::string &each : seen)
		if (each.find(part) != std::string::npos)
			return true;
	return false;
}

size_t Expecting::count() const
{
	return seen.size();
}

} // namespace sim
