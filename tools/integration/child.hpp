// SPDX-License-Identifier: GPL-2.0
/*
 * Processes for tests that need another one: with other rights, or one that is killed. The child
 * runs a function and ends; it never returns into the test.
 */
#ifndef INTEGRATION_CHILD_HPP
#define INTEGRATION_CHILD_HPP

#include <cstdio>
#include <fstream>
#include <functional>
#include <string>
#include <utility>

#include <signal.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace integration {

/// A child process. Killed and waited for when it goes out of scope.
class Child {
public:
	/// In the child: ready() tells the parent, and waits until the parent says go_on().
	class Inside {
	public:
		Inside(int tell, int hear) : tell_(tell), hear_(hear) {}
		void ready() const
		{
			char byte = 1;
			if (write(tell_, &byte, 1) != 1 || read(hear_, &byte, 1) != 1)
				_exit(99);
		}
		/// The descriptors of it, for another program that goes on as this child.
		int tell() const { return tell_; }
		int hear() const { return hear_; }

	private:
		int tell_, hear_;
	};

	/// What a child does; what it returns is its exit status.
	using Body = std::function<int(const Inside &)>;
	explicit Child(const Body &body)
	{
		int up[2], down[2];
		if (pipe(up) != 0 || pipe(down) != 0)
			return;
		fflush(nullptr);
		pid_ = fork();
		if (pid_ == 0) {
			::close(up[0]);
			::close(down[1]);
			_exit(body(Inside(up[1], down[0])));
		}
		::close(up[1]);
		::close(down[0]);
		hear_ = up[0];
		tell_ = down[1];
	}
	Child(const Child &) = delete;
	Child &operator=(const Child &) = delete;
	~Child()
	{
		if (pid_ > 0) {
			::kill(pid_, SIGKILL);
			waitpid(pid_, nullptr, 0);
		}
		if (hear_ >= 0) {
			::close(hear_);
			::close(tell_);
		}
	}

	pid_t pid() const { return pid_; }
	/// Wait until the child calls ready(). False: it ended instead.
	bool wait_ready() const
	{
		char byte;
		return read(hear_, &byte, 1) == 1;
	}
	/// Let a child that called ready() go on.
	void go_on() const
	{
		const char byte = 1;
		[[maybe_unused]] const ssize_t wrote = write(tell_, &byte, 1);
	}
	/// Kill it with SIGKILL, and wait until it is gone.
	void kill()
	{
		::kill(pid_, SIGKILL);
		waitpid(std::exchange(pid_, -1), nullptr, 0);
	}
	/// Wait for its end. Its exit status, or -1 if a signal ended it.
	int join()
	{
		int status = 0;
		waitpid(std::exchange(pid_, -1), &status, 0);
		return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	}

private:
	pid_t pid_ = -1;
	int hear_ = -1, tell_ = -1;
};

/// A value that a child and its parent share. Plain data only.
template <typename T> class Shared {
public:
	Shared()
		: value_(static_cast<T *>(mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE,
					       MAP_SHARED | MAP_ANONYMOUS, -1, 0)))
	{
	}
	Shared(const Shared &) = delete;
	Shared &operator=(const Shared &) = delete;
	~Shared() { munmap(value_, sizeof(T)); }
	T &operator*() const { return *value_; }
	T *operator->() const { return value_; }

private:
	T *value_;
};

/// The thread waits in the kernel, in a function with such a name.
inline bool sleeps_in(pid_t process, pid_t thread, const std::string &function)
{
	std::ifstream file("/proc/" + std::to_string(process) + "/task/" + std::to_string(thread) +
			   "/wchan");
	std::string where;
	return std::getline(file, where) && where.find(function) != std::string::npos;
}

/// Run @p body in a child and wait: what it returned, or -1 if a signal ended it.
inline int run_in_child(const std::function<int()> &body)
{
	return Child([&](const Child::Inside &) { return body(); }).join();
}

} // namespace integration

#endif // INTEGRATION_CHILD_HPP
