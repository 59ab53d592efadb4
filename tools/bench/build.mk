# SPDX-License-Identifier: GPL-2.0
# Builds the benchmark's client, a static program for a guest; called by tools/bench/run only.
#     make -f tools/bench/build.mk OUT=DIR [TREE=DIR]
# TREE is where include/ is: of the videoport that is measured.
here := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
top := $(here)/../..
include $(top)/tools/ccache.mk
TREE ?= $(top)
sources := $(wildcard $(here)/client/*.cc)
objects := $(patsubst $(here)/client/%.cc,$(OUT)/%.o,$(sources))

CXX ?= g++
CXXFLAGS ?= -O1
flags := -std=c++20 -Wall -Wextra -Werror -MMD -MP -I$(here) -I$(TREE)/include -I$(TREE)/include/uapi \
	 -I$(top)/tools/libvideoport

$(OUT)/client: $(objects)
	$(CXX) -static -o $@ $^

$(OUT)/%.o: $(here)/client/%.cc $(here)/build.mk
	@mkdir -p $(OUT)
	$(CCACHE) $(CXX) $(flags) $(CXXFLAGS) -c -o $@ $<

-include $(objects:.o=.d)
