# baton_gtk.so: the panel

UI_C     := $(filter-out ui/module.c,$(wildcard ui/*.c))
UI_O     := $(UI_C:%.c=$(B)/obj/%.o) $(B)/obj/ui/resources.o
UI_FILES := ui/baton.gresource.xml $(wildcard ui/*.ui ui/*.css ui/icons/*)

GTK_CFLAGS := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags gtk+-3.0))
GTK_LIBS   := $(shell pkg-config --libs gtk+-3.0) \
	$(shell pkg-config --libs x11 2>/dev/null)

PANEL_FLAGS := $(GTK_CFLAGS) \
	-DBATON_LOCALEDIR=\"$(or $(PREFIX),/usr/local)/share/locale\"

$(B)/obj/ui/%.o: ROOM_FLAGS = $(PANEL_FLAGS)
$(B)/obj/ui/module.o: ROOM_FLAGS = $(HOST_INC)

$(B)/gen/resources.c: $(UI_FILES)
	@mkdir -p $(@D)
	$(Q)glib-compile-resources --sourcedir=ui --generate-source \
		--c-name baton --manual-register --target=$@ ui/baton.gresource.xml

$(B)/obj/ui/resources.o: $(B)/gen/resources.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALLFLAGS) -Wno-error -Wno-missing-prototypes $(GTK_CFLAGS) \
		-c $< -o $@

MODULES += $(B)/modules/baton_gtk.so

# Never unloaded: GObject types of a closed library would stay registered
$(B)/modules/baton_gtk.so: $(UI_O) $(B)/obj/ui/module.o $(B)/modules/baton.so
	$(Q)$(CC) -shared $(SANFLAG) -Wl,-soname,baton_gtk.so \
		-Wl,-z,nodelete -Wl,-rpath,'$$ORIGIN' -o $@ \
		$(UI_O) $(B)/obj/ui/module.o \
		-L$(B)/modules -l:baton.so $(GTK_LIBS)
	@echo "  built $@"
