# SPDX-License-Identifier: GPL-2.0
"""Comparison of include/ with the reference headers; see __main__.py for the order of steps."""
