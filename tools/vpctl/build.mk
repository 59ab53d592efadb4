# SPDX-License-Identifier: GPL-2.0
# Builds vpctl, its unit tests, and the library's example, from the top of the tree:
#     make -f tools/vpctl/build.mk [VARIANT=plain|asan] [CROSS=aarch64-linux-gnu] [vpctl|unit|example|hold]
# The variants are built apart: build/vpctl/, build/vpctl/asan/. CROSS: another architecture's compiler, for
# static programs in build/vpctl/CROSS/; of the libraries the headers serve.
here := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
top := $(here)/../..
include $(top)/tools/ccache.mk

VARIANT ?= plain
OUT ?= $(top)/build/vpctl$(if $(filter-out plain,$(VARIANT)),/$(VARIANT))$(if $(CROSS),/$(CROSS))

ifdef CROSS
CXX := $(CROSS)-g++-12
headers := $(OUT)/include/fmt $(OUT)/include/CLI
compile.plain := -DFMT_HEADER_ONLY -isystem $(OUT)/include
link.plain := -static
else
CXX ?= g++
fmt := -lfmt
endif
CXXFLAGS ?= -O1
link.asan := -fsanitize=address,undefined
compile.asan := -fsanitize=address,undefined -fno-sanitize-recover=undefined -D_GLIBCXX_ASSERTIONS
WERROR ?= -Werror
flags := -std=c++20 -g -Wall -Wextra $(WERROR) -MMD -MP -I$(OUT) -I$(top)/tools -I$(top)/include \
	 -I$(top)/include/uapi $(compile.$(VARIANT))

library := $(patsubst $(here)/%.cc,$(OUT)/%.o,$(filter-out %/main.cc,$(wildcard $(here)/*.cc)))
tests := $(patsubst $(here)/%.cc,$(OUT)/%.o,$(wildcard $(here)/tests/*_test.cc))

.PHONY: vpctl unit example hold
vpctl: $(OUT)/vpctl
unit: $(OUT)/unit
example: $(OUT)/example
hold: $(OUT)/hold

$(OUT)/vpctl: $(OUT)/main.o $(library)
	@echo "  $(notdir $@)"
	@$(CXX) $(link.$(VARIANT)) $(LDFLAGS) -o $@ $^ $(fmt)

$(OUT)/unit: $(tests) $(library)
	@echo "  $(notdir $@)"
	@$(CXX) $(link.$(VARIANT)) -o $@ $^ -lfmt -lgtest -lgtest_main -lpthread

$(OUT)/example $(OUT)/hold: $(OUT)/%: $(OUT)/%.o
	@echo "  $(notdir $@)"
	@$(CXX) $(link.$(VARIANT)) -o $@ $^

# The headers of this machine's libraries, without those of its C library.
$(OUT)/include/%:
	@mkdir -p $(@D)
	@ln -sfn /usr/include/$* $@

$(OUT)/%.o: $(here)/%.cc $(here)/build.mk | $(headers)
	@mkdir -p $(@D)
	@echo "  $(patsubst $(top)/%,%,$<)"
	@$(CCACHE) $(CXX) $(flags) $(CPPFLAGS) $(CXXFLAGS) -c -o $@ $<

$(OUT)/example.o: $(top)/tools/libvideoport/example.cc $(here)/build.mk
	@mkdir -p $(@D)
	@echo "  $(patsubst $(top)/%,%,$<)"
	@$(CCACHE) $(CXX) $(flags) $(CXXFLAGS) -I$(top)/tools/miniports/edu_nt4 -c -o $@ $<

# What a client holds while the tests in a guest look at it.
$(OUT)/hold.o: $(here)/tests/hold.cc $(here)/build.mk
	@mkdir -p $(@D)
	@echo "  $(patsubst $(top)/%,%,$<)"
	@$(CCACHE) $(CXX) $(flags) $(CXXFLAGS) -I$(top)/tools/miniports/edu_nt4 -c -o $@ $<

# The names of the requests of display drivers, from the header that defines them.
$(OUT)/ctl_code.o: $(OUT)/ioctls.inc
$(OUT)/main.o: $(OUT)/version.inc
$(OUT)/ioctls.inc: $(top)/include/videoport/ioctls.h
	@mkdir -p $(@D)
	@sed -n 's/^#define \(IOCTL_VIDEO_[A-Z0-9_]*\) .*/{"\1", \1},/p' $< >$@
$(OUT)/version.inc: $(top)/shim/linux/version.h
	@mkdir -p $(@D)
	@sed -n 's/^#define VP_VERSION[[:space:]]*\(".*"\)/\1/p' $< >$@

.SECONDARY:
-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
