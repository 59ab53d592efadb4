# SPDX-License-Identifier: GPL-2.0
# Builds vpport, its unit tests and its fuzzers, from the top of the tree:
#     make -f tools/vpport/build.mk [VARIANT=plain|asan|fuzz] [vpport|unit|fuzz]
# The variants are built apart: build/vpport/, build/vpport/asan/, build/vpport/fuzz/.
here := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
top := $(here)/../..
include $(top)/tools/ccache.mk

VARIANT ?= plain
OUT ?= $(top)/build/vpport$(if $(filter-out plain,$(VARIANT)),/$(VARIANT))

CXX := g++
sanitize.asan := -fsanitize=address,undefined -fno-sanitize-recover=undefined -D_GLIBCXX_ASSERTIONS
sanitize.fuzz := $(sanitize.asan) -fsanitize=fuzzer-no-link
ifeq ($(VARIANT),fuzz)
CXX := $(firstword $(shell command -v clang++ clang++-14 2>/dev/null) clang++)
endif
CXXFLAGS ?= -O1
WERROR ?= -Werror
flags := -std=c++20 -g -Wall -Wextra $(WERROR) -MMD -MP -I$(OUT) $(sanitize.$(VARIANT))

library := $(patsubst $(here)/%.cc,$(OUT)/%.o,$(filter-out %/main.cc,$(wildcard $(here)/*.cc)))
tests := $(patsubst $(here)/%.cc,$(OUT)/%.o,$(wildcard $(here)/tests/*_test.cc))
fuzzers := inf source

.PHONY: vpport unit fuzz
vpport: $(OUT)/vpport
unit: $(OUT)/unit
fuzz: $(fuzzers:%=$(OUT)/fuzz-%)

$(OUT)/vpport: $(OUT)/main.o $(library)
	@echo "  $(notdir $@)"
	@$(CXX) $(sanitize.$(VARIANT)) $(LDFLAGS) -o $@ $^

$(OUT)/unit: $(tests) $(library)
	@echo "  $(notdir $@)"
	@$(CXX) $(sanitize.$(VARIANT)) -o $@ $^ -lgtest -lgtest_main -lpthread

$(OUT)/fuzz-%: $(OUT)/fuzz/%.o $(library)
	@echo "  $(notdir $@)"
	@$(CXX) $(sanitize.$(VARIANT)) -fsanitize=fuzzer -o $@ $^

$(OUT)/%.o: $(here)/%.cc $(here)/build.mk
	@mkdir -p $(@D)
	@echo "  $(patsubst $(top)/%,%,$<)"
	@$(CCACHE) $(CXX) $(flags) $(CPPFLAGS) $(CXXFLAGS) -c -o $@ $<

# The headers that miniports may include, as they are now; crt/ and reactos/ are include folders, too.
$(OUT)/api_list.o: $(OUT)/headers.inc
comma := ,
headers := $(sort $(shell cd $(top)/include && find . -name '*.h' -not -path './uapi/*' -printf '%P\n'))
listed := $(foreach header,$(headers),"$(header)"$(comma))
$(OUT)/headers.inc: FORCE
	@mkdir -p $(@D)
	@echo '$(listed)' | cmp -s - $@ || echo '$(listed)' >$@
.PHONY: FORCE
FORCE:

.SECONDARY:
-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
