// SPDX-License-Identifier: GPL-2.0
/*
 * A file whose pages come when this test wants it: a FUSE file system with one file, "file", served
 * by a thread. Reads of the file are answered from go() on; until then whoever wants a page waits.
 */
#ifndef INTEGRATION_FUSE_HPP
#define INTEGRATION_FUSE_HPP

#include <atomic>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <linux/fuse.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace integration {

class SlowFile {
public:
	static constexpr size_t size = 64 << 10;

	explicit SlowFile(std::string folder) : folder_(std::move(folder))
	{
		fd_ = open("/dev/fuse", O_RDWR | O_CLOEXEC);
		if (fd_ < 0)
			return;
		mkdir(folder_.c_str(), 0755);
		const std::string options = "fd=" + std::to_string(fd_) +
					    ",rootmode=40000,user_id=0,group_id=0,allow_other";
		if (mount("slow", folder_.c_str(), "fuse", MS_NOSUID | MS_NODEV, options.c_str()) !=
		    0) {
			close(fd_);
			fd_ = -1;
			return;
		}
		server_ = std::thread([this] { serve(); });
	}
	SlowFile(const SlowFile &) = delete;
	SlowFile &operator=(const SlowFile &) = delete;
	~SlowFile()
	{
		if (fd_ < 0)
			return;
		go();
		umount2(folder_.c_str(), MNT_DETACH);
		server_.join();
		close(fd_);
		rmdir(folder_.c_str());
	}

	/// Is there a FUSE here?
	explicit operator bool() const { return fd_ >= 0; }
	std::string path() const { return folder_ + "/file"; }
	/// Reads that were asked for since the last forget_reads().
	unsigned int reads() const { return reads_; }
	void forget_reads() { reads_ = 0; }
	/// From now on reads are answered.
	void go()
	{
		const std::lock_guard guard(lock_);
		goes_ = true;
		gone_.notify_all();
	}

private:
	void serve()
	{
		std::vector<char> request(1 << 20);
		for (;;) {
			const ssize_t got = read(fd_, request.data(), request.size());
			if (got < 0 && errno == EINTR)
				continue;
			if (got < static_cast<ssize_t>(sizeof(fuse_in_header)))
				return; // unmounted
			answer(*reinterpret_cast<fuse_in_header *>(request.data()),
			       request.data() + sizeof(fuse_in_header));
		}
	}

	void reply(uint64_t unique, int error, const void *data = nullptr, size_t bytes = 0) const
	{
		fuse_out_header header = {static_cast<uint32_t>(sizeof(header) + bytes), error,
					  unique};
		std::vector<char> all(sizeof(header) + bytes);
		memcpy(all.data(), &header, sizeof(header));
		if (bytes != 0)
			memcpy(all.data() + sizeof(header), data, bytes);
		[[maybe_unused]] const ssize_t wrote = write(fd_, all.data(), all.size());
	}

	static fuse_attr attributes(uint64_t node)
	{
		fuse_attr attr = {};
		attr.ino = node;
		attr.nlink = 1;
		attr.mode = node == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0644;
		attr.size = node == FUSE_ROOT_ID ? 0 : size;
		attr.blksize = 4096;
		return attr;
	}

	void answer(const fuse_in_header &in, const char *body)
	{
		switch (in.opcode) {
		case FUSE_INIT: {
			fuse_init_out out = {};
			out.major = FUSE_KERNEL_VERSION;
			out.minor = FUSE_KERNEL_MINOR_VERSION;
			out.max_write = 4096;
			return reply(in.unique, 0, &out, sizeof(out));
		}
		case FUSE_LOOKUP: {
			fuse_entry_out out = {};
			if (strcmp(body, "file") != 0)
				return reply(in.unique, -ENOENT);
			out.nodeid = 2;
			out.entry_valid = out.attr_valid = 3600;
			out.attr = attributes(2);
			return reply(in.unique, 0, &out, sizeof(out));
		}
		case FUSE_GETATTR: {
			fuse_attr_out out = {};
			out.attr_valid = 3600;
			out.attr = attributes(in.nodeid);
			return reply(in.unique, 0, &out, sizeof(out));
		}
		case FUSE_OPEN: {
			fuse_open_out out = {};
			return reply(in.unique, 0, &out, sizeof(out));
		}
		case FUSE_READ: {
			const auto &wanted = *reinterpret_cast<const fuse_read_in *>(body);
			const std::vector<char> data(wanted.size, 'x');
			reads_++;
			std::unique_lock guard(lock_);
			gone_.wait(guard, [this] { return goes_; });
			return reply(in.unique, 0, data.data(), data.size());
		}
		case FUSE_WRITE: {
			fuse_write_out out = {};
			out.size = reinterpret_cast<const fuse_write_in *>(body)->size;
			return reply(in.unique, 0, &out, sizeof(out));
		}
		case FUSE_FORGET:
		case FUSE_BATCH_FORGET:
			return; // wants no answer
		case FUSE_RELEASE:
		case FUSE_FLUSH:
			return reply(in.unique, 0);
		default:
			return reply(in.unique, -ENOSYS);
		}
	}

	const std::string folder_;
	int fd_ = -1;
	std::thread server_;
	std::mutex lock_;
	std::condition_variable gone_;
	bool goes_ = false;
	std::atomic<unsigned int> reads_{0};
};

} // namespace integration

#endif // INTEGRATION_FUSE_HPP
