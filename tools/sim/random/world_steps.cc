// SPDX-License-Identifier: GPL-2.0
/*
 * The steps that are no call of a miniport: threads that go on, clients and adapters that come and
 * go, memory that changes. See world.hpp.
 */
#include "world.hpp"

#include <algorithm>
#include <utility>
#include <cstring>

#include "../platform/fail.hpp"

namespace sim {

static constexpr size_t most_clients = 6, most_ports = 2;

void World::run(const Step &step)
{
	step_ = &step;
	between_actor_ = nullptr;
	between_left_ = 0;
	done += step.where == Where::World ? event(step) : from_miniport(step);
	between_actor_ = nullptr;
	for (unsigned int user = 0; user < users_.size(); user++)
		if (users_[user].dying && step.a % 4 == 0)
			go_on_dying(user);
	go_on();
	forget_gone_ports();
	check();
}

/* ---- Calls of a miniport: into the context from which they come ---- */

bool World::from_miniport(const Step &step)
{
	PortModel *port = pick_port(step.who);

	switch (step.where) {
	case Where::Interrupt:
		return port && start(*irq_, step, [this, port] {
			       CoreCall call(*this);

			       raise_interrupt(port->device());
		       });
	case Where::Dpc:
	case Where::Timer:
		return port && !port->removing && softirq_->idle() &&
		       run_events(*port, *softirq_, step);
	case Where::Outside:
		/* what calls there is called by the port, which removal waits for */
		if (!port || port->removing || !worker_->idle())
			return false;
		port->outside++;
		return start(*worker_, step, [this, port] {
			Here here{*port, nullptr, nullptr};

			perform(here, *self().step);
			port->outside--;
		});
	default:
		ClientModel *client = pick_client(step.who);

		return client && request(*client, step);
	}
}

/* Queues a DPC, or starts the timer and the clock, then runs it. */
bool World::run_events(PortModel &port, Actor &actor, const Step &step)
{
	port.outside++;
	return start(actor, step, [this, &port] {
		const Step *own = std::exchange(self().step, nullptr);
		bool dpc = own->where == Where::Dpc;
		Step prelude{};
		Here here{port, nullptr, nullptr};

		prelude.where = Where::Interrupt;
		prelude.what = static_cast<uint8_t>(dpc ? Call::QueueDpc : Call::StartTimer);
		prelude.a = own->a;
		{
			InSoftirq softirq;

			perform(here, prelude);
		}
		port.outside--;
		self().step = own;
		if (!dpc)
			machine_.clock_ms += 1000;

		CoreCall call(*this);

		dpc ? run_dpc(port.device()) : run_timer(port.device());
	});
}

bool World::request(ClientModel &client, const Step &step)
{
	/* in the request that is held open, if there is one */
	for (const auto &each : actors_)
		if (each->held && each->serving == &client &&
		    each->state() == Fiber::State::Parked) {
			Actor *actor = each.get();

			actor->own_step = step;
			actor->instruction = [this, actor] {
				perform(*actor->held, actor->own_step);
			};
			between_actor_ = actor;
			between_left_ = step.between;
			runs_++;
			fibers_.run(*actor, step.points);
			return true;
		}

	Actor *actor = idle_actor(client.user);
	PortModel &port = *client.port;
	bool data = step.salt % 3 != 0;

	if (!actor)
		return false;
	return start(*actor, step, [this, &client, &port, data] {
		Actor &self = World::self();
		std::vector<uint8_t> bytes(data ? 1 + self.step->salt % 300 : 0);
		CoreCall call(*this);

		self.serving = &client;
		client.requests++;
		port.system_buffers += data;
		self.buffer_counted = data;

		Answer answer = Adapter::request(*client.client, self.step->what, bytes);

		port.system_buffers -= data && self.buffer_counted;
		client.requests--;
		self.serving = nullptr;
		if (call.alone() && port.gone && answer.error != -VP_ENODEV &&
		    answer.error != -VP_ENOMEM)
			fail("a request of an adapter that is gone returned %d", answer.error);
	});
}

/* ---- Threads ---- */

bool World::resume(const Step &step)
{
	size_t first = step.who % actors_.size();

	/* the first that can */
	for (size_t i = 0; i < actors_.size(); i++) {
		Actor &actor = *actors_[(first + i) % actors_.size()];

		if (actor.idle() || actor.state() == Fiber::State::Parked)
			continue;
		runs_++;
		if (fibers_.run(actor, step.a % 4 ? 0 : 1 + step.b % 16))
			return true;
	}
	return false;
}

/* Nobody is kept between two calls, or from what is there to be had, for ever. */
void World::go_on()
{
	/* somebody may wait for the time to pass */
	for (const auto &port : ports_)
		for (const EventRef &each : port->events)
			if (each->waiters) {
				machine_.clock_ms += 20;
				break;
			}
	for (const auto &each : actors_) {
		if (each->idle() || each->state() == Fiber::State::Parked)
			continue;
		if (each->patience && --each->patience)
			continue;
		runs_++;
		fibers_.run(*each);
	}
}

bool World::release_held(const Step &step)
{
	std::vector<Actor *> held;

	for (const auto &each : actors_)
		if (each->held && each->state() == Fiber::State::Parked)
			held.push_back(each.get());
	if (held.empty())
		return false;

	Actor &actor = *held[step.who % held.size()];

	actor.release = true;
	runs_++;
	return fibers_.run(actor, step.points);
}

bool World::event(const Step &step)
{
	PortModel *port = pick_port(step.who);

	switch (static_cast<Event>(step.what)) {
	case Event::Resume:
		return resume(step);
	case Event::Release:
		return release_held(step);
	case Event::DeviceAccess:
		return device_access(step);
	case Event::DeviceByList:
		return device_by_list(step);
	case Event::DeviceStray:
		return device_stray(step);
	case Event::RunDpc:
		return port && start(*softirq_, step, [this, port] {
			       CoreCall call(*this);

			       run_dpc(port->device());
		       });
	case Event::RunTimer:
		return port && start(*softirq_, step, [this, port] {
			       CoreCall call(*this);

			       run_timer(port->device());
		       });
	case Event::RunWork:
		return port && start(*worker_, step, [this, port] {
			       CoreCall call(*this);

			       run_work(port->device());
			       run_watch(port->device());
			       /* what it has released may have been copied back */
			       for (const auto &each : port->buffers)
				       if (!each->handle || each->transfers)
					       shadow_.accept(*each);
		       });
	case Event::Open:
		return open(step);
	case Event::Close: {
		ClientModel *client = pick_client(step.who);

		return client && close(*client, step);
	}
	case Event::Kill:
		return kill(step);
	case Event::Probe:
		return probe(step);
	case Event::Remove:
		return port && remove(*port, step);
	case Event::MapMemory:
		return change_memory(step);
	case Event::WriteMemory:
		return write_memory(step);
	case Event::Limit: {
		Process &process = *users_[step.who % users_.size()].process;

		process.memlock_limit = step.a % 4 ? Process::no_limit : step.b % 40;
		process.may_exceed = step.c % 8 == 0;
		return true;
	}
	case Event::Advance:
		machine_.clock_ms += step.a * 10;
		return true;
	case Event::Compare:
		if (!stable() || !tracked_)
			return false;
		accept_releases();
		return shadow_.compare_all();
	case Event::Lend:
	case Event::TakeBack: {
		ClientModel *client = pick_client(step.who);

		if (!client)
			return false;
		return static_cast<Event>(step.what) == Event::Lend ? lend(*client, step)
								    : take_back(*client, step);
	}
	case Event::Completions:
		return completions(step);
	case Event::Count:
		break;
	}
	return false;
}

/* ---- Clients ---- */

bool World::open(const Step &step)
{
	PortModel *port = pick_port(step.a);
	unsigned int user = step.who % users_.size();
	Actor *actor = idle_actor(user);

	if (!port || !actor || users_[user].dying || clients_.size() >= most_clients)
		return false;
	return start(*actor, step, [this, port, user] {
		auto model = std::make_unique<ClientModel>();
		CoreCall call(*this);
		FailAt fail_at(self().step->fail_at);

		model->port = port;
		model->user = user;
		model->number = ++last_client_;

		int error = port->adapter->open(model->client);

		if (!error) {
			note(Fact::Opens);
			port->clients++;
			clients_.push_back(std::move(model));
		}
	});
}

bool World::close(ClientModel &client, const Step &step)
{
	Actor *actor = idle_actor(client.user);

	if (!actor || client.requests || client.closing)
		return false;
	client.closing = true;
	client.port->closing++;
	return start(*actor, step, [this, &client] {
		PortModel &port = *client.port;
		bool alone;
		{
			CoreCall call(*this);

			Adapter::close(std::move(client.client));
			alone = call.alone();
		}
		note(Fact::Closes);
		port.clients--;
		port.closing--;
		for (size_t i = port.buffers.size(); i-- > 0;) {
			BufferModel &buffer = *port.buffers[i];

			if (buffer.owner != client.number || !buffer.handle)
				continue;
			buffer.handle = false;
			old_tokens_.push_back(buffer.token);
			shadow_.accept(buffer);
			port.buffer_over(buffer, alone);
		}
		for (const EventRef &each : port.events)
			if (each->owner == client.number && each->handle) {
				each->handle = false;
				old_tokens_.push_back(each->token);
			}
		std::erase_if(port.views,
			      [&](const ViewModel &each) { return each.owner == client.number; });
		std::erase_if(clients_, [&](const auto &each) { return each.get() == &client; });
	});
}

/* SIGKILL: waits end, requests end, then the files are closed and the memory goes. */
bool World::kill(const Step &step)
{
	unsigned int user = step.who % users_.size();
	bool clients = false;

	for (const auto &each : clients_)
		clients |= each->user == user;
	if (!clients || step.a % 3)
		return false;
	users_[user].dying = true;
	users_[user].process->killed = true;
	go_on_dying(user);
	return true;
}

void World::go_on_dying(unsigned int user)
{
	UserModel &model = users_[user];

	for (unsigned int round = 0; round < 3; round++)
		for (unsigned int i = 0; i < 2; i++) {
			Actor &actor = *actors_[user * 2 + i];

			actor.release = true;
			runs_++;
			fibers_.run(actor);
		}
	for (size_t i = clients_.size(); i-- > 0;)
		if (i < clients_.size() && clients_[i]->user == user && !clients_[i]->closing)
			close(*clients_[i], Step{});
	for (const auto &each : clients_)
		if (each->user == user)
			return; /* a later step goes on with it */
	for (unsigned int i = 0; i < 2; i++)
		if (!actors_[user * 2 + i]->idle())
			return;

	/* gone; and another one begins */
	note(Fact::Kills);
	model.process->unmap_all();
	model.process = &machine_.add_process();
	model.dying = false;
	for (unsigned int i = 0; i < 20; i++)
		if (model.process->map(i, PageKind::Normal))
			shadow_.fresh(*model.process->entry(i).page);
	for (unsigned int i = 0; i < 2; i++)
		actors_[user * 2 + i]->process = model.process;
}

/* ---- Adapters ---- */

bool World::probe(const Step &step)
{
	bool taken[most_ports] = {};

	if (!admin_->idle())
		return false;
	for (const auto &each : ports_)
		if (!each->gone)
			taken[each->device().number] = true;

	unsigned int number = 0;

	while (number < most_ports && taken[number])
		number++;
	if (number == most_ports || ports_.size() > 5)
		return false;

	auto model = std::make_unique<PortModel>();

	model->adapter = std::make_shared<Adapter>(*this, number);
	ports_.push_back(std::move(model));
	return start(*admin_, step, [this, port = ports_.back().get()] {
		CoreCall call(*this);
		FailAt fail_at(self().step->fail_at);
		int error = port->adapter->probe(driver_);

		note(Fact::Probes);
		if (!error)
			return;
		port->clear();
		port->removing = port->gone = true;
	});
}

bool World::remove(PortModel &port, const Step &step)
{
	if (!admin_->idle() || port.removing || port.outside || step.a % 2)
		return false;
	port.removing = true;
	return start(*admin_, step, [this, &port] {
		CoreCall call(*this);

		note(Fact::Removals);
		port.adapter->remove();
		if (!port.transfers.empty())
			note(Fact::RemovalsInFlight);
		for (const auto &each : port.buffers) {
			shadow_.accept(*each);
			old_tokens_.push_back(each->token);
		}
		for (const auto &each : port.buffers)
			if (each->running)
				run_over(port, *each, false);
		for (const EventRef &each : port.events)
			old_tokens_.push_back(each->token);
		port.clear();
		port.gone = true;
	});
}

void World::forget_gone_ports()
{
	for (const auto &each : actors_)
		if (!each->idle() && !each->held)
			return; /* it may have to do with any of them */
	std::erase_if(ports_, [](const auto &port) { return port->gone && !port->clients; });
}

/* ---- Memory ---- */

bool World::change_memory(const Step &step)
{
	static const PageKind kinds[] = {PageKind::Normal, PageKind::Normal, PageKind::ReadOnly,
					 PageKind::Hole, PageKind::Device};
	UserModel &user = users_[step.who % users_.size()];
	unsigned int index = step.a % 26;

	if (!stable() || user.dying)
		return false;
	if (step.b % 4 == 0) {
		/* share a page of another process */
		const UserModel &other = users_[step.c % users_.size()];
		Page *page = other.process->entry(step.b / 4 % 20).page;

		if (!page || other.dying)
			return false;
		user.process->share(index, *page);
		return true;
	}
	if (user.process->map(index, kinds[step.c % 5]))
		if (Page *page = user.process->entry(index).page)
			shadow_.fresh(*page);
	return true;
}

bool World::write_memory(const Step &step)
{
	UserModel &user = users_[step.who % users_.size()];
	Process::Entry entry = user.process->entry(step.a % 20);
	Random random(step.salt);
	uint8_t bytes[256];
	size_t offset = step.b * 16u % page_size;

	if (!stable() || entry.kind != PageKind::Normal)
		return false;
	for (uint8_t &byte : bytes)
		byte = static_cast<uint8_t>(random.next());
	memcpy(entry.page->data + offset, bytes, std::min(sizeof(bytes), page_size - offset));
	shadow_.set_page(*entry.page, offset, bytes, std::min(sizeof(bytes), page_size - offset));
	return true;
}

} // namespace sim
