// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets over which tests give descriptors to other processes.
 */
#ifndef INTEGRATION_SOCKETS_HPP
#define INTEGRATION_SOCKETS_HPP

#include <cstring>
#include <initializer_list>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace integration {

/// Two sockets that are connected; closed at the end.
class Sockets {
public:
	Sockets() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_), 0); }
	Sockets(const Sockets &) = delete;
	Sockets &operator=(const Sockets &) = delete;
	~Sockets() { close(); }

	int end(int index) const { return ends_[index]; }
	void close()
	{
		for (int &each : ends_) {
			if (each >= 0)
				::close(each);
			each = -1;
		}
	}

	/// Send descriptors into one end.
	bool send(int index, std::initializer_list<int> descriptors) const
	{
		Message message;
		message.header.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
		cmsghdr *control = CMSG_FIRSTHDR(&message.header);
		control->cmsg_level = SOL_SOCKET;
		control->cmsg_type = SCM_RIGHTS;
		control->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
		memcpy(CMSG_DATA(control), descriptors.begin(), descriptors.size() * sizeof(int));
		return sendmsg(end(index), &message.header, 0) == 1;
	}

	/// Receive one from an end. -1: there is none.
	int receive(int index) const
	{
		Message message;
		int descriptor = -1;
		if (recvmsg(end(index), &message.header, MSG_CMSG_CLOEXEC) != 1)
			return -1;
		const cmsghdr *control = CMSG_FIRSTHDR(&message.header);
		if (control && control->cmsg_type == SCM_RIGHTS)
			memcpy(&descriptor, CMSG_DATA(control), sizeof(descriptor));
		return descriptor;
	}

private:
	struct Message {
		Message()
		{
			header.msg_iov = &bytes;
			header.msg_iovlen = 1;
			header.msg_control = control;
			header.msg_controllen = sizeof(control);
		}
		char byte = 0;
		iovec bytes = {&byte, 1};
		alignas(cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))] = {};
		msghdr header = {};
	};

	int ends_[2] = {-1, -1};
};

} // namespace integration

#endif // INTEGRATION_SOCKETS_HPP
