# SPDX-License-Identifier: GPL-2.0
# How Kbuild compiles freestanding C++20 (%.cc) into a kernel module. Included from Kbuild. Starts
# from the flags that Kbuild would use for a C file at the same place, so that every ABI, mitigation
# and instrumentation flag of the target kernel is kept, then drops what only C knows: its warnings,
# -std, the forced kernel headers, and kernel -I. The core gets include paths of its own.
cxx-drop := -W% -std=% -nostdinc -I% -include %/compiler-version.h %/kconfig.h \
	    %/compiler_types.h -fms-extensions -fms-anonymous-structs \
	    $(if $(CONFIG_CC_IS_CLANG),-mno-80387 -mno-fp-ret-in-387)
# -mno-outline-atomics: std::atomic would call functions of a library that kernels do not have.
# -g0: where BTF is on, pahole cannot read the DWARF of C++, and the module would be deleted.
cxx_flags = -Wp,-MMD,$(depfile) -x c++ -std=gnu++20 -ffreestanding \
	    $(filter-out $(cxx-drop),$(c_flags)) $(filter -Wa$(comma)%,$(c_flags)) \
	    -fno-exceptions -fno-rtti -fno-threadsafe-statics \
	    -fno-use-cxa-atexit -fvisibility=default \
	    $(filter -Wframe-larger-than%,$(c_flags)) \
	    $(if $(CONFIG_DEBUG_INFO_BTF_MODULES),-g0) \
	    $(if $(CONFIG_ARM64),-mno-outline-atomics) \
	    -Wall -Wextra -Werror=return-type $(cxxflags-y) $(CXXFLAGS_$(basetarget).o)

quiet_cmd_cxx_o_cc = CXX $(quiet_modtag) $@
      cmd_cxx_o_cc = $(CC) $(cxx_flags) -c -o $@ $< $(cmd_objtool)
# Stock kernels have no CONFIG_CONSTRUCTORS: a dynamic initialiser would silently never run.
cmd_cxx_noctors = $(if $(CONFIG_CONSTRUCTORS),true,if $(OBJDUMP) -h $@ | \
	grep -qE '\.(init_array|ctors)'; then \
		echo "$<: dynamic initialisers are not allowed" >&2; rm -f $@; false; fi)
define rule_cxx_o_cc
	$(call cmd_and_fixdep,cxx_o_cc)
	$(call cmd,cxx_noctors)
	$(call cmd,gen_objtooldep)
endef
$(obj)/%.o: $(src)/%.cc FORCE
	$(call if_changed_rule,cxx_o_cc)
