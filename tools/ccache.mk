# SPDX-License-Identifier: GPL-2.0
# Included by what compiles programs: objects are kept in the project's cache, where ccache is installed,
# and a clone elsewhere finds them. Wants the tree's top in $(top) and relative paths; sets $(CCACHE).
CCACHE ?= $(shell command -v ccache 2>/dev/null)
export CCACHE_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/videoport/ccache
export CCACHE_MAXSIZE ?= 500M
export CCACHE_BASEDIR := $(realpath $(top))
export CCACHE_NOHASHDIR := 1
