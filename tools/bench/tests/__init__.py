# SPDX-License-Identifier: GPL-2.0
"""Tests of the benchmark's judgement; tools/bench/selftest runs them."""
