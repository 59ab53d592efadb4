# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# In the guest, after them: everything that was loaded goes again, and nothing is left of it.
for module in vp_vgpu vp_edu vp_edu_nt4 bochsfb videoport; do
	rmmod "$module" || exit 1
done
[ ! -e /sys/class/videoport ]
