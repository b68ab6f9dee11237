# The simulator, the tests and the benchmarks

SIM_O := $(patsubst %.c,$(B)/obj/%.o,$(wildcard tests/sim/*.c))
$(B)/obj/tests/sim/%.o: ROOM_FLAGS = $(HOST_INC)

sim: $(B)/bin/baton-sim

$(B)/bin/baton-sim: $(SIM_O)
	@mkdir -p $(@D)
	$(Q)$(CC) $(SANFLAG) -o $@ $^ $(HOST_LIBS) $(HOST_RUN) $(PKG_LIBS) \
		-lpthread -lm
	@echo "  built $@"

# Unit tests: one program a file, against nothing but the pure rooms
UNIT_B := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard \
	tests/unit/test_*.c))

# What several of them share, a fake host for one
UNIT_SHARED_O := $(patsubst %.c,$(B)/obj/%.o,$(filter-out \
	$(wildcard tests/unit/test_*.c),$(wildcard tests/unit/*.c)))

# The commands know nothing of the host either
UNIT_CONTROL_O := $(patsubst %.c,$(B)/obj/%.o,$(wildcard \
	modules/baton/control/*.c) modules/baton/record/tally.c \
	modules/baton/front.c)

$(B)/unit/%: $(B)/obj/tests/unit/%.o $(UNIT_SHARED_O) $(UNIT_CONTROL_O) \
		$(B)/pure.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(SANFLAG) -o $@ $^ $(PKG_LIBS) -lcmocka -lpthread -lm

.SECONDARY: $(UNIT_B:$(B)/unit/%=$(B)/obj/tests/unit/%.o) $(UNIT_SHARED_O)

unit: $(UNIT_B)
	@for t in $(UNIT_B); do $$t || exit 1; done

ifeq ($(HAVE_GTK),yes)
# The panel on made-up data, without SIP
PANEL_O := $(patsubst %.c,$(B)/obj/%.o,$(wildcard tests/gui/*.c))
$(B)/obj/tests/gui/%.o: ROOM_FLAGS = $(GTK_CFLAGS) -Iui

$(B)/bin/panel-demo: $(PANEL_O) $(UI_O) $(B)/pure.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(SANFLAG) -o $@ $^ $(PKG_LIBS) $(GTK_LIBS) -lpthread -lm
	@echo "  built $@"

panel-demo: $(B)/bin/panel-demo
	@$(B)/bin/panel-demo

screenshots: $(B)/bin/panel-demo
	@B=$(B) sh tests/gui/screenshots.sh
endif

check: all $(UNIT_B) $(if $(HAVE_GTK),$(B)/bin/panel-demo)
	@B=$(B) SAN=$(SAN) UNIT="$(UNIT_B)" HOST=$(HOST) \
		BARESIP=$(HOST_BARESIP) HOST_LD=$(HOST_LIBDIR) \
		HOST_VERSION=$(HOST_VERSION) sh tests/check.sh

bench: all
	@B=$(B) sh tests/bench/run.sh
