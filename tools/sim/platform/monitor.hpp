/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What guards the events of a device, and what their drains wait on. Among simulated threads it is
 * only the wait.
 */
#ifndef SIM_MONITOR_HPP
#define SIM_MONITOR_HPP

#include "thread.hpp"

#ifdef SIM_THREADS
#include <condition_variable>
#include <mutex>
#endif

namespace sim {

#ifdef SIM_THREADS

class Monitor {
public:
	/// For the time of its life the state belongs to the caller.
	class Guard {
	public:
		explicit Guard(Monitor &monitor) : monitor_(monitor), lock_(monitor.mutex_) {}
		~Guard() { monitor_.changed_.notify_all(); }
		template <class Ready> void wait(Ready ready)
		{
			monitor_.changed_.notify_all();
			monitor_.changed_.wait(lock_, ready);
		}

	private:
		Monitor &monitor_;
		std::unique_lock<std::mutex> lock_;
	};

private:
	std::mutex mutex_;
	std::condition_variable changed_;
};

#else

class Monitor {
public:
	class Guard {
	public:
		explicit Guard(Monitor &) {}
		template <class Ready> void wait(Ready ready) { wait_until(ready); }
	};
};

#endif

} // namespace sim

#endif
