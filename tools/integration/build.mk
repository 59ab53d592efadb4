# SPDX-License-Identifier: GPL-2.0
# Builds the static test program that runs in the guest; called by tools/integration/run only.
#     make -f tools/integration/build.mk OUT=DIR
here := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
top := $(here)/../..
include $(top)/tools/ccache.mk
sources := $(wildcard $(here)/*.cc)
objects := $(patsubst $(here)/%.cc,$(OUT)/%.o,$(sources))

CXX ?= g++
CXXFLAGS ?= -O1
flags := -std=c++20 -Wall -Wextra -Werror -MMD -MP -I$(top)/include -I$(top)/include/uapi \
	 -I$(top)/tools/libvideoport -I$(top)/tools/guest -I$(top)/tools/miniports/probe

$(OUT)/integration: $(objects)
	$(CXX) -static -pthread -Wl,--no-warnings -o $@ $^ -lgtest

$(OUT)/%.o: $(here)/%.cc $(here)/build.mk
	@mkdir -p $(OUT)
	$(CCACHE) $(CXX) $(flags) $(CXXFLAGS) -c -o $@ $<

-include $(objects:.o=.d)
