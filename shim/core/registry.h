/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All ports, by number and by device extension: what a miniport hands in is compared with those that
 * there are, and never looked into. Where a call names no extension, the handle itself says to which
 * port it belongs.
 */
#ifndef VP_CORE_REGISTRY_H
#define VP_CORE_REGISTRY_H

#include <atomic>
#include <cstdint>
#include <utility>

#include "handle_table.h"
#include "lock.h"

struct vp_port;

namespace vp {

class Registry {
	struct Place {
		std::atomic<const void *> extension{nullptr};
		std::atomic<vp_port *> port{nullptr};
		std::atomic<unsigned int> kept{0}; /* by so many Kept */
	};

public:
	Registry() { vp_wait_init(&forgotten_); }
	Registry(const Registry &) = delete;
	Registry &operator=(const Registry &) = delete;

	/** The one registry, between vp_core_init() and vp_core_exit(). */
	static Registry &get() { return *instance; }
	static Registry *instance;

	/** A free number, now taken. Return: the number, or -VP_ENOMEM. PASSIVE. */
	[[nodiscard]] int reserve();
	void set(int number, vp_port *port);
	/** @extension is that of port @number from now on. */
	void set_extension(unsigned int number, const void *extension);
	/**
	 * The port whose device extension this is, or nullptr after saying that there is none. Any
	 * context, without a lock: a port stays while its miniport runs, and who else calls with
	 * its extension is no miniport.
	 */
	vp_port *find(const char *call, const void *extension)
	{
		/* Most machines have one such adapter. */
		if (extension && places_[0].extension.load(std::memory_order_acquire) == extension)
			return places_[0].port.load(std::memory_order_acquire);
		return find_further(call, extension);
	}
	/** The port that made @token, or nullptr after saying that there is none. As find(). */
	vp_port *find_by_token(const char *call, Token token);
	/** The kernel panics: find() and find_by_token() refuse from now on. Then as visit(), without a lock. */
	template <class Visit> void panic(Visit visit)
	{
		panics_.store(true, std::memory_order_relaxed);
		/* The locks that a call would take may be held by those that run no more. */
		for (auto &each : places_) {
			each.extension.store(nullptr, std::memory_order_relaxed);
			if (vp_port *port = each.port.load(std::memory_order_acquire))
				visit(*port);
		}
	}
	/** It does: nobody else runs, and what they held is never released. Any context. */
	bool panics() const { return panics_.load(std::memory_order_relaxed); }
	/** @number is free again; nobody is inside visit() with its port, or keeps it. PASSIVE. */
	void forget(unsigned int number);

	/**
	 * Call @visit(port) for each port until it returns false, under the registry's lock; for none
	 * while the kernel panics.
	 */
	template <class Visit> void visit(Visit visit)
	{
		if (panics())
			return;

		SpinGuard guard(lock_);

		for (auto &each : places_) {
			vp_port *port = each.port.load(std::memory_order_relaxed);

			if (port && !visit(*port))
				return;
		}
	}

	/** One port, or none. It stays until this goes: forget() waits for it. */
	class [[nodiscard]] Kept {
	public:
		Kept() = default;
		Kept(Kept &&other)
			: place_(std::exchange(other.place_, nullptr)),
			  port_(other.port_)
		{
		}
		Kept &operator=(Kept &&) = delete;
		~Kept()
		{
			if (place_)
				get().let_go(*place_);
		}

		explicit operator bool() const { return place_; }
		vp_port &operator*() const { return *port_; }
		vp_port *operator->() const { return port_; }

	private:
		friend class Registry;
		Place *place_ = nullptr;
		vp_port *port_ = nullptr;
	};
	/** The first port for which @fits(port) holds; @fits is called as by visit(). Any context. */
	template <class Fits> Kept keep(Fits fits)
	{
		Kept kept;

		if (panics())
			return kept;

		SpinGuard guard(lock_);

		for (auto &each : places_) {
			vp_port *port = each.port.load(std::memory_order_relaxed);

			if (!port || !fits(*port))
				continue;
			each.kept.fetch_add(1, std::memory_order_relaxed);
			kept.place_ = &each;
			kept.port_ = port;
			break;
		}
		return kept;
	}

	/** The first port whose miniport is @module, if that is one. Any context. */
	Kept keep_of(uint64_t module);

	/** The segments of the buffer that @token names, for the caller; nullptr if none. */
	VRB_SG *segments(const char *call, Token token);

private:
	void let_go(Place &place);
	vp_port *find_further(const char *call, const void *extension);
	void refuse(const char *call, const char *what);

	/* Keeps one port there while it is looked into; a cache line of its own: see segments(). */
	struct alignas(64) Keeper {
		SpinLock lock{VP_LOCK_REGISTRY};
	};

	Keeper keepers_[token_ports];
	SpinLock lock_{VP_LOCK_REGISTRY};
	bool taken_[token_ports]{};
	Place places_[token_ports];
	vp_wait forgotten_; /* where forget() waits */
	std::atomic<unsigned int> end_{0}; /* no extension was set from here on */
	std::atomic<uint64_t> quiet_until_{0}; /* in milliseconds */
	std::atomic<bool> panics_{false};
};

} // namespace vp

#endif
