// SPDX-License-Identifier: GPL-2.0
/*
 * vpctl request: one request to a miniport, with data from the command line, a file or standard input.
 */
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

#include <fmt/format.h>
#include <libvideoport/videoport.hpp>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "ctl_code.hpp"
#include "hex.hpp"

namespace vpctl {

static std::vector<std::byte> all_of(std::istream &stream)
{
	const std::string text(std::istreambuf_iterator<char>(stream), {});
	const auto *first = reinterpret_cast<const std::byte *>(text.data());

	return std::vector<std::byte>(first, first + text.size());
}

static std::vector<std::byte> input_of(const RequestOptions &options)
{
	if (!options.hex.empty()) {
		auto bytes = parse_hex(options.hex);
		if (!bytes)
			throw Failure(fmt::format("--hex {}: not pairs of hexadecimal digits",
						  options.hex),
				      "for example: --hex '01 00 ff'", Usage);
		return *bytes;
	}
	if (options.file == "-")
		return all_of(std::cin);
	if (options.file.empty())
		return {};
	std::ifstream file(options.file, std::ios::binary);
	if (!file)
		throw Failure(fmt::format("{}: {}", options.file, strerror(errno)));
	try {
		return all_of(file);
	} catch (const std::ios_base::failure &failure) { /* a directory can be opened */
		throw Failure(fmt::format("{}: {}", options.file, failure.code().message()));
	}
}

static Failure why(const videoport::Reply &reply, size_t input, size_t output)
{
	const std::string what = fmt::format("request: {}", strerror(reply.error));

	switch (reply.error) {
	case EMSGSIZE:
		return Failure(fmt::format("{}: {} bytes in, {} out", what, input, output),
			       "raise /sys/module/videoport/parameters/max_request_bytes");
	case ENODEV:
		return Failure("adapter gone: " + what, "vpctl list names those that there are");
	default:
		return Failure(what);
	}
}

int request(const Common &common, const RequestOptions &options)
{
	const auto code = parse_code(options.code);
	if (!code)
		throw Failure(
			fmt::format("code {}: not understood", options.code),
			"write 0x23208c, IOCTL_VIDEO_RESET_DEVICE or CTL_CODE(TYPE,FUNCTION,METHOD,ACCESS)",
			Usage);
	const auto input = input_of(options);
	const auto adapter = one(common, options.adapter);
	const auto device = videoport::Device::open(adapter);
	if (!device)
		throw cannot_open(adapter.node, device.error());

	std::vector<std::byte> output(options.output);
	const videoport::Reply reply = device.request(*code, input, output);
	if (reply.error)
		throw why(reply, input.size(), output.size());

	const bool gives_data = reply.status == NO_ERROR || reply.status == ERROR_MORE_DATA;
	output.resize(gives_data ? std::min<uint64_t>(output.size(), reply.information) : 0);
	const int status = gives_data ? Ok : Failed;
	if (options.raw) {
		if (fwrite(output.data(), 1, output.size(), stdout) != output.size() ||
		    fflush(stdout))
			throw Failure(fmt::format("standard output: {}", strerror(errno)));
		if (!gives_data)
			fmt::print(stderr, "vpctl: the miniport answers {}\n", reply.name());
		return status;
	}
	if (common.json) {
		fmt::print("{}\n", nlohmann::json({{"adapter", adapter.name},
						   {"code", *code},
						   {"code_name", code_name(*code)},
						   {"status", reply.status},
						   {"status_name", reply.name()},
						   {"information", reply.information},
						   {"data", hex_text(output)}})
					   .dump(2));
		return status;
	}
	fmt::print("code         0x{:08x}  {}\n", *code, code_name(*code));
	fmt::print("status       {}  {}\n", reply.status,
		   painted(common.color, gives_data ? green : red, reply.name()));
	fmt::print("information  {}\n", reply.information);
	fmt::print("{}", hex_dump(output));
	if (gives_data && reply.information > options.output)
		fmt::print(stderr, "vpctl: cut to {} bytes: --output takes more\n", options.output);
	return status;
}

} // namespace vpctl
