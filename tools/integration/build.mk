# SPDX-License-Identifier: GPL-2.0
# Builds the static test program that runs in the guest; called by tools/integration/run only.
#     make -f tools/integration/build.mk OUT=DIR [CROSS=aarch64-linux-gnu]
# CROSS: another architecture's compiler, for which googletest is built here from its sources.
here := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
top := $(here)/../..
include $(top)/tools/ccache.mk
sources := $(wildcard $(here)/*.cc)
objects := $(patsubst $(here)/%.cc,$(OUT)/%.o,$(sources))

ifdef CROSS
CXX := $(CROSS)-g++-12
googletest := /usr/src/googletest/googletest
objects += $(OUT)/gtest-all.o
else
CXX ?= g++
endif
CXXFLAGS ?= -O1
flags := -std=c++20 -Wall -Wextra -Werror -MMD -MP -I$(top)/include -I$(top)/include/uapi \
	 -I$(top)/tools/libvideoport -I$(top)/tools/guest -I$(top)/tools/miniports/probe \
	 $(if $(CROSS),-isystem $(googletest)/include)

$(OUT)/integration: $(objects)
	$(CXX) -static -pthread -Wl,--no-warnings -o $@ $^ $(if $(CROSS),,-lgtest)

$(OUT)/%.o: $(here)/%.cc $(here)/build.mk
	@mkdir -p $(OUT)
	$(CCACHE) $(CXX) $(flags) $(CXXFLAGS) -c -o $@ $<

$(OUT)/gtest-all.o: $(googletest)/src/gtest-all.cc $(here)/build.mk
	@mkdir -p $(OUT)
	$(CCACHE) $(CXX) -std=c++20 -O1 -w -I$(googletest) -isystem $(googletest)/include -c -o $@ $<

-include $(objects:.o=.d)
