# Intray. `make` builds build/intrayd and build/intray; see README.md for the rest.
# Every .c below daemon/ and stages/ goes into one archive, except the two main files;
# every tests/unit/test_*.c and tests/db/test_*.c is a program of its own.

BUILD   ?= build
PREFIX  ?= /usr/local
VERSION := 0.1.0
MODE    ?= release

PKGS := libpq libxml-2.0 zbar lept libjpeg tesseract libseccomp jansson libsystemd libtiff-4 libmicrohttpd \
	libsodium liboath freetype2 gmime-3.0 libarchive libqrencode libcurl
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wwrite-strings -Wcast-qual -Wformat=2 -Wvla -Wswitch-enum -Wimplicit-fallthrough \
	-Wnull-dereference -Wconversion -Wno-sign-conversion -Wundef
ifeq ($(CI),true)
WARN += -Werror
endif

ifeq ($(MODE),asan)
OPT := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LDOPT := -fsanitize=address,undefined
DEFS := -DINTRAY_SANITIZED
else
OPT := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
LDOPT := -pie -Wl,-z,relro,-z,now
DEFS :=
endif

# Asked once, and only when something is built: `make deps` may install pkg-config first.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PKGS) | sed 's/-I/-isystem /g'))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PKGS)))$(PKG_LIBS)

# One short line a step; `make V=1` shows the commands.
ifeq ($(V),1)
Q   :=
SAY := @:
else
Q   := @
SAY := @printf '  %-4s %s\n'
endif
CFLAGS  += -std=c17 -D_GNU_SOURCE $(WARN) $(OPT) $(DEFS) -iquote include -iquote . -MMD -MP \
	-DINTRAY_VERSION='"$(VERSION)"' -DINTRAY_PREFIX='"$(PREFIX)"'
# liblinear has no .pc file.
LDLIBS  = $(PKG_LIBS) -llinear -lgomp -lm

MAINS   := daemon/supervisor/main.c daemon/cli/main.c
SRC     := $(filter-out $(MAINS),$(wildcard daemon/*/*.c stages/*.c))
OBJ     := $(SRC:%.c=$(BUILD)/%.o)
TESTSRC := $(wildcard tests/unit/test_*.c tests/db/test_*.c)
# The database's tests share one program, because they share one throwaway cluster.
DBTESTOBJ := $(patsubst %.c,$(BUILD)/%.o,$(filter-out tests/db/test_%,$(wildcard tests/db/*.c)))
TESTBIN := $(TESTSRC:%.c=$(BUILD)/%)
SQL     := $(sort $(wildcard sql/migrate/*.sql sql/api/*.sql sql/connect/*.sql sql/copy/*.sql sql/query/*/*.sql))
WWW     := $(sort $(wildcard daemon/desk/www/*))

.PHONY: all always tessdata clean model check samples demo asan bench soak install deps tests

all: $(BUILD)/intrayd $(BUILD)/intray $(BUILD)/tessdata/.tried

# Accurate OCR models, fetched once; without a network everything works without them.
$(BUILD)/tessdata/.tried:
	$(SAY) GET $(BUILD)/tessdata
	@sh tests/models.sh $(BUILD)/tessdata eng deu && touch $@
tessdata:
	@sh tests/models.sh $(BUILD)/tessdata eng deu fra spa

# Installs what is missing (apt; sudo only when not root); quick when nothing is.
deps:
	@sh tests/deps.sh

# Of two functions of one name a linker silently takes the first it meets in an archive.
$(BUILD)/libintray.a: $(OBJ) $(BUILD)/sql.o $(BUILD)/www.o $(BUILD)/preload.o
	$(SAY) AR $@
	@rm -f $@
	$(Q)ar rcs $@ $^
	@nm -g --defined-only $@ | awk '$$2 == "T" && seen[$$3]++ { print "defined twice: " $$3; bad = 1 } \
		END { exit bad }' || { rm -f $@; exit 1; }

$(BUILD)/intrayd: $(BUILD)/daemon/supervisor/main.o $(BUILD)/libintray.a
	$(SAY) LD $@
	$(Q)$(CC) $(LDOPT) -o $@ $^ $(LDLIBS)
$(BUILD)/intray: $(BUILD)/daemon/cli/main.o $(BUILD)/libintray.a
	$(SAY) LD $@
	$(Q)$(CC) $(LDOPT) -o $@ $^ $(LDLIBS)

# sql/**.sql as a table of C strings: { "query/worker/job_claim", "..." }.
$(BUILD)/sql.c: sql/embed.awk $(SQL) | $(BUILD)
	$(SAY) SQL $@
	$(Q)awk -f sql/embed.awk $(SQL) >$@.tmp && mv $@.tmp $@
$(BUILD)/sql.o: $(BUILD)/sql.c
	$(SAY) CC $<
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<

# The page the same way.
$(BUILD)/www.c: daemon/desk/embed.awk $(WWW) | $(BUILD)
	$(SAY) WWW $@
	$(Q)awk -f daemon/desk/embed.awk $(WWW) >$@.tmp && mv $@.tmp $@
$(BUILD)/www.o: $(BUILD)/www.c
	$(SAY) CC $<
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<

# What PDF tools are started with: a shared object, carried as bytes.
PRELOAD := $(wildcard daemon/worker/preload/*.c)
$(BUILD)/preload.so: $(PRELOAD) $(wildcard daemon/worker/preload/*.h) | $(BUILD)
	$(SAY) LD $@
	$(Q)$(CC) -std=c17 -D_GNU_SOURCE $(WARN) -O2 -fPIC -shared -nostdlib -Wl,-s,-z,noseparate-code -o $@ $(PRELOAD)
$(BUILD)/preload.c: $(BUILD)/preload.so
	$(SAY) GEN $@
	$(Q){ echo '#include "launch.h"'; echo 'const unsigned char preload_so[] = {'; \
		od -An -v -tx1 $< | sed 's/ \(..\)/0x\1,/g'; echo '};'; \
		echo 'const size_t preload_so_len = sizeof(preload_so);'; } >$@.tmp && mv $@.tmp $@
$(BUILD)/preload.o: $(BUILD)/preload.c
	$(SAY) CC $<
	$(Q)$(CC) $(CFLAGS) -iquote daemon/worker -c -o $@ $<

# What is compiled in from the command line; changes when that does.
$(BUILD)/given: always | $(BUILD)
	@echo '$(VERSION) $(PREFIX)' | cmp -s - $@ || echo '$(VERSION) $(PREFIX)' >$@
$(BUILD)/daemon/base/settings.o: $(BUILD)/given

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(Q)$(CC) $(CFLAGS) $(PKG_CFLAGS) -c -o $@ $<

# What is read must not depend on whether a processor can do a product and a sum at once.
$(BUILD)/stages/ocr_kernel.o: CFLAGS += -ffp-contract=off
# Loops over every byte of a page, written to be vectorised.
ifneq ($(MODE),asan)
$(BUILD)/stages/image_rotate.o $(BUILD)/stages/image_drawn.o $(BUILD)/stages/ocr_kernel.o: CFLAGS += -O3
endif

$(BUILD):
	@mkdir -p $@

$(TESTBIN): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/libintray.a
	$(SAY) LD $@
	$(Q)$(CC) $(LDOPT) -o $@ $(filter %.o,$^) $(BUILD)/libintray.a $(LDLIBS) -lcmocka

$(BUILD)/tests/db/test_db: $(DBTESTOBJ)
$(BUILD)/tests/db/test_worker: $(BUILD)/tests/db/harness.o

$(BUILD)/tests/e2e/erp_server: tests/e2e/erp_server.c $(BUILD)/libintray.a
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(CC) $(CFLAGS) $(LDOPT) -o $@ $^ $(LDLIBS)

# Makes the invoices of tests/e2e/test_boundaries.sh.
$(BUILD)/tests/e2e/long_invoices: $(BUILD)/tests/e2e/long_invoices.o \
		$(BUILD)/tests/samples/gen/papers.o $(BUILD)/tests/samples/gen/pdf_out.o \
		$(BUILD)/tests/samples/gen/scan.o $(BUILD)/libintray.a
	$(SAY) LD $@
	$(Q)$(CC) $(LDOPT) -o $@ $^ $(LDLIBS)

$(BUILD)/tests/fault/cut_power: tests/fault/cut_power.c | $(BUILD)
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(CC) $(CFLAGS) $(LDOPT) -o $@ $<

# Makes the mails of tests/e2e/test_mail.sh.
$(BUILD)/tests/unit/test_mail: $(BUILD)/tests/mail/packs.o
$(BUILD)/tests/mail/mailbag: $(BUILD)/tests/mail/mailbag.o $(BUILD)/tests/mail/packs.o \
		$(BUILD)/libintray.a
	$(SAY) LD $@
	$(Q)$(CC) $(LDOPT) -o $@ $^ $(LDLIBS)

# A stack of pages, scanned badly: tests/bench/separators.sh.
$(BUILD)/tests/bench/stack: tests/bench/stack.c | $(BUILD)
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(CC) $(CFLAGS) $(LDOPT) -o $@ $< -llept

# Scans made of pages that were read before: how well documents are told apart.
$(BUILD)/tests/bench/boundaries: $(BUILD)/tests/bench/boundaries.o $(BUILD)/libintray.a
	$(SAY) LD $@
	$(Q)$(CC) $(LDOPT) -o $@ $^ $(LDLIBS)

tests: $(TESTBIN) $(BUILD)/tests/fault/cut_power $(BUILD)/tests/e2e/erp_server $(BUILD)/tests/mail/mailbag \
		$(BUILD)/tests/e2e/long_invoices

check:
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory -j$$(nproc) all tests
	@BUILD=$(BUILD) sh tests/run.sh

asan:
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory -j$$(nproc) MODE=asan BUILD=build-asan all tests
	@BUILD=build-asan SANITIZED=1 sh tests/run.sh

# The committed samples, made anew (needs the fonts of fonts-urw-base35 to render scans).
GENOBJ := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/samples/gen/*.c))
$(BUILD)/tests/samples/gen/gen: $(GENOBJ) $(BUILD)/libintray.a
	$(SAY) LD $@
	$(Q)$(CC) $(LDOPT) -o $@ $^ $(LDLIBS)
samples: $(BUILD)/tests/samples/gen/gen
	@mkdir -p tests/samples/documents
	$< tests/samples/documents

demo:
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@BUILD=$(BUILD) sh tests/samples/demo.sh

# The model of how sure values are, anew from the labelled documents in DATA; CACHE keeps
# what was read of them. Minutes without a cache, seconds with one.
DATA    ?= ../shared/data
LABELLED := sroie receipts-real invoices-digital invoices-scan invoice2data cms1500
model: all
	$(BUILD)/intray train --out schemas $(if $(CACHE),--cache $(CACHE)) $(LABELLED:%=$(DATA)/%)

# With ocrmypdf, which nothing else needs. JSON=1, N=, ROUNDS=, KINDS=: tests/bench/bench.sh.
bench:
	@sh tests/deps.sh ocrmypdf img2pdf
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@BUILD=$(BUILD) sh tests/bench/bench.sh $(if $(JSON),--json)
soak: all tests
	@BUILD=$(BUILD) sh tests/fault/soak.sh

# With DESTDIR for packages; PREFIX is also compiled in, so another one compiles anew.
UNITDIR ?= /lib/systemd/system
UNITS   := $(wildcard systemd/*.service systemd/*.target)
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/intray/schemas \
		$(DESTDIR)$(UNITDIR) $(DESTDIR)/usr/lib/sysusers.d $(DESTDIR)/usr/lib/tmpfiles.d \
		$(DESTDIR)/etc/intray
	install -m 755 $(BUILD)/intrayd $(BUILD)/intray $(DESTDIR)$(PREFIX)/bin
	install -m 644 schemas/*.xsd schemas/trust.model $(DESTDIR)$(PREFIX)/share/intray/schemas
	for m in $(BUILD)/tessdata/*.traineddata; do \
		[ ! -e "$$m" ] || install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/intray/tessdata "$$m"; \
	done
	for u in $(UNITS); do \
		sed 's|@PREFIX@|$(PREFIX)|' $$u >$(DESTDIR)$(UNITDIR)/$${u#systemd/}; \
	done
	install -d $(DESTDIR)$(PREFIX)/share/intray/mappings
	install -m 644 daemon/deliver/mappings/* $(DESTDIR)$(PREFIX)/share/intray/mappings
	install -m 644 systemd/sysusers.conf $(DESTDIR)/usr/lib/sysusers.d/intray.conf
	install -m 644 systemd/tmpfiles.conf $(DESTDIR)/usr/lib/tmpfiles.d/intray.conf
	[ -e $(DESTDIR)/etc/intray/intray.conf ] || \
		install -m 644 systemd/intray.conf $(DESTDIR)/etc/intray/intray.conf

clean:
	rm -rf build build-*

-include $(OBJ:.o=.d) $(TESTBIN:=.d) $(DBTESTOBJ:.o=.d)
