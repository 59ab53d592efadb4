# SPDX-License-Identifier: GPL-2.0
"""What tools/bench/run is made of."""
