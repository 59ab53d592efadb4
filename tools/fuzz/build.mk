# SPDX-License-Identifier: GPL-2.0
# Builds the static program that attacks a guest's adapters; called by tools/torture/run only.
#     make -f tools/fuzz/build.mk OUT=DIR
here := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
top := $(here)/../..
include $(top)/tools/ccache.mk
sources := $(wildcard $(here)/*.cc)
objects := $(patsubst $(here)/%.cc,$(OUT)/%.o,$(sources))

CXX ?= g++
CXXFLAGS ?= -O1
miniports := edu edu_nt4 probe
flags := -std=c++20 -Wall -Wextra -Werror -MMD -MP -I$(top)/include -I$(top)/include/uapi \
	 -I$(top)/tools/libvideoport -I$(top)/tools/guest -I$(top)/tools/integration \
	 $(addprefix -I$(top)/tools/miniports/,$(miniports))

$(OUT)/fuzz: $(objects)
	$(CXX) -static -pthread -Wl,--no-warnings -o $@ $^

$(OUT)/%.o: $(here)/%.cc $(here)/build.mk
	@mkdir -p $(OUT)
	$(CCACHE) $(CXX) $(flags) $(CXXFLAGS) -c -o $@ $<

-include $(objects:.o=.d)
