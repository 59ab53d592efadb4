// SPDX-License-Identifier: GPL-2.0
/*
 * Switching between fibers. See fibers.hpp.
 */
#include "fibers.hpp"
#include "fail.hpp"

#include <cstdlib>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#define SIM_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIM_ASAN 1
#endif
#endif

#ifdef SIM_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace sim {

static constexpr size_t stack_size = 512 << 10;
/* Stacks of fibers that are gone, for the next ones. */
static std::vector<char *> free_stacks;

static char *take_stack()
{
	if (!free_stacks.empty()) {
		char *stack = free_stacks.back();

		free_stacks.pop_back();
		return stack;
	}

	void *stack = mmap(nullptr, stack_size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (stack == MAP_FAILED)
		abort();
	/* a page that nobody may touch at its end */
	mprotect(stack, 4096, PROT_NONE);
	return static_cast<char *>(stack);
}

/*
 * Changing stacks. On x86-64 by hand: the system's own way asks the kernel each time, and the
 * address sanitizer warns of it.
 */
#ifdef __x86_64__

extern "C" void sim_switch_stack(void **from, void *to);
asm(".text\n"
    ".globl sim_switch_stack\n"
    ".type sim_switch_stack, @function\n"
    "sim_switch_stack:\n"
    "	pushq %rbp\n"
    "	pushq %rbx\n"
    "	pushq %r12\n"
    "	pushq %r13\n"
    "	pushq %r14\n"
    "	pushq %r15\n"
    "	movq %rsp, (%rdi)\n"
    "	movq %rsi, %rsp\n"
    "	popq %r15\n"
    "	popq %r14\n"
    "	popq %r13\n"
    "	popq %r12\n"
    "	popq %rbx\n"
    "	popq %rbp\n"
    "	ret\n"
    ".size sim_switch_stack, .-sim_switch_stack\n");

void Place::go(Place &to)
{
	sim_switch_stack(&stack_pointer_, to.stack_pointer_);
}

/* As if it had been left just before it calls @entry; @entry finds its argument by itself. */
void Place::begin(char *stack, size_t size, void (*entry)())
{
	auto *top = reinterpret_cast<uintptr_t *>(stack + size);

	*--top = 0; /* where @entry would return to */
	*--top = reinterpret_cast<uintptr_t>(entry);
	for (unsigned int i = 0; i < 6; i++)
		*--top = 0;
	stack_pointer_ = top;
}

#else

void Place::go(Place &to)
{
	swapcontext(&context_, &to.context_);
}

void Place::begin(char *stack, size_t size, void (*entry)())
{
	getcontext(&context_);
	context_.uc_stack.ss_sp = stack;
	context_.uc_stack.ss_size = size;
	context_.uc_link = nullptr;
	makecontext(&context_, entry, 0);
}

#endif

/* The fiber that begins to run. */
static Fiber *beginning;

Fiber::Fiber(const char *thread_name, Process *of, Fibers &fibers)
	: Thread(thread_name, of),
	  fibers_(fibers)
{
}

Fiber::~Fiber()
{
	if (!stack_)
		return;
#ifdef SIM_ASAN
	__asan_unpoison_memory_region(stack_ + 4096, stack_size - 4096);
#endif
	free_stacks.push_back(stack_);
}

void Fiber::entry()
{
	beginning->loop();
}

void Fiber::loop()
{
	fibers_.switched_to(nullptr);
	for (;;) {
		job_();
		job_ = nullptr;
		fibers_.leave(State::Idle);
	}
}

void Fibers::give(Fiber &fiber, std::function<void()> job)
{
	fiber.job_ = std::move(job);
	fiber.state_ = Fiber::State::Between;
	if (fiber.stack_)
		return;
	fiber.stack_ = take_stack();
	fiber.place_.begin(fiber.stack_, stack_size, Fiber::entry);
}

bool Fibers::run(Fiber &fiber, unsigned int points)
{
	if (fiber.state_ == Fiber::State::Idle)
		return false;
	if (fiber.state_ == Fiber::State::Waiting && !fiber.ready_(fiber.ready_context_))
		return false;
	running_ = &fiber;
	points_left_ = points;
	set_current(&fiber);
#ifdef SIM_ASAN
	void *fake_stack = nullptr;

	__sanitizer_start_switch_fiber(&fake_stack, fiber.stack_, stack_size);
#endif
	beginning = &fiber;
	main_.go(fiber.place_);
#ifdef SIM_ASAN
	__sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
#endif
	set_current(nullptr);
	running_ = nullptr;
	return true;
}

void Fibers::switched_to(void *fake_stack)
{
#ifdef SIM_ASAN
	__sanitizer_finish_switch_fiber(fake_stack, &main_stack_, &main_stack_size_);
#else
	(void)fake_stack;
#endif
}

void Fibers::leave(Fiber::State state)
{
	Fiber &fiber = *running_;

	fiber.state_ = state;
	if (state == Fiber::State::Between || state == Fiber::State::Waiting)
		interruptions++;
#ifdef SIM_ASAN
	__sanitizer_start_switch_fiber(&fiber.fake_stack_, main_stack_, main_stack_size_);
#endif
	fiber.place_.go(main_);
	switched_to(fiber.fake_stack_);
}

void Fibers::park()
{
	leave(Fiber::State::Parked);
}

void Fibers::point()
{
	if (!running_)
		return;

	Fiber &fiber = *running_;

	if (between && !fiber.in_between_) {
		fiber.in_between_ = true;
		between();
		fiber.in_between_ = false;
	}
	if (points_left_ && !--points_left_)
		leave(Fiber::State::Between);
}

void Fibers::wait(bool (*ready)(void *context), void *context)
{
	if (!running_) {
		fail("waits for ever: not in a simulated thread");
		return;
	}
	running_->ready_ = ready;
	running_->ready_context_ = context;
	while (!ready(context))
		leave(Fiber::State::Waiting);
}

} // namespace sim
