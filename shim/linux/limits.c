// SPDX-License-Identifier: GPL-2.0
/*
 * What an administrator may set: how much one client or user may have, and when something takes
 * too long. Any context. Other parameters stand beside what they are for.
 */
#include <linux/compiler.h>
#include <linux/moduleparam.h>

#include "../core/platform.h"

unsigned int vp_limits[VP_LIMITS] = {
	[VP_LIMIT_CLIENTS] = 32,
	[VP_LIMIT_HANDLES] = 1024,
	[VP_LIMIT_EVENTS] = 256,
	[VP_LIMIT_VIEWS] = 256,
};

module_param_named(max_user_clients, vp_limits[VP_LIMIT_CLIENTS], uint, 0644);
MODULE_PARM_DESC(max_user_clients,
		 "how often one user may have an adapter open, but for CAP_SYS_RESOURCE (default 32)");

module_param_named(max_client_handles, vp_limits[VP_LIMIT_HANDLES], uint, 0644);
MODULE_PARM_DESC(max_client_handles,
		 "locks and handles of events that one open of a node may have (default 1024)");

module_param_named(max_client_events, vp_limits[VP_LIMIT_EVENTS], uint, 0644);
MODULE_PARM_DESC(max_client_events, "events that one open of a node may lend (default 256)");

module_param_named(max_client_views, vp_limits[VP_LIMIT_VIEWS], uint, 0644);
MODULE_PARM_DESC(max_client_views,
		 "mappings of device memory that one open of a node may have (default 256)");

static unsigned int overdue_ms = 10000;
module_param(overdue_ms, uint, 0644);
MODULE_PARM_DESC(overdue_ms,
		 "a DMA or request that takes longer is reported; it is not ended; 0: never (default 10000)");

unsigned int vp_overdue_ms(void)
{
	return READ_ONCE(overdue_ms);
}
