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
	modules/baton/control/*.c modules/baton/record/*.c) \
	modules/baton/front.c)

# Nor does what is fetched
UNIT_FETCH_O := $(patsubst %.c,$(B)/obj/%.o,$(wildcard \
	modules/baton/fetch/*.c))

$(B)/unit/%: $(B)/obj/tests/unit/%.o $(UNIT_SHARED_O) $(UNIT_CONTROL_O) \
		$(UNIT_FETCH_O) $(B)/pure.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(SANFLAG) -o $@ $^ $(PKG_LIBS) -lcmocka -lpthread -lm

.SECONDARY: $(UNIT_B:$(B)/unit/%=$(B)/obj/tests/unit/%.o) $(UNIT_SHARED_O)

# What the golden files are read with: a carrier's bytes in, JSON out
$(B)/bin/context-dump: $(B)/obj/tests/golden/dump.o $(B)/pure.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(SANFLAG) -o $@ $^ $(PKG_LIBS) -lpthread -lm
	@echo "  built $@"

unit: $(UNIT_B) $(B)/bin/context-dump
	@for t in $(UNIT_B); do $$t || exit 1; done

# Fuzz targets, one file each. libFuzzer runs them in `make fuzz`; `make check`
# reads the corpus and the golden files with the compiler of the day
FUZZ_TARGETS := json vcon uui header multipart merge jws replaces policy \
	where target
FUZZ_SHARED_C := tests/fuzz/holds.c tests/fuzz/signer.c
FUZZ_PURE_C := $(wildcard $(patsubst %,modules/baton/%/*.c,context context/* \
	handoff fetch))
FUZZ_CC := clang
FUZZ_FLAGS := $(CSTD) $(WARN) -O1 -g -fno-omit-frame-pointer -fPIC \
	-fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=undefined -DBATON_VERSION=\"$(VERSION)\" \
	-Imodules/baton -MMD -MP
FUZZ_OBJ := $(B)/obj/libfuzzer
FUZZ_B := $(FUZZ_TARGETS:%=$(B)/fuzz/bin/%)
REPLAY_B := $(FUZZ_TARGETS:%=$(B)/replay/%)

$(FUZZ_OBJ)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) $(PKG_CFLAGS) -c $< -o $@

$(B)/fuzz/pure.a: $(FUZZ_PURE_C:%.c=$(FUZZ_OBJ)/%.o)
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(FUZZ_B): $(B)/fuzz/bin/%: $(FUZZ_OBJ)/tests/fuzz/%.o \
		$(FUZZ_OBJ)/tests/fuzz/driver.o \
		$(FUZZ_SHARED_C:%.c=$(FUZZ_OBJ)/%.o) $(B)/fuzz/pure.a
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) -fsanitize=fuzzer,address,undefined -o $@ $^ \
		$(PKG_LIBS) -lpthread -lm

$(REPLAY_B): $(B)/replay/%: $(B)/obj/tests/fuzz/%.o \
		$(B)/obj/tests/fuzz/replay.o \
		$(FUZZ_SHARED_C:%.c=$(B)/obj/%.o) \
		$(patsubst %.c,$(B)/obj/%.o,$(wildcard \
		modules/baton/fetch/*.c)) $(B)/pure.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(SANFLAG) -o $@ $^ $(PKG_LIBS) -lcmocka -lpthread -lm

.SECONDARY: $(FUZZ_SHARED_C:%.c=$(B)/obj/%.o) $(FUZZ_TARGETS:%=\
	$(FUZZ_OBJ)/tests/fuzz/%.o) $(FUZZ_TARGETS:%=$(B)/obj/tests/fuzz/%.o)

fuzz: $(FUZZ_B)
	@B=$(B) sh tests/fuzz/run.sh $(FUZZ_TARGETS)

# What was found goes into the corpus, as little of it as covers the same
fuzz-keep: $(FUZZ_B)
	@B=$(B) sh tests/fuzz/keep.sh $(FUZZ_TARGETS)

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

# The person's ear and mouth, in the host that is tested
$(B)/obj/tests/sip/%.o: ROOM_FLAGS = $(HOST_INC) -DHOST_MAJOR=$(HOST_MAJOR)

$(B)/modules/ear.so: $(B)/obj/tests/sip/ear.o
	@mkdir -p $(@D)
	$(Q)$(CC) -shared $(SANFLAG) -Wl,-soname,ear.so -o $@ $^ \
		-lpthread -lm
	@echo "  built $@"

# Signals that come too late, in whatever it is preloaded into
$(B)/bin/late.so: $(B)/obj/tests/sip/late.o
	@mkdir -p $(@D)
	$(Q)$(CC) -shared -o $@ $^ -ldl
	@echo "  built $@"

check: all $(B)/modules/ear.so $(if $(SAN),,$(B)/bin/late.so) $(UNIT_B) $(REPLAY_B) $(B)/bin/context-dump $(if $(HAVE_GTK),$(B)/bin/panel-demo)
	@B=$(B) SAN=$(SAN) UNIT="$(UNIT_B)" REPLAY="$(REPLAY_B)" HOST=$(HOST) \
		BARESIP=$(HOST_BARESIP) HOST_LD=$(HOST_LIBDIR) \
		HOST_VERSION=$(HOST_VERSION) sh tests/check.sh

# Reading alone, beside json-c; signs with what the fuzz target signs with
$(B)/bin/context-bench: $(B)/obj/tests/bench/reading.o \
		$(B)/obj/tests/fuzz/signer.o $(B)/obj/tests/fuzz/driver.o \
		$(B)/pure.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(SANFLAG) -o $@ $^ $(PKG_LIBS) -lpthread -lm
	@echo "  built $@"

bench: all $(B)/bin/context-bench $(B)/modules/ear.so
	@B=$(B) sh tests/bench/run.sh
