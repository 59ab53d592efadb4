// SPDX-License-Identifier: GPL-2.0
/*
 * Requests: the one ioctl, as include/uapi/linux/videoport.h describes it, and what HwVidStartIO
 * gets and gives back.
 */
#include <linux/mman.h>

#include "bench.h"

#define STRUCT	SZ_4K	/* where in the arena a case keeps buffers: behind the structure */

static struct vpk_client *client(struct kunit *test)
{
	int error;
	struct vpk_client *opened = vpk_open(test, vpk_of(test)->a, &error);

	KUNIT_ASSERT_NOT_NULL_MSG(test, opened, "open: %d", error);
	vpk_of(test)->a->test = test;
	return opened;
}

static struct videoport_request request_of(struct kunit *test, u32 input, u32 output)
{
	return (struct videoport_request){
		.size = sizeof(struct videoport_request),
		.code = VPK_CODE,
		.input = vpk_of(test)->arena + STRUCT,
		.output = vpk_of(test)->arena + 2 * STRUCT,
		.input_length = input,
		.output_length = output,
	};
}

static VIDEO_REQUEST_PACKET seen;

static void remember(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	seen = *vrp;
}

static void the_miniport_sees_one_buffer_for_both_directions(struct kunit *test)
{
	struct vpk_client *opened = client(test);
	struct videoport_request request = request_of(test, 100, 300);

	opened->adapter->body = remember;
	KUNIT_EXPECT_EQ(test, vpk_ioctl(test, opened, &request), 0l);
	opened->adapter->body = NULL;
	KUNIT_EXPECT_EQ(test, seen.IoControlCode, VPK_CODE);
	KUNIT_EXPECT_EQ(test, seen.InputBufferLength, 100u);
	KUNIT_EXPECT_EQ(test, seen.OutputBufferLength, 300u);
	KUNIT_EXPECT_NOT_NULL(test, seen.InputBuffer);
	KUNIT_EXPECT_PTR_EQ(test, seen.InputBuffer, seen.OutputBuffer);
}

static void a_request_without_data_has_no_buffer(struct kunit *test)
{
	struct vpk_client *opened = client(test);
	struct videoport_request request = request_of(test, 0, 0);

	opened->adapter->body = remember;
	KUNIT_EXPECT_EQ(test, vpk_ioctl(test, opened, &request), 0l);
	opened->adapter->body = NULL;
	KUNIT_EXPECT_NULL(test, seen.InputBuffer);
	KUNIT_EXPECT_NULL(test, seen.OutputBuffer);
}

static void check_input(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	PUCHAR byte = vrp->InputBuffer;
	unsigned int i;

	for (i = 0; i < 300; i++)
		if (byte[i] != (i < 100 ? vpk_pattern(i, 9) : 0))
			break;
	KUNIT_EXPECT_EQ(test, i, 300u); /* the input, then zeroes */
	for (i = 0; i < 300; i++)
		byte[i] = vpk_pattern(i, 10);
	vrp->StatusBlock->Information = 200;
}

static void input_goes_in_and_as_much_as_information_says_comes_out(struct kunit *test)
{
	struct vpk_client *opened = client(test);
	struct videoport_request request = request_of(test, 100, 300);
	u8 byte = 1;

	vpk_fill(test, request.input, 100, 9);
	opened->adapter->body = check_input;
	KUNIT_EXPECT_EQ(test, vpk_ioctl(test, opened, &request), 0l);
	opened->adapter->body = NULL;
	KUNIT_EXPECT_EQ(test, request.status, (u32)NO_ERROR);
	KUNIT_EXPECT_EQ(test, request.information, 200ull);
	KUNIT_EXPECT_EQ(test, vpk_matching(request.output, 200, 10), 200ul);
	KUNIT_EXPECT_EQ(test, copy_from_user(&byte, (void __user *)request.output + 200, 1), 0ul);
	KUNIT_EXPECT_EQ(test, byte, 0);
}

static void say_too_much(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	/* all of the buffer, which the input makes longer than the output may be */
	memset(vrp->OutputBuffer, 0x11, vrp->InputBufferLength);
	vrp->StatusBlock->Information = 1ull << 40;
	vrp->OutputBufferLength = ~0u;
	vrp->OutputBuffer = NULL;
	vrp->InputBuffer = (PVOID)8;
	vrp->StatusBlock = NULL;
}

static void no_more_comes_out_than_there_was_room_for_at_the_start(struct kunit *test)
{
	struct vpk_client *opened = client(test);
	struct videoport_request request = request_of(test, 500, 300);
	u64 bad = vpk_counter(opened->adapter, "bad_request");
	u8 bytes[2] = { };

	opened->adapter->body = say_too_much;
	KUNIT_EXPECT_EQ(test, vpk_ioctl(test, opened, &request), 0l);
	opened->adapter->body = NULL;
	KUNIT_EXPECT_EQ(test, request.information, 1ull << 40);
	KUNIT_EXPECT_EQ(test, copy_from_user(bytes, (void __user *)request.output + 299, 2), 0ul);
	KUNIT_EXPECT_EQ(test, bytes[0], 0x11);
	KUNIT_EXPECT_EQ(test, bytes[1], 0);
	KUNIT_EXPECT_EQ(test, vpk_counter(opened->adapter, "bad_request"), bad + 1);
}

static void fail_with_data(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	memset(vrp->OutputBuffer, 0x22, vrp->OutputBufferLength);
	vrp->StatusBlock->Information = vrp->OutputBufferLength;
	vrp->StatusBlock->Status = ERROR_BUSY;
}

static void nothing_comes_out_of_a_request_that_failed(struct kunit *test)
{
	struct vpk_client *opened = client(test);
	struct videoport_request request = request_of(test, 0, 300);
	u8 byte = 1;

	opened->adapter->body = fail_with_data;
	KUNIT_EXPECT_EQ(test, vpk_ioctl(test, opened, &request), 0l);
	opened->adapter->body = NULL;
	KUNIT_EXPECT_EQ(test, request.status, (u32)ERROR_BUSY);
	KUNIT_EXPECT_EQ(test, copy_from_user(&byte, (void __user *)request.output, 1), 0ul);
	KUNIT_EXPECT_EQ(test, byte, 0);
}

static void more_data(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	fail_with_data(test, vrp);
	vrp->StatusBlock->Status = ERROR_MORE_DATA;
}

static void more_data_brings_what_there_is(struct kunit *test)
{
	struct vpk_client *opened = client(test);
	struct videoport_request request = request_of(test, 0, 300);
	u8 byte = 1;

	opened->adapter->body = more_data;
	KUNIT_EXPECT_EQ(test, vpk_ioctl(test, opened, &request), 0l);
	opened->adapter->body = NULL;
	KUNIT_EXPECT_EQ(test, request.status, (u32)ERROR_MORE_DATA);
	KUNIT_EXPECT_EQ(test, copy_from_user(&byte, (void __user *)request.output + 299, 1), 0ul);
	KUNIT_EXPECT_EQ(test, byte, 0x22);
}

static void a_false_of_start_io_is_taken_as_answered(struct kunit *test)
{
	struct vpk_client *opened = client(test);
	struct videoport_request request = request_of(test, 0, 0);
	u64 bad = vpk_counter(opened->adapter, "bad_request");

	opened->adapter->answer = FALSE;
	KUNIT_EXPECT_EQ(test, vpk_ioctl(test, opened, &request), 0l);
	opened->adapter->answer = TRUE;
	KUNIT_EXPECT_EQ(test, vpk_counter(opened->adapter, "bad_request"), bad + 1);
}

/* ---- What is refused before the miniport sees it ---- */

static void expect_errno(struct kunit *test, struct vpk_client *opened,
			 struct videoport_request request, long error)
{
	struct vpk_state before;

	vpk_state(vpk_of(test), &before);
	opened->adapter->served = false;
	KUNIT_EXPECT_EQ(test, vpk_ioctl(test, opened, &request), error);
	KUNIT_EXPECT_FALSE(test, opened->adapter->served);
	vpk_expect_state(test, &before, "after the refusal");
}

static void a_structure_too_small_or_with_flags_is_einval(struct kunit *test)
{
	struct vpk_client *opened = client(test);
	struct videoport_request request = request_of(test, 0, 0);

	request.size = VIDEOPORT_REQUEST_SIZE_VER0 - 1;
	expect_errno(test, opened, request, -EINVAL);
	request.size = 0;
	expect_errno(test, opened, request, -EINVAL);
	request.size = sizeof(request);
	request.flags = 1;
	expect_errno(test, opened, request, -EINVAL);
}

static void a_larger_structure_is_taken_if_the_rest_is_zero(struct kunit *test)
{
	struct vpk_client *opened = client(test);
	struct videoport_request request = request_of(test, 0, 0);
	u8 one = 1;

	request.size = sizeof(request) + 16;
	KUNIT_EXPECT_EQ(test, vpk_ioctl(test, opened, &request), 0l);
	KUNIT_ASSERT_EQ(test, copy_to_user((void __user *)vpk_of(test)->arena + sizeof(request) +
					   15, &one, 1), 0ul);
	expect_errno(test, opened, request, -E2BIG);
	request.size = SZ_64K;
	expect_errno(test, opened, request, -E2BIG);
}

static void a_request_larger_than_the_limit_is_emsgsize(struct kunit *test)
{
	struct vpk_client *opened = client(test);

	expect_errno(test, opened, request_of(test, ~0u, 0), -EMSGSIZE);
	expect_errno(test, opened, request_of(test, 0, ~0u), -EMSGSIZE);
}

static void input_that_cannot_be_read_is_efault(struct kunit *test)
{
	struct vpk_client *opened = client(test);
	struct videoport_request request = request_of(test, 100, 0);

	request.input = 8;
	expect_errno(test, opened, request, -EFAULT);
	request.input = (u64)(uintptr_t)&seen; /* a kernel address */
	expect_errno(test, opened, request, -EFAULT);
	request.input = ~0ull - 10;
	expect_errno(test, opened, request, -EFAULT);
}

static void output_that_cannot_be_written_is_efault(struct kunit *test)
{
	struct vpk_client *opened = client(test);
	struct videoport_request request = request_of(test, 0, 100);
	struct vpk_state before;

	vpk_state(vpk_of(test), &before);
	request.output = (u64)(uintptr_t)&seen;
	opened->adapter->body = more_data;
	KUNIT_EXPECT_EQ(test, vpk_ioctl(test, opened, &request), -(long)EFAULT);
	opened->adapter->body = NULL;
	vpk_expect_state(test, &before, "after the failure");
}

static void another_ioctl_is_enotty(struct kunit *test)
{
	struct vpk_client *opened = client(test);
	struct file *file = opened->file;

	KUNIT_EXPECT_EQ(test, file->f_op->unlocked_ioctl(file, 0, 0), -(long)ENOTTY);
	KUNIT_EXPECT_EQ(test, file->f_op->unlocked_ioctl(file, VIDEOPORT_IOC_REQUEST + 1, 0),
			-(long)ENOTTY);
	KUNIT_EXPECT_EQ(test, file->f_op->unlocked_ioctl(file, VIDEOPORT_IOC_REQUEST, 0),
			-(long)EFAULT);
}

static void lock_output(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);

	vrp->InputBuffer = (PVOID)vpk->value[0];
	vrp->InputBufferLength = PAGE_SIZE;
	KUNIT_EXPECT_TRUE(test, VideoPortLockPages(vpk->a->ext, vrp, NULL, NULL,
						   VideoPortDmaInitOnly));
	vpk->data = vrp->OutputBuffer;
	vrp->StatusBlock->Information = 0;
}

/* As an NT4 driver does it: in the client's own packet, whose pointers it overwrites. */
static void lock_pages_may_use_the_packet_of_the_request(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_client *opened = client(test);
	struct videoport_request request = request_of(test, 64, 64);

	vpk->value[0] = vpk_user(test, PAGE_SIZE);
	opened->adapter->body = lock_output;
	KUNIT_EXPECT_EQ(test, vpk_ioctl(test, opened, &request), 0l);
	opened->adapter->body = NULL;
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "locked_buffers"), 1ull);
	VideoPortUnlockBuffer(vpk->a->ext, vpk->data);
}

static struct kunit_case request_cases[] = {
	KUNIT_CASE(the_miniport_sees_one_buffer_for_both_directions),
	KUNIT_CASE(a_request_without_data_has_no_buffer),
	KUNIT_CASE(input_goes_in_and_as_much_as_information_says_comes_out),
	KUNIT_CASE(no_more_comes_out_than_there_was_room_for_at_the_start),
	KUNIT_CASE(nothing_comes_out_of_a_request_that_failed),
	KUNIT_CASE(more_data_brings_what_there_is),
	KUNIT_CASE(a_false_of_start_io_is_taken_as_answered),
	KUNIT_CASE(a_structure_too_small_or_with_flags_is_einval),
	KUNIT_CASE(a_larger_structure_is_taken_if_the_rest_is_zero),
	KUNIT_CASE(a_request_larger_than_the_limit_is_emsgsize),
	KUNIT_CASE(input_that_cannot_be_read_is_efault),
	KUNIT_CASE(output_that_cannot_be_written_is_efault),
	KUNIT_CASE(another_ioctl_is_enotty),
	KUNIT_CASE(lock_pages_may_use_the_packet_of_the_request),
	{ }
};

VPK_SUITE(request, request_cases);
