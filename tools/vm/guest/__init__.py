# SPDX-License-Identifier: GPL-2.0
"""One boot of one guest: what it is made of, the QEMU it runs in, and what comes back."""
