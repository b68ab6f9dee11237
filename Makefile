# Baton: make, make demo, make check; README.md says what each target does.
#
# Two passes: the first finds or builds what is needed (packages, the host)
# and calls this file again with the host known.

SHELL   := /bin/sh
BUILD   := build
MAKEFLAGS += --no-print-directory

TARGETS := all modules sim check demo bench fuzz fuzz-keep soak \
	screenshots panel-demo lint install env unit

.PHONY: $(TARGETS) deps clean
.DEFAULT_GOAL := all

ifndef INSIDE

# HEADLESS=1 needs neither GTK nor a display
GTK_SETS  := $(if $(HEADLESS),,gtk)
CHECK_FOR := $(filter check bench soak unit,$(MAKECMDGOALS))
SETS      := core $(if $(HEADLESS),,audio) $(GTK_SETS) \
	$(if $(filter demo screenshots panel-demo,$(MAKECMDGOALS)),\
	$(if $(HEADLESS)$(DISPLAY)$(WAYLAND_DISPLAY),,screen)) \
	$(if $(CHECK_FOR),check gtk screen) \
	$(if $(filter fuzz fuzz-keep,$(MAKECMDGOALS)),fuzz) \
	$(if $(filter lint,$(MAKECMDGOALS)),lint check)

$(TARGETS): deps
	@$(MAKE) INSIDE=1 $@

# make env is for scripts: its standard output has nothing but KEY=value
deps:
	@{ sh share/build/deps.sh $(SETS) && \
	BUILD=$(BUILD) BARESIP_PREFIX=$(BARESIP_PREFIX) \
		sh share/build/host.sh; } $(if $(filter env,$(MAKECMDGOALS)),>&2)

clean:
	rm -rf $(BUILD)

else

include $(BUILD)/host.mk

VARIANT := $(if $(SAN),-san)$(if $(findstring clang,$(CC)),-clang)
B       := $(BUILD)/$(HOST)$(VARIANT)
PKGS    := json-c zlib libcrypto libcurl
VERSION := 0.1.0

comma   := ,
CSTD    := -std=c11 -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L
WARN    := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wformat=2
OPT     := -O2 -g -fno-strict-aliasing -fstack-protector-strong
SANFLAG := $(if $(SAN),-fsanitize=address$(comma)undefined \
	-fno-sanitize-recover=undefined -fno-omit-frame-pointer)
ALLFLAGS := $(CSTD) $(WARN) $(OPT) $(SANFLAG) -fPIC -fvisibility=hidden \
	-DBATON_VERSION=\"$(VERSION)\" -Imodules/baton -MMD -MP $(CFLAGS)

PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS))
PKG_LIBS   := $(shell pkg-config --libs $(PKGS))
# The host's headers are not ours to warn of
HOST_INC   := $(patsubst -I%,-isystem %,$(HOST_CFLAGS))
HOST_RUN   := $(if $(HOST_LIBDIR),-Wl$(comma)-rpath$(comma)$(HOST_LIBDIR))

HAVE_GTK := $(shell pkg-config --exists gtk+-3.0 && echo yes)

include modules/module.mk
ifeq ($(HAVE_GTK),yes)
include ui/ui.mk
endif
include tests/tests.mk

all: modules sim

modules: $(MODULES) $(B)/modules/.linked

# One folder that holds the host's modules and ours, for module_path
$(B)/modules/.linked: $(B)/host.linked $(MODULES)
	@touch $@

$(B)/host.linked: $(BUILD)/$(HOST)/host.mk
	@mkdir -p $(B)/modules
	@for m in $(HOST_MODULES)/*.so; do \
		ln -sf "$$m" $(B)/modules/; done
	@touch $@

# Room by room, so that each sees only what it may
$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALLFLAGS) $(PKG_CFLAGS) $(ROOM_FLAGS) -c $< -o $@

ifndef V
Q := @
endif

env:
	@$(MAKE) INSIDE=1 all >/dev/null
	@echo "BARESIP=$(HOST_BARESIP)"
	@echo "BARESIP_VERSION=$(HOST_VERSION)"
	@echo "LD_LIBRARY_PATH=$(HOST_LIBDIR)"
	@echo "MODULE_PATH=$(abspath $(B)/modules)"
	@echo "SIM=$(abspath $(B)/bin/baton-sim)"

PREFIX    ?= /usr/local
MODULEDIR ?= $(HOST_MODULES)
install: all
	install -d $(DESTDIR)$(MODULEDIR) $(DESTDIR)$(PREFIX)/bin \
		$(DESTDIR)$(PREFIX)/share/baton
	install -m 644 $(MODULES) $(DESTDIR)$(MODULEDIR)/
	install -m 755 $(B)/bin/baton-sim $(DESTDIR)$(PREFIX)/bin/
	cp -r share/examples share/config.example share/context.schema.json \
		share/doc README.md LICENSE $(DESTDIR)$(PREFIX)/share/baton/

demo: all
	@B=$(B) sh share/build/demo.sh

lint:
	@sh share/build/lint.sh

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)

endif
