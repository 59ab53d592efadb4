// SPDX-License-Identifier: GPL-2.0
/*
 * What must be the same before and after: the kernel's pinned pages, the process's charge, and the
 * module's counters, read through the attributes of its node.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/kmsg_dump.h>
#include <linux/mmzone.h>
#include <linux/percpu.h>

#include "bench.h"

/* What is freed late is freed within this. */
#define VPK_PATIENCE_MS	10000

const char * const vpk_alive_names[VPK_ALIVE] = {
	"clients", "adapters", "locked_buffers", "pinned_pages", "mappings", "transfers",
	"common_buffers", "allocations", "events", "views",
};

/** vpk_counter() - a counter of the module; ~0 if there is none of that name. */
u64 vpk_counter(struct vpk_adapter *adapter, const char *name)
{
	const struct attribute_group **group;
	struct device *node = vpk_node(adapter);
	u64 value = ~0ull;
	char *page;

	page = (char *)__get_free_page(GFP_KERNEL);
	if (!node || !page)
		goto out;
	for (group = node->groups; group && *group; group++) {
		struct attribute **attr;

		for (attr = (*group)->attrs; *attr; attr++) {
			struct device_attribute *counter;

			if (strcmp((*attr)->name, name))
				continue;
			counter = container_of(*attr, struct device_attribute, attr);
			if (counter->show(node, counter, page) <= 0 || kstrtou64(page, 10, &value))
				value = ~0ull;
		}
	}
out:
	free_page((unsigned long)page);
	put_device(node);
	return value;
}

static long vpk_node_count(enum node_stat_item item)
{
	long count = 0;
	int node, cpu;

	for_each_online_node(node) {
		struct pglist_data *pgdat = NODE_DATA(node);

		count += atomic_long_read(&pgdat->vm_stat[item]);
#ifdef CONFIG_SMP
		for_each_online_cpu(cpu)
			count += per_cpu_ptr(pgdat->per_cpu_nodestats,
					     cpu)->vm_node_stat_diff[item];
#endif
	}
	return count;
}

/*
 * vpk_pins() - pages that the kernel counts as pinned, with what its processors hold back. A
 * processor may hand its share over between two reads: look until nothing moves.
 */
long vpk_pins(void)
{
	long before, now = LONG_MIN;

	do {
		before = now;
		now = vpk_node_count(NR_FOLL_PIN_ACQUIRED) - vpk_node_count(NR_FOLL_PIN_RELEASED);
	} while (now != before);
	return now;
}

/** vpk_pinned_vm() - pages that the process is charged with. */
long vpk_pinned_vm(void)
{
	struct mm_struct *mm = vpk_process();

	return mm ? atomic64_read(&mm->pinned_vm) : 0;
}

void vpk_state(struct vpk_case *vpk, struct vpk_state *state)
{
	struct vpk_adapter *adapters[] = { vpk->a, vpk->b };
	unsigned int i, j;

	state->pins = vpk_pins();
	state->pinned_vm = vpk_pinned_vm();
	for (i = 0; i < 2; i++)
		for (j = 0; j < VPK_ALIVE; j++)
			state->alive[i][j] = adapters[i] && adapters[i]->ext ?
						     vpk_counter(adapters[i], vpk_alive_names[j]) :
						     0;
}

bool vpk_same(const struct vpk_state *a, const struct vpk_state *b)
{
	return !memcmp(a, b, sizeof(*a));
}

void vpk_expect_state(struct kunit *test, const struct vpk_state *wanted, const char *where)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_state now;
	unsigned int waited, i, j;

	for (waited = 0;; waited += 20) {
		vpk_state(vpk, &now);
		if (vpk_same(&now, wanted))
			return;
		if (waited >= VPK_PATIENCE_MS)
			break;
		msleep(20);
	}
	KUNIT_EXPECT_EQ_MSG(test, now.pins, wanted->pins, "pinned pages, %s", where);
	KUNIT_EXPECT_EQ_MSG(test, now.pinned_vm, wanted->pinned_vm, "charged pages, %s", where);
	for (i = 0; i < 2; i++)
		for (j = 0; j < VPK_ALIVE; j++)
			KUNIT_EXPECT_EQ_MSG(test, now.alive[i][j], wanted->alive[i][j],
					    "counter %s of adapter %u, %s", vpk_alive_names[j], i,
					    where);
}

bool vpk_wait_counter(struct vpk_adapter *adapter, const char *name, u64 value)
{
	unsigned int waited;

	for (waited = 0; waited < VPK_PATIENCE_MS; waited += 20) {
		if (vpk_counter(adapter, name) == value)
			return true;
		msleep(20);
	}
	return false;
}

u64 vpk_log_end(void)
{
	struct kmsg_dump_iter log;

	kmsg_dump_rewind(&log);
	return log.next_seq;
}

unsigned int vpk_logged(u64 after, const char *text)
{
	struct kmsg_dump_iter log;
	unsigned int found = 0;
	char line[256];
	size_t length;

	kmsg_dump_rewind(&log);
	log.cur_seq = after;
	while (kmsg_dump_get_line(&log, false, line, sizeof(line) - 1, &length)) {
		line[length] = 0;
		found += !!strstr(line, text);
	}
	return found;
}

int vpk_log_interval(unsigned int milliseconds)
{
	struct file *file = vpk_file("/sys/module/videoport/parameters/log_interval_ms", O_WRONLY);
	char value[16];
	loff_t at = 0;
	ssize_t ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = kernel_write(file, value, snprintf(value, sizeof(value), "%u", milliseconds), &at);
	filp_close(file, NULL);
	return ret < 0 ? ret : 0;
}
