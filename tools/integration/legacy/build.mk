# SPDX-License-Identifier: GPL-2.0
# Builds the static test program of the legacy adapters' guests; called by ./run only.
#     make -f tools/integration/legacy/build.mk OUT=DIR [CROSS=aarch64-linux-gnu]
# CROSS: another architecture's compiler, for which googletest is built here from its sources.
here := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
top := $(here)/../../..

ifdef CROSS
CXX := $(CROSS)-g++-12
googletest := /usr/src/googletest/googletest
libraries := $(OUT)/gtest-all.o $(OUT)/gtest_main.o
else
CXX ?= g++
libraries := -lgtest -lgtest_main
endif
flags := -std=c++20 -O1 -Wall -Wextra -Werror -MMD -MP -I$(top)/include -I$(top)/include/uapi \
	 -I$(top)/tools/libvideoport -I$(top)/tools/guest -I$(top)/tools/integration -I$(top)/tools/miniports/probe \
	 -I$(top)/tools/miniports/legacy $(if $(CROSS),-isystem $(googletest)/include)

$(OUT)/legacy: $(here)/legacy_test.cc $(here)/build.mk $(filter %.o,$(libraries))
	@mkdir -p $(OUT)
	$(CXX) $(flags) -static -pthread -Wl,--no-warnings -o $@ $< $(libraries)

$(OUT)/gtest%.o: $(googletest)/src/gtest%.cc $(here)/build.mk
	@mkdir -p $(OUT)
	$(CXX) -std=c++20 -O1 -w -I$(googletest) -isystem $(googletest)/include -c -o $@ $<

-include $(wildcard $(OUT)/*.d)
