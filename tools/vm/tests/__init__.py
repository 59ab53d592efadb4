# SPDX-License-Identifier: GPL-2.0
"""Tests of the VM runner; run by tools/vm/selftest."""
