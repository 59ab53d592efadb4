/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The world of a random run: processes with threads and clients, ports, the threads of the kernel;
 * the miniport, which does what a step says; and the checks after every step.
 */
#ifndef SIM_RANDOM_WORLD_HPP
#define SIM_RANDOM_WORLD_HPP

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "../platform/fibers.hpp"
#include "../platform/iommu.hpp"
#include "model.hpp"
#include "statistics.hpp"
#include "step.hpp"

namespace sim {

struct UserModel {
	Process *process;
	bool dying = false;
};

struct ClientModel {
	std::unique_ptr<Client> client;
	PortModel *port;
	unsigned int user;
	uint64_t number; ///< ours: 0 is the miniport
	unsigned int requests = 0; ///< under way
	bool closing = false;
	int64_t completed = 0; ///< DMAs, not read yet
};

struct Here;
class CoreCall;

/// A simulated thread, and what it is about.
class Actor : public Fiber {
public:
	using Fiber::Fiber;

	ClientModel *serving = nullptr; ///< whose request it makes
	const Step *step = nullptr; ///< what its next callback does
	Step own_step{}; ///< a copy that lives as long as the job
	unsigned int patience = 0; ///< steps until it goes on by itself
	unsigned int core_depth = 0; ///< calls into the core, without those that called back
	Here *held = nullptr; ///< parked inside HwVidStartIO
	bool release = false;
	bool buffer_counted = true; ///< the system buffer of its request, as one of those
	std::function<void()> instruction;
	struct Run *run = nullptr; ///< its VideoPortDoDma, or nullptr
	bool partway = false; ///< where its call waits, it has made something already
	/// It is not in the midst of something: outside of the core, or waits where that is all
	/// right, for a mutex or for events to be over.
	bool stable() const
	{
		return !core_depth || (state() == State::Waiting && !partway && !interrupts_off &&
				       !bottom_halves_off);
	}
};

/// Who calls the core now, as a miniport.
struct Here {
	PortModel &port;
	ClientModel *client; ///< whose request is served by this thread; or nullptr
	VIDEO_REQUEST_PACKET *packet; ///< that request, or nullptr

	vp_context context() const { return context_of(current()); }
	uint64_t owner() const { return client ? client->number : 0; }
};

/// A VideoPortDoDma, and what its HwStartDma found.
struct Run {
	CoreCall *call;
	BufferModel *buffer;
	uint64_t token;
	uint32_t salt;
	bool expected; ///< HwStartDma to be called
	bool sure;
	bool unlock_after;
	unsigned int calls = 0;
	bool alone = false;
	bool sync = false;
	bool ours = false; ///< the run goes on in the model
	std::vector<uint8_t> written; ///< by the device
};

class World : public Miniport {
public:
	explicit World(const Setup &setup);
	World(const World &) = delete;
	World &operator=(const World &) = delete;
	~World() override;

	/// Do a step, and check all that must hold after it.
	void run(const Step &step);
	/// Everything ends. Nothing must be left.
	void finish();
	/// Show the core's log as it comes.
	void echo_log(bool on) { machine_.echo_log = on; }
	/// A number that is the same when all has happened the same way.
	uint64_t digest() const { return digest_; }
	/// How many of the steps could do anything.
	uint64_t done = 0;

	/* ---- callbacks of the miniport ---- */

	VP_STATUS find(Adapter &adapter, VIDEO_PORT_CONFIG_INFO &config) override;
	bool initialize(Adapter &adapter) override;
	bool start_io(Adapter &adapter, VIDEO_REQUEST_PACKET &packet) override;
	bool interrupt(Adapter &adapter) override;
	void timer(Adapter &adapter) override;
	void reset(Adapter &adapter) override;
	HW_DMA_RETURN start_dma(Adapter &adapter, PDMA dma) override;

private:
	friend class CoreCall;
	friend class Calls;

	/* world.cc */
	Actor *idle_actor(unsigned int user) const;
	bool start(Actor &actor, const Step &step, std::function<void()> job);
	void between();
	void stay(Here &here, Actor &actor);
	static Actor &self() { return static_cast<Actor &>(current()); }

	/* world_check.cc */
	PortModel &port_of(const Adapter &adapter) const;
	PortModel *pick_port(uint8_t who) const;
	ClientModel *pick_client(uint8_t who) const;
	bool stable() const;
	void check();
	void check_port(PortModel &port);
	void check_pages();
	void settle(PortModel &port);
	void accept_releases();
	void check_dead(const PortModel &port);
	void find_put_adapters(PortModel &port);

	/* world_steps.cc */
	bool from_miniport(const Step &step);
	bool event(const Step &step);
	bool request(ClientModel &client, const Step &step);
	bool resume(const Step &step);
	void go_on();
	bool release_held(const Step &step);
	bool open(const Step &step);
	bool close(ClientModel &client, const Step &step);
	bool kill(const Step &step);
	void go_on_dying(unsigned int user);
	bool probe(const Step &step);
	bool remove(PortModel &port, const Step &step);
	bool change_memory(const Step &step);
	bool write_memory(const Step &step);
	bool lend(ClientModel &client, const Step &step);
	bool take_back(ClientModel &client, const Step &step);
	bool completions(const Step &step);
	void tell_client(const PortModel &port, const BufferModel &buffer);
	/// A DMA of HwStartDma has ended. @p now: what it leaves is released already.
	void run_over(PortModel &port, BufferModel &buffer, bool now);
	void check_events(PortModel &port, bool settled);
	void forget_gone_ports();
	bool run_events(PortModel &port, Actor &actor, const Step &step);

	/* world_device.cc */
	bool device_access(const Step &step);
	bool device_by_list(const Step &step);
	bool device_stray(const Step &step);

	/// One call of the miniport.
	void perform(Here &here, const Step &step);

	Machine machine_;
	Shadow shadow_{machine_};
	Fibers fibers_;
	Driver driver_;
	bool nt4_; ///< the miniport has HwStartDma
	bool copies_; ///< every mapping is a copy
	bool tracked_; ///< the content of memory is known
	std::vector<UserModel> users_;
	std::vector<std::unique_ptr<Actor>> actors_; ///< two for each user, then those below
	Actor *admin_, *irq_, *softirq_, *worker_;
	std::vector<std::unique_ptr<PortModel>> ports_;
	std::vector<std::unique_ptr<ClientModel>> clients_;
	std::vector<uint64_t> old_tokens_;
	std::vector<void *> old_lists_;
	uint64_t last_client_ = 0;
	uint64_t runs_ = 0; ///< of actors, and events that came between

	/* of the step that runs */
	const Step *step_ = nullptr;
	Actor *between_actor_ = nullptr;
	unsigned int between_left_ = 0;
	uint64_t digest_ = 0;
	uint64_t steps_ = 0;
};

/// A call into the core, from its begin to its end.
class CoreCall {
public:
	explicit CoreCall(World &world);
	CoreCall(const CoreCall &) = delete;
	CoreCall &operator=(const CoreCall &) = delete;
	~CoreCall();

	/// Nobody else was inside the core meanwhile: its result is known.
	bool alone() const;

private:
	World &world_;
	Actor &actor_;
	bool alone_at_begin_;
	uint64_t runs_;
};

/// Where the call waits, it has made something that no model knows of yet.
class Partway {
public:
	Partway() { actor_.partway = true; }
	Partway(const Partway &) = delete;
	Partway &operator=(const Partway &) = delete;
	~Partway() { actor_.partway = false; }

private:
	Actor &actor_ = static_cast<Actor &>(current());
};

/// The core calls back: what follows is not inside it.
class InCallback {
public:
	InCallback();
	InCallback(const InCallback &) = delete;
	InCallback &operator=(const InCallback &) = delete;
	~InCallback();

private:
	Actor &actor_;
	unsigned int fallible_, fail_at_;
	bool fail_hit_;
};

} // namespace sim

#endif
