# SPDX-License-Identifier: GPL-2.0
"""What the documentation says, and what becomes of it: the parts of tools/check-docs and tools/architecture."""
