# SPDX-License-Identifier: GPL-2.0
# What people type. What is built stands in Kbuild; how a kernel is fetched, booted and tested, in
# tools/.

KERNELDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr/local
DESTDIR ?=
UDEVDIR ?= /etc/udev/rules.d
DEMO_KERNEL ?= 6.12

includedir = $(DESTDIR)$(PREFIX)/include
bindir = $(DESTDIR)$(PREFIX)/bin
mandir = $(DESTDIR)$(PREFIX)/share/man
datadir = $(DESTDIR)$(PREFIX)/share
pkgconfigdir = $(datadir)/pkgconfig
# installed if make vpctl has built it
vpctl = $(wildcard build/vpctl/vpctl)
version = $(shell sed -n 's/^.define VP_VERSION[[:space:]]*"\(.*\)"/\1/p' shim/linux/version.h)
release = $(shell $(MAKE) -s --no-print-directory -C $(KERNELDIR) kernelrelease)
moduledir = $(DESTDIR)/lib/modules/$(release)/updates/videoport

.DEFAULT_GOAL := all
.PHONY: all modules install uninstall demo demo-display test test-matrix check check-abi kunit sim fuzz torture mutants bench coverage vpport vpctl deb clean help

ifdef KERNEL
# Of a kernel that the cache fetches: into build/<release>/.
all modules: packages
	@tools/vm/modules $(KERNEL)
else
all modules: $(KERNELDIR)/Makefile
	$(if $(findstring command,$(origin CC)),,@tools/packaging/dkms/check-compiler $(release) $(KERNELDIR) make)
	$(MAKE) -C $(KERNELDIR) M=$(CURDIR) modules

$(KERNELDIR)/Makefile:
	@echo "No kernel headers at $(KERNELDIR): apt-get install linux-headers-$$(uname -r)," >&2
	@echo "or name others with KERNELDIR=DIR, or make KERNEL=6.12 for a kernel from the cache." >&2
	@false
endif

install:
	@test -f videoport.ko || { echo "Nothing to install: run make first." >&2; false; }
	@$(MAKE) -f $(firstword $(MAKEFILE_LIST)) --no-print-directory install-headers
	install -D -m 644 videoport.ko $(moduledir)/videoport.ko
	install -m 644 Module.symvers $(includedir)/videoport/Module.symvers-$(release)
	install -D -m 644 tools/packaging/70-videoport.rules $(DESTDIR)$(UDEVDIR)/70-videoport.rules
	install -D -m 644 tools/packaging/videoport.4 $(mandir)/man4/videoport.4
	$(if $(vpctl),install -D -m 755 $(vpctl) $(bindir)/vpctl)
	$(if $(vpctl),install -D -m 644 tools/vpctl/vpctl.1 $(mandir)/man1/vpctl.1)
	$(if $(vpctl),install -D -m 644 tools/vpctl/vpctl.bash $(datadir)/bash-completion/completions/vpctl)
	$(if $(DESTDIR),,depmod $(release))
	$(if $(DESTDIR),,! command -v udevadm >/dev/null || udevadm control --reload || echo "udev does not run here" >&2)

# What a miniport and a client are compiled with: nothing of it depends on a kernel.
.PHONY: install-headers
install-headers:
	install -d $(includedir)/videoport/videoport $(includedir)/videoport/crt \
		$(includedir)/videoport/reactos/pseh $(includedir)/linux $(pkgconfigdir)
	install -m 644 include/*.h include/videoport.mk $(includedir)/videoport
	install -m 644 include/videoport/*.h $(includedir)/videoport/videoport
	install -m 644 include/crt/*.h $(includedir)/videoport/crt
	install -m 644 include/reactos/*.h $(includedir)/videoport/reactos
	install -m 644 include/reactos/pseh/*.h $(includedir)/videoport/reactos/pseh
	install -m 644 include/uapi/linux/videoport.h $(includedir)/linux
	install -d $(includedir)/libvideoport
	install -m 644 tools/libvideoport/*.hpp $(includedir)/libvideoport
	for template in tools/packaging/*.pc.in tools/libvideoport/*.pc.in; do \
		name=$$(basename $$template .in); \
		sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(version)|' $$template >$(pkgconfigdir)/$$name \
			|| exit 1; \
	done

uninstall:
	rm -rf $(moduledir) $(includedir)/videoport $(includedir)/libvideoport
	rm -f $(bindir)/vpctl $(mandir)/man1/vpctl.1 $(mandir)/man4/videoport.4
	rm -f $(datadir)/bash-completion/completions/vpctl
	rm -f $(includedir)/linux/videoport.h $(pkgconfigdir)/videoport.pc $(pkgconfigdir)/libvideoport.pc
	rm -f $(DESTDIR)$(UDEVDIR)/70-videoport.rules
	$(if $(DESTDIR),,depmod $(release))
	$(if $(DESTDIR),,! command -v udevadm >/dev/null || udevadm control --reload || echo "udev does not run here" >&2)

# Installs what is missing, or says what to install.
.PHONY: packages
packages:
	@tools/vm/install-packages tools/vm/packages tools/packages

demo: packages
	@tools/demo/run --kernel $(DEMO_KERNEL) --modules "$$(tools/vm/modules $(DEMO_KERNEL))"

demo-display: packages
	@tools/vm/install-packages tools/display/packages
	@tools/display/run --kernel $(DEMO_KERNEL) --modules "$$(tools/vm/modules $(DEMO_KERNEL))"

check-abi:
	@tools/vm/install-packages tools/abi/packages
	@tools/abi/check-abi

# checkpatch comes from a kernel's source: an empty cache gets one built first.
check:
	@tools/vm/install-packages tools/vm/packages tools/check/packages
	@tools/check/run $(CHECK)

kunit: packages
	@tools/kunit/run $(if $(KERNEL),--kernel $(KERNEL)) $(KUNIT)

sim:
	@tools/vm/install-packages tools/sim/packages
	@tools/sim/run $(if $(SEED),--seed $(SEED)) $(if $(STEPS),--steps $(STEPS)) $(SIM)

fuzz:
	@tools/vm/install-packages tools/sim/packages tools/sim/fuzz-packages
	@tools/sim/fuzz $(FUZZ)

torture: packages
	@tools/torture/run $(if $(KERNEL),--kernel $(KERNEL)) $(if $(SEED),--seed $(SEED)) $(TORTURE)

# A user-space tool: build/vpport/vpport.
vpport:
	@tools/vm/install-packages tools/vpport/packages
	@$(MAKE) -s -f tools/vpport/build.mk vpport

# Likewise: build/vpctl/vpctl.
vpctl:
	@tools/vm/install-packages tools/vpctl/packages
	@$(MAKE) -s -f tools/vpctl/build.mk vpctl

# Debian packages, in build/deb/.
deb:
	@tools/vm/install-packages tools/packaging/packages
	@tools/packaging/build-deb $(DEB)

mutants: packages
	@tools/vm/install-packages tools/sim/packages
	@tools/mutants/run $(MUTANTS)

# What a lock costs beside doing it by hand: tools/bench/README.md.
bench: packages
	@tools/vm/install-packages tools/bench/packages
	@tools/bench/run $(BENCH)

coverage: packages
	@tools/vm/install-packages tools/coverage/packages tools/sim/packages
	@tools/coverage/run $(COVERAGE)

test:
	@tools/vm/install-packages tools/vm/packages tools/packages tools/abi/packages \
		tools/check/packages tools/sim/packages tools/vpport/packages tools/vpctl/packages \
		tools/display/packages tools/bench/packages \
		$(if $(findstring --all,$(TEST))$(findstring deb,$(TEST))$(findstring packages,$(TEST))$(findstring docs,$(TEST)),tools/packaging/packages) \
		$(if $(findstring --all,$(TEST))$(findstring docs,$(TEST)),tools/docs/packages tools/coverage/packages)
	@tools/test $(TEST)

test-matrix:
	@tools/vm/install-packages tools/vm/packages tools/packages tools/matrix/packages
	@tools/matrix/run $(MATRIX)

clean:
	rm -rf build
	@test ! -f $(KERNELDIR)/Makefile || $(MAKE) -C $(KERNELDIR) M=$(CURDIR) clean

help:
	@echo "make                   build videoport.ko for the running kernel (KERNELDIR=DIR: another)"
	@echo "sudo make install      module, headers, udev rule; make uninstall removes them"
	@echo "                       (PREFIX=$(PREFIX), DESTDIR= for packaging)"
	@echo
	@echo "make demo              the main job in a virtual machine, step by step, with its proofs"
	@echo "make demo-display      a picture on a screen: drawn, fetched by DMA, photographed, compared"
	@echo "make test              all tests (TEST=--help says how to choose)"
	@echo "make test-matrix       the integration cases on every kind of kernel: 6.1 to 7.3, PREEMPT_RT, arm64, clang and"
	@echo "                       kCFI (MATRIX='--only 6.12-rt', MATRIX=--resume, MATRIX=--help)"
	@echo "make kunit             the KUnit suites on a debug kernel (KERNEL=6.1|6.12|7.3; built once)"
	@echo "make sim               the core in a simulation (SEED=N STEPS=N replays, SIM=--help)"
	@echo "make fuzz              the same by libFuzzer (FUZZ='--seconds 600')"
	@echo "make torture           hostile and killed clients, adapters that go, on a debug kernel (KERNEL=6.12-races:"
	@echo "                       data races; SEED=N, TORTURE='--requests 10000000 --seconds 20000'; TORTURE=--help)"
	@echo "make check             static checks: checkpatch, sparse, clang-tidy and others"
	@echo "make mutants           break the code on purpose, one way after another; the suites must notice each (hours)"
	@echo "make bench             instructions of a lock and of others' ways, tables and plots (BENCH=--quick: a minute)"
	@echo "make coverage          lines and branches of shim/ that KUnit and the simulation reach"
	@echo "make vpport            build/vpport/vpport, which makes a module folder of a driver's INF and sources"
	@echo "make vpctl             build/vpctl/vpctl, which shows adapters, counters, locks and traces"
	@echo "make deb               Debian packages in build/deb: videoport-dkms, -dev and -tools"
	@echo "make check-abi         compare the legacy headers with an independent reference"
	@echo "make KERNEL=6.1|6.12   build for a stock Debian kernel that is fetched into the cache"
	@echo "make clean             remove what was built here (not the cache)"
	@echo
	@echo "Fetched kernels are kept in $${XDG_CACHE_HOME:-$$HOME/.cache}/videoport."
