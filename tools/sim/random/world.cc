// SPDX-License-Identifier: GPL-2.0
/*
 * Making the world, its end, its threads, and the miniport's callbacks. See world.hpp; the checks are
 * in world_check.cc.
 */
#include "world.hpp"

#include <algorithm>
#include <utility>

#include "../platform/arena.hpp"
#include "../platform/fail.hpp"

namespace sim {

static constexpr unsigned int user_count = 3, threads_of_user = 2;

/* ---- Calls and callbacks ---- */

CoreCall::CoreCall(World &world)
	: world_(world),
	  actor_(World::self()),
	  alone_at_begin_(!actor_.core_depth),
	  runs_(world.runs_)
{
	for (const auto &each : world.actors_)
		if (each.get() != &actor_ && !each->stable())
			alone_at_begin_ = false;
	if (alone_at_begin_)
		for (const auto &each : world.ports_)
			if (each->device().port && !each->work_pending())
				world.settle(*each);
	actor_.core_depth++;
}

CoreCall::~CoreCall()
{
	actor_.core_depth--;
}

bool CoreCall::alone() const
{
	return alone_at_begin_ && world_.runs_ == runs_;
}

/* What is to fail is to fail in the call, not in what the miniport does inside. */
InCallback::InCallback()
	: actor_(static_cast<Actor &>(current())),
	  fallible_(actor_.fallible),
	  fail_at_(actor_.fail_at),
	  fail_hit_(actor_.fail_hit)
{
	actor_.core_depth--;
	actor_.fail_at = 0;
}

InCallback::~InCallback()
{
	actor_.core_depth++;
	actor_.fallible = fallible_;
	actor_.fail_at = fail_at_;
	actor_.fail_hit = fail_hit_;
}

/* ---- The machine ---- */

static MachineConfig machine_of(const Setup &setup)
{
	MachineConfig config;
	Random random(setup.seed);

	config.seed = setup.seed;
	config.dma = static_cast<DmaKind>(setup.machine & 3);
	config.pages_above_4g = setup.machine & 4 ? 3 : 0;
	config.cache_line = setup.machine & 8 ? 128 : 64;
	config.log_interval_ms = setup.machine & 16 ? 1000 : 0;
	return config;
}

static DriverData driver_of(const Setup &setup)
{
	DriverData data;

	data.has_interrupt = setup.driver % 8;
	data.has_timer = setup.driver & 8;
	data.has_start_dma = setup.driver & 96;
	data.extension_size = setup.driver & 16 ? 100 : 4096;
	return data;
}

World::World(const Setup &setup)
	: machine_(machine_of(setup)),
	  driver_(driver_of(setup)),
	  nt4_(driver_.data.has_start_dma),
	  copies_(machine_.config.dma == DmaKind::Bounce),
	  tracked_(machine_.config.dma != DmaKind::Direct || !machine_.config.pages_above_4g)
{
	if (vp_core_init() || driver_.load())
		fail("the core does not start");
	for (unsigned int i = 0; i < user_count; i++) {
		Process &process = machine_.add_process();

		for (unsigned int page = 0; page < 26; page++)
			process.map(page, page < 20   ? PageKind::Normal
					  : page < 24 ? PageKind::ReadOnly
						      : PageKind::Device);
		users_.push_back({&process});
		for (unsigned int thread = 0; thread < threads_of_user; thread++)
			actors_.push_back(std::make_unique<Actor>("user", &process, fibers_));
	}
	for (auto [actor, name] : {std::pair{&admin_, "admin"},
				   {&irq_, "irq"},
				   {&softirq_, "softirq"},
				   {&worker_, "kworker"}}) {
		actors_.push_back(std::make_unique<Actor>(name, nullptr, fibers_));
		*actor = actors_.back().get();
	}
	fibers_.between = [this] { between(); };

	/* a machine with its adapters found, and each process with a client */
	Random random(setup.seed);
	Step step{};

	step_ = &step;
	for (unsigned int i = 0; i < 2 + user_count + random.below(3); i++) {
		step.a = static_cast<uint8_t>(random.next());
		step.b = 1;
		step.who = static_cast<uint8_t>(i);
		step.salt = static_cast<uint32_t>(random.next());
		if (i < 2)
			probe(step);
		else
			open(step);
	}
	step_ = nullptr;
}

World::~World()
{
	driver_.unload();
	vp_core_exit();
}

/* ---- Threads ---- */

Actor *World::idle_actor(unsigned int user) const
{
	for (unsigned int i = 0; i < threads_of_user; i++)
		if (Actor *actor = actors_[user * threads_of_user + i].get(); actor->idle())
			return actor;
	return nullptr;
}

/* The job may outlive the step: it has a copy of it. */
bool World::start(Actor &actor, const Step &step, std::function<void()> job)
{
	if (!actor.idle())
		return false;
	actor.own_step = step;
	actor.step = &actor.own_step;
	actor.patience = 1 + step.salt % 8;
	fibers_.give(actor, std::move(job));
	between_actor_ = &actor;
	between_left_ = step.between;
	runs_++;
	fibers_.run(actor, step.points);
	note(Fact::Stops, actor.state() == Fiber::State::Between);
	return true;
}

/* Inside a callback: wait for what comes next, until it is let go. */
void World::stay(Here &here, Actor &actor)
{
	actor.held = &here;
	actor.release = false;
	while (!actor.release) {
		if (auto instruction = std::exchange(actor.instruction, nullptr))
			instruction();
		else
			fibers_.park();
	}
	actor.held = nullptr;
}

/* At a point of the running thread: what the step wants to come between. */
void World::between()
{
	Actor &actor = self();

	if (&actor != between_actor_ || !between_left_ || --between_left_)
		return;
	if (actor.hardirq || actor.interrupts_off || ports_.empty())
		return;

	const Step *outer = actor.step;
	Random random(step_->salt ^ 0x1234567);
	PortModel *port = pick_port(static_cast<uint8_t>(random.next()));
	Step inner{};

	if (!port)
		return;
	inner.where = Where::Interrupt;
	inner.what = static_cast<uint8_t>(random.below(static_cast<uint32_t>(Call::Count)));
	inner.a = static_cast<uint8_t>(random.next());
	inner.b = static_cast<uint8_t>(random.next());
	inner.c = static_cast<uint8_t>(random.next());
	inner.salt = static_cast<uint32_t>(random.next());
	runs_++;
	note(Fact::EventsBetween);
	actor.step = &inner;
	{
		/* not a callback, but the same: the thread's own call does not go on */
		unsigned int fail_at = std::exchange(actor.fail_at, 0);
		unsigned int fallible = actor.fallible;
		bool hit = actor.fail_hit;
		CoreCall call(*this);
		bool softirq = !actor.softirq && !actor.bottom_halves_off && random.one_in(2);

		if (!softirq)
			raise_interrupt(port->device());
		else if (!run_dpc(port->device()))
			run_timer(port->device());
		actor.fail_at = fail_at;
		actor.fallible = fallible;
		actor.fail_hit = hit;
	}
	actor.step = outer;
}

/* ---- The miniport ---- */

VP_STATUS World::find(Adapter &adapter, VIDEO_PORT_CONFIG_INFO &config)
{
	Actor &actor = self();
	PortModel &port = port_of(adapter);
	InCallback callback;
	Here here{port, nullptr, nullptr};
	Random random(actor.step ? actor.step->salt : 0);
	VIDEO_ACCESS_RANGE ranges[6];
	ULONG slot;

	if (random.below(4))
		VideoPortGetAccessRanges(adapter.extension, 0, nullptr, 6, ranges, nullptr, nullptr,
					 &slot);
	if (random.one_in(3))
		config.MaximumTransferLength = 9000;
	if (random.one_in(3))
		config.MaximumScatterGatherChunkSize = 1000;
	port.maximum = config.MaximumTransferLength;
	port.chunk = config.MaximumScatterGatherChunkSize;
	for (unsigned int i = random.below(4); i; i--) {
		static const Call calls[] = {Call::GetAdapter,	 Call::GetAdapter,
					     Call::AllocatePool, Call::AllocateCommon,
					     Call::GetCommon,	 Call::MapRange,
					     Call::StartTimer,	 Call::LockBuffer};
		Step step{};

		step.where = Where::Outside;
		step.what = static_cast<uint8_t>(calls[random.below(std::size(calls))]);
		step.b = 13; /* where memory is locked, it is the miniport's */
		step.salt = static_cast<uint32_t>(random.next());
		perform(here, step);
	}
	return random.one_in(8) ? ERROR_DEV_NOT_EXIST : NO_ERROR;
}

bool World::initialize(Adapter &adapter)
{
	InCallback callback;
	Here here{port_of(adapter), nullptr, nullptr};
	Actor &actor = self();
	const Step *step = std::exchange(actor.step, nullptr);

	if (step)
		perform(here, *step);
	return !step || step->b % 8;
}

bool World::start_io(Adapter &adapter, VIDEO_REQUEST_PACKET &packet)
{
	InCallback callback;
	Actor &actor = self();
	Here here{port_of(adapter), actor.serving, &packet};
	const Step *step = std::exchange(actor.step, nullptr);

	PoolModel *buffer = here.port.system_buffer(packet, here.client->number);

	note(Fact::Requests);
	actor.buffer_counted = !buffer;
	here.port.system_buffers -= buffer != nullptr;
	packet.StatusBlock->Status = NO_ERROR;
	if (step) {
		Random random(step->salt ^ 0x51);

		packet.StatusBlock->Information = random.below(200);
		perform(here, *step);
		if (step->hold)
			stay(here, actor);
	}
	if (buffer) {
		/* locked: it stays as long as that */
		buffer->freed = true;
		actor.buffer_counted = !buffer->locks;
		here.port.system_buffers += actor.buffer_counted;
		if (!buffer->locks)
			here.port.settle_pools();
	}
	return true;
}

bool World::interrupt(Adapter &adapter)
{
	InCallback callback;
	Here here{port_of(adapter), nullptr, nullptr};
	Actor &actor = self();

	note(Fact::Interrupts, actor.hardirq != 0);
	if (const Step *step = std::exchange(actor.step, nullptr))
		perform(here, *step);
	return true;
}

void World::timer(Adapter &adapter)
{
	interrupt(adapter);
}

void World::reset(Adapter &adapter)
{
	interrupt(adapter);
}

} // namespace sim
