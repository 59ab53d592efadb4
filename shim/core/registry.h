/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All ports, by number. Needed where a call names no device extension: the handle itself says to
 * which port it belongs.
 */
#ifndef VP_CORE_REGISTRY_H
#define VP_CORE_REGISTRY_H

#include "handle_table.h"
#include "lock.h"

struct vp_port;

namespace vp {

class Registry {
public:
	/** The one registry, between vp_core_init() and vp_core_exit(). */
	static Registry &get() { return *instance; }
	static Registry *instance;

	/** A free number, now taken. Return: the number, or -VP_ENOMEM. PASSIVE. */
	[[nodiscard]] int reserve();
	void set(int number, vp_port *port);
	/** @number is free again; nobody is inside visit() with its port. */
	void forget(unsigned int number);

	/** Call @visit(port) for each port until it returns false, under the registry's lock. */
	template <class Visit> void visit(Visit visit)
	{
		SpinGuard guard(lock_);

		for (vp_port *port : ports_)
			if (port && !visit(*port))
				return;
	}

	/** The segments of the buffer that @token names, for the caller; nullptr if none. */
	VRB_SG *segments(const char *call, Token token);

private:
	SpinLock lock_{VP_LOCK_REGISTRY};
	bool taken_[token_ports]{};
	vp_port *ports_[token_ports]{};
};

} // namespace vp

#endif
