# baton.so: the plugin, no GTK

ROOMS   := context handoff fetch host control record
BATON_C := $(wildcard modules/baton/*.c $(ROOMS:%=modules/baton/%/*.c) \
	modules/baton/context/*/*.c)
BATON_O := $(BATON_C:%.c=$(B)/obj/%.o)

# context/ and handoff/ know nothing of the host: so it is not in their path
PURE_O  := $(patsubst %.c,$(B)/obj/%.o,$(wildcard \
	modules/baton/context/*.c modules/baton/context/*/*.c \
	modules/baton/handoff/*.c))

HOST_MAJOR := $(firstword $(subst ., ,$(HOST_VERSION)))
$(B)/obj/modules/baton/host/%.o: ROOM_FLAGS = $(HOST_INC) -DHOST_MAJOR=$(HOST_MAJOR)
$(B)/obj/modules/baton/module.o: ROOM_FLAGS = $(HOST_INC)

MODULES += $(B)/modules/baton.so

# The host's TLS connections are looked at
SSL_LIBS := $(shell pkg-config --libs libssl)

# The panel finds this library by its name once the host has loaded it
$(B)/modules/baton.so: $(BATON_O)
	@mkdir -p $(@D)
	$(Q)$(CC) -shared $(SANFLAG) -Wl,-soname,baton.so -o $@ $^ \
		$(PKG_LIBS) $(SSL_LIBS) -lpthread -lm
	@echo "  built $@"

$(B)/pure.a: $(PURE_O)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^
