# SPDX-License-Identifier: GPL-2.0
# Builds a client, a static program for a guest; called by tools/bench/run and tools/bench/scale only.
#     make -f tools/bench/build.mk OUT=DIR [CLIENT=DIR] [TREE=DIR]
# CLIENT is the folder of its sources; TREE where include/ is: of the videoport that is measured.
here := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
top := $(here)/../..
include $(top)/tools/ccache.mk
TREE ?= $(top)
CLIENT ?= client
sources := $(wildcard $(here)/$(CLIENT)/*.cc)
objects := $(patsubst $(here)/$(CLIENT)/%.cc,$(OUT)/%.o,$(sources))

CXX ?= g++
CXXFLAGS ?= -O1
flags := -std=c++20 -Wall -Wextra -Werror -MMD -MP -I$(here) -I$(here)/scaling -I$(TREE)/include -I$(TREE)/include/uapi \
	 -I$(top)/tools/libvideoport

$(OUT)/client: $(objects)
	$(CXX) -static -o $@ $^

$(OUT)/%.o: $(here)/$(CLIENT)/%.cc $(here)/build.mk
	@mkdir -p $(OUT)
	$(CCACHE) $(CXX) $(flags) $(CXXFLAGS) -c -o $@ $<

-include $(objects:.o=.d)
