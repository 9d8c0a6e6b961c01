/* part.c - what a thing found inside of a container is: a document, or something that
 * mails and archives carry along.
 *
 * Told by content first (a PDF is one whatever it is called), then by type and name.
 * When in doubt it is a document: a clerk who rejects a page loses a second, an invoice
 * that nobody saw is lost. What is only listed stays inside the container, with a
 * sentence that says why it was left there. A container that passes a limit is a
 * finding, and then nothing of it is taken: half of a delivery is worse than none. */
#include "part.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

enum {
	NAME_MAX_BYTES = 400,
	PICTURE_LONG_MIN = 500, /* pixels; smaller ones hold no print one could read */
	PICTURE_SHORT_MIN = 200,
	SHOWN_LONG_MIN = 700, /* logos and banners within a text are as large as that */
	SHOWN_SHORT_MIN = 300,
};

const char *part_kind_name(enum part_kind kind)
{
	static const char *const names[PART_KIND_N] = {"document", "listed", "problem"};
	return names[kind];
}

/* --- what is no document ------------------------------------------------------ */

/* mime: a prefix. suffix: of the name. The first row that fits either. */
static const struct no_document {
	const char *mime, *suffix, *code, *text;
} no_documents[] = {
	{"text/calendar", ".ics", "calendar", "An entry for a calendar."},
	{"application/ics", NULL, "calendar", "An entry for a calendar."},
	{"text/vcard", ".vcf", "card", "A business card."},
	{"text/x-vcard", NULL, "card", "A business card."},
	{"application/pgp-signature", ".sig", "signature", "An electronic signature."},
	{"application/pgp-keys", ".asc", "signature",
	 "An electronic signature or key."},
	{"application/pkcs7-signature", ".p7s", "signature",
	 "An electronic signature."},
	{"application/x-pkcs7-signature", NULL, "signature",
	 "An electronic signature."},
	{"message/delivery-status", NULL, "report", "A mail server's report."},
	{"message/disposition-notification", NULL, "report",
	 "A mail program's receipt."},
	{"text/rfc822-headers", NULL, "report",
	 "The head of a mail that was returned."},
	{"application/applefile", NULL, "by-product", "Made along by a program."},
	{NULL, ".ds_store", "by-product", "Made along by a program."},
	{NULL, "thumbs.db", "by-product", "Made along by a program."},
	{NULL, "desktop.ini", "by-product", "Made along by a program."},
	{"image/svg+xml", ".svg", "drawing", "A drawing such as a logo."},
	{"text/html", ".html", "text", "Text."},
	{"text/", ".txt", "text", "Text."},
	{NULL, ".htm", "text", "Text."},
	{NULL, ".csv", "text", "A table as text."},
};

/* What only its owner can open. */
static const struct sealed {
	const char *mime, *start;
} sealed[] = {
	{"application/pkcs7-mime", NULL},
	{"application/x-pkcs7-mime", NULL},
	{"application/pgp-encrypted", NULL},
	{NULL, "-----BEGIN PGP MESSAGE"},
};
static const char sealed_text[] =
	"This part is encrypted: ask its sender for an open copy.";

static bool has_prefix_nocase(const char *s, const char *prefix)
{
	return s && prefix && strncasecmp(s, prefix, strlen(prefix)) == 0;
}

static bool has_suffix_nocase(const char *s, const char *suffix)
{
	size_t n = s ? strlen(s) : 0, m = suffix ? strlen(suffix) : 0;
	return m > 0 && n >= m && strcasecmp(s + n - m, suffix) == 0;
}

static const struct no_document *no_document(const struct found_part *found)
{
	for (size_t i = 0; i < sizeof(no_documents) / sizeof(*no_documents); i++) {
		const struct no_document *row = &no_documents[i];
		if (has_prefix_nocase(found->mime, row->mime) ||
		    has_suffix_nocase(found->name, row->suffix))
			return row;
	}
	return NULL;
}

static bool is_sealed(const struct found_part *found)
{
	for (size_t i = 0; i < sizeof(sealed) / sizeof(*sealed); i++) {
		size_t n = sealed[i].start ? strlen(sealed[i].start) : 0;
		if (has_prefix_nocase(found->mime, sealed[i].mime) ||
		    (n > 0 && found->len >= n &&
		     memcmp(found->bytes, sealed[i].start, n) == 0))
			return true;
	}
	return false;
}

/* What the packing programs of one maker put beside every file. */
static bool is_by_product(const char *name)
{
	const char *base = name ? strrchr(name, '/') : NULL;
	base = base ? base + 1 : name;
	return name && (text_starts(name, "__MACOSX/") || text_starts(base, "._"));
}

/* A mail that merely lies there as text is told by its first lines, and so is many a
 * letter; the type or name must say so too. */
static bool is_called_mail(const struct found_part *found)
{
	return !found->mime || !has_prefix_nocase(found->mime, "text/") ||
	       has_suffix_nocase(found->name, ".eml");
}

/* --- pictures ----------------------------------------------------------------- */

static bool is_picture(enum file_format format)
{
	return format == FORMAT_JPEG || format == FORMAT_PNG || format == FORMAT_GIF ||
	       format == FORMAT_BMP || format == FORMAT_WEBP || format == FORMAT_JP2;
}

/* NULL: it may be a page. */
static const char *picture_is_no_page(const struct found_part *found,
				      enum file_format format, uint64_t *w, uint64_t *h)
{
	struct err err;
	if (image_read_size(found->bytes, found->len, format, 1, w, h, &err) != RC_OK)
		return NULL; /* whoever reads it will say so */
	uint64_t longer = *w > *h ? *w : *h, shorter = *w > *h ? *h : *w;
	if (longer < PICTURE_LONG_MIN || shorter < PICTURE_SHORT_MIN)
		return "small-picture";
	if (found->shown &&
	    (longer < SHOWN_LONG_MIN || shorter < SHOWN_SHORT_MIN || *w > 3 * *h))
		return "signature-picture";
	return NULL;
}

/* --- telling ------------------------------------------------------------------ */

void parts_begin(struct parts *parts, const struct read_env *env, struct doc *doc)
{
	*parts = (struct parts){.env = env, .doc = doc};
}

void parts_refuse(struct parts *parts, const char *code, const char *sentence)
{
	parts->over = true;
	doc_find(parts->doc, code, FINDING_READING, SEVERITY_STOP, "", "%s", sentence);
}

/* Clean, never empty, not too long for a column on a screen. */
static const char *label(struct arena *arena, const char *name, int number)
{
	char *clean = name ? text_clean(arena, name, strlen(name)) : NULL;
	if (!clean || !*clean)
		return arena_printf(arena, "part %d", number);
	size_t len = strlen(clean);
	if (len <= NAME_MAX_BYTES)
		return clean;
	for (len = NAME_MAX_BYTES; ((unsigned char)clean[len] & 0xc0) == 0x80;)
		len--;
	clean[len] = '\0';
	return clean;
}

static bool within_limits(struct parts *parts, const struct part *part)
{
	if (parts->over)
		return false;
	if (part->number > PARTS_MAX)
		parts_refuse(
			parts, "too-many-parts",
			"It holds more parts than one delivery can be. Nothing of it "
			"was taken: ask for it in smaller pieces.");
	else if (parts->bytes + part->size > PARTS_BYTES_MAX)
		parts_refuse(
			parts, "too-large",
			"Unpacked it is larger than one delivery can be. Nothing of "
			"it was taken: ask for it in smaller pieces.");
	return !parts->over;
}

static enum rc tell(struct parts *parts, const struct found_part *found,
		    enum part_kind kind, const char *code, const char *text,
		    struct err *err)
{
	struct arena *arena = parts->doc->arena;
	struct part part = {.number = ++parts->n,
			    .kind = kind,
			    .name = label(arena, found->name, parts->n),
			    .mime = found->mime ? text_clean(arena, found->mime,
							     strlen(found->mime))
						: NULL,
			    .code = code,
			    .text = text,
			    .size = (int64_t)found->len};
	if (!within_limits(parts, &part))
		return RC_OK;
	bool whole = kind == PART_DOCUMENT;
	parts->taken += kind != PART_LISTED;
	parts->bytes += whole ? part.size : 0;
	if (!parts->env->part_done)
		return RC_OK;
	enum rc rc = parts->env->part_done(parts->env->ctx, &part,
					   whole ? found->bytes : NULL,
					   whole ? found->len : 0, err);
	if (parts->env->alive)
		parts->env->alive(parts->env->ctx);
	return rc;
}

enum rc parts_list(struct parts *parts, const struct found_part *found,
		   const char *code, const char *text, struct err *err)
{
	return tell(parts, found, PART_LISTED, code, text, err);
}

enum rc parts_problem(struct parts *parts, const struct found_part *found,
		      const char *code, const char *text, struct err *err)
{
	return tell(parts, found, PART_PROBLEM, code, text, err);
}

static enum rc take(struct parts *parts, const struct found_part *found,
		    struct err *err)
{
	return tell(parts, found, PART_DOCUMENT, found->note_code,
		    found->note_code ? found->note : NULL, err);
}

static enum rc add_picture(struct parts *parts, const struct found_part *found,
			   enum file_format format, struct err *err)
{
	uint64_t w = 0, h = 0;
	const char *no = picture_is_no_page(found, format, &w, &h);
	if (!no)
		return tell(parts, found, PART_DOCUMENT, NULL, NULL, err);
	return parts_list(
		parts, found, no,
		arena_printf(parts->doc->arena,
			     "A picture of %llu x %llu pixels, such as a logo.",
			     (unsigned long long)w, (unsigned long long)h),
		err);
}

enum rc parts_add(struct parts *parts, const struct found_part *found, struct err *err)
{
	const struct no_document *no = no_document(found);
	enum file_format format = format_sniff(found->bytes, found->len);

	if (is_by_product(found->name))
		return parts_list(parts, found, "by-product",
				  "Made along by a program.", err);
	if (is_sealed(found))
		return parts_problem(parts, found, "encrypted", sealed_text, err);
	if (format == FORMAT_EMPTY)
		return parts_problem(parts, found, "empty",
				     "This part is empty: ask its sender for it.", err);
	if (is_picture(format))
		return add_picture(parts, found, format, err);
	bool told = format != FORMAT_UNKNOWN && format != FORMAT_PNM;
	if (no && (!told || (format == FORMAT_MAIL && !is_called_mail(found)) ||
		   strcmp(no->code, "drawing") == 0))
		return parts_list(parts, found, no->code, no->text, err);
	return take(parts, found, err);
}
