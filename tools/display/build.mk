# SPDX-License-Identifier: GPL-2.0
# Builds what runs in the guest (static) and what compares on the host; called by tools/display/run only.
#     make -f tools/display/build.mk OUT=DIR
here := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
top := $(here)/../..
include $(top)/tools/ccache.mk

CXX ?= g++
CXXFLAGS ?= -O2
freetype := $(shell pkg-config --cflags freetype2)
flags := -std=c++20 -Wall -Wextra -Werror -MMD -MP -I$(top)/include -I$(top)/include/uapi $(freetype)

all: $(OUT)/display $(OUT)/compare

$(OUT)/display: $(addprefix $(OUT)/,display.o canvas.o picture.o)
	$(CXX) -static -o $@ $^ $(shell pkg-config --static --libs freetype2)

$(OUT)/compare: $(OUT)/compare.o
	$(CXX) -o $@ $^ -lpng

$(OUT)/%.o: $(here)/%.cc $(here)/build.mk
	@mkdir -p $(OUT)
	$(CCACHE) $(CXX) $(flags) $(CXXFLAGS) -c -o $@ $<

.PHONY: all
-include $(wildcard $(OUT)/*.d)
