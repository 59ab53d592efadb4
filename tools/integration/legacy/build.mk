# SPDX-License-Identifier: GPL-2.0
# Builds the static test program of the legacy adapters' guests; called by ./run only.
#     make -f tools/integration/legacy/build.mk OUT=DIR
here := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
top := $(here)/../../..

CXX ?= g++
flags := -std=c++20 -O1 -Wall -Wextra -Werror -MMD -MP -I$(top)/include -I$(top)/include/uapi \
	 -I$(top)/tools/libvideoport -I$(top)/tools/guest -I$(top)/tools/integration -I$(top)/tools/miniports/probe \
	 -I$(top)/tools/miniports/legacy

$(OUT)/legacy: $(here)/legacy_test.cc $(here)/build.mk
	@mkdir -p $(OUT)
	$(CXX) $(flags) -static -pthread -Wl,--no-warnings -o $@ $< -lgtest -lgtest_main

-include $(wildcard $(OUT)/*.d)
