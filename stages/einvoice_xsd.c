/* einvoice_xsd.c - electronic invoices held against the official schemas.
 *
 * OASIS and UN/CEFACT publish XSDs for UBL and CII. They are not ours to ship, so the
 * setting einvoice_xsd names a folder with them, at any depth and as published. Here
 * the files that describe an invoice are found by their target namespace and compiled,
 * once and before the jail closes; what they import is served from that folder only.
 * Every breach of such a schema becomes a finding "einvoice-xsd" that names element and
 * line. Where the folder has several editions of one standard, an invoice need follow
 * only one of them. An invoice of a standard that the folder does not have is not
 * checked; a folder without any such schema, or with one that can't be compiled, is
 * refused, so that nobody believes in a check that never runs. */
#include "einvoice_xsd.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>

#include "einvoice_map.h"
#include "proc.h"
#include "text.h"

#define CODE "einvoice-xsd"
#define MOST_TOLD 20 /* what is thoroughly wrong need not be told in full */

struct edition { /* one XSD that describes invoices */
	const struct format *format;
	struct compiled_schema *schema;
};

struct einvoice_xsds {
	struct arena *arena;
	struct edition *editions;
	size_t n, cap;
};

/* --- loading ---------------------------------------------------------- */

static bool declares(struct arena *scratch, const struct xml_node *schema,
		     const char *element)
{
	const struct xml_node *at = xml_child(schema, "element");

	for (; at; at = xml_next_same(at)) {
		const char *name = xml_attr(scratch, at, "name");

		if (name && strcmp(name, element) == 0)
			return true;
	}
	return false;
}

/* The format whose root element this file describes, or NULL. Most files of the folder
 * are lists of codes; they do not even mention such a namespace. */
static const struct format *described_format(const struct mapping *file)
{
	const struct format *format = einvoice_formats;
	AUTO_ARENA scratch = arena_new();
	AUTO_XML tree = NULL;
	struct err ignored;
	const char *ns;

	while (format->root &&
	       !memmem(file->bytes, file->len, format->ns, strlen(format->ns)))
		format++;
	if (format->root == NULL ||
	    xml_parse(file->bytes, file->len, &tree, &ignored) != RC_OK)
		return NULL;
	ns = xml_attr(scratch, xml_root(tree), "targetNamespace");
	for (format = einvoice_formats; ns && format->root; format++)
		if (strcmp(ns, format->ns) == 0 &&
		    declares(scratch, xml_root(tree), format->root))
			return format;
	return NULL;
}

static enum rc load_file(struct einvoice_xsds *xsds, const char *dir, const char *name,
			 struct err *err)
{
	const char *path = arena_printf(xsds->arena, "%s/%s", dir, name);
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO_MAPPING file = {NULL, 0};
	struct edition edition = {0};
	enum rc rc;

	if (fd < 0)
		return err_errno(err, RC_FAIL, "%s", path);
	rc = mapping_open(fd, &file, err);
	if (rc != RC_OK)
		return err_wrap(err, RC_FAIL, "%s", path);
	edition.format = described_format(&file);
	if (edition.format == NULL)
		return RC_OK;
	rc = xml_schema_compile_below(dir, name, file.bytes, file.len, &edition.schema,
				      err);
	if (rc != RC_OK)
		return err_wrap(err, rc, "%s", path);
	*arena_push(xsds->arena, xsds->editions, xsds->n, xsds->cap) = edition;
	return RC_OK;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static enum rc load_folder(struct einvoice_xsds *xsds, const char *dir, struct err *err)
{
	char *const roots[] = {arena_strdup(xsds->arena, dir), NULL};
	FTS *walk = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
	enum rc rc = RC_OK;
	FTSENT *at;

	if (walk == NULL)
		return err_errno(err, RC_FAIL, "%s", dir);
	while (rc == RC_OK && (at = fts_read(walk)) != NULL) {
		if (at->fts_info == FTS_NS || at->fts_info == FTS_DNR) {
			errno = at->fts_errno;
			rc = err_errno(err, RC_FAIL, "%s", at->fts_path);
		} else if (at->fts_info == FTS_F && text_ends(at->fts_name, ".xsd")) {
			rc = load_file(xsds, dir, at->fts_path + strlen(dir) + 1, err);
		}
	}
	fts_close(walk);
	return rc;
}

enum rc einvoice_xsds_load(const char *dir, struct einvoice_xsds **out, struct err *err)
{
	struct arena *arena = arena_new();
	struct einvoice_xsds *xsds = arena_alloc(arena, sizeof(*xsds));
	enum rc rc;

	*xsds = (struct einvoice_xsds){.arena = arena};
	rc = load_folder(xsds, dir, err);
	if (rc == RC_OK && xsds->n == 0)
		rc = err_set(err, RC_FAIL,
			     "%s has no XSD of UBL or CII invoices, at any depth", dir);
	if (rc != RC_OK) {
		einvoice_xsds_free(&xsds);
		rc = err_wrap(err, rc, "einvoice_xsd");
	}
	*out = xsds;
	return rc;
}

void einvoice_xsds_free(struct einvoice_xsds **xsds)
{
	struct einvoice_xsds *x = *xsds;

	*xsds = NULL;
	if (x == NULL)
		return;
	for (size_t i = 0; i < x->n; i++)
		xml_schema_free(&x->editions[i].schema);
	struct arena *arena = x->arena; /* which x itself lies in */
	arena_free(&arena);
}

/* --- checking --------------------------------------------------------- */

struct breaches { /* of one edition */
	struct arena *arena;
	const char *root; /* name of the root element */
	const char **sentences;
	size_t n, cap;
	const char *last_path; /* some faults are complained of twice */
	int last_line;
};

static const char *last_name(const char *path, const char *root)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : *path ? path : root;
}

/* The library says which elements would have been right, as "{namespace}Name". */
static const char *expected_names(struct arena *arena, const char *text)
{
	enum { MOST = 3 };
	const char *at = strstr(text, "Expected is");
	struct strbuf names;
	int n = 0;

	strbuf_init(&names, arena);
	while (at && n < MOST && (at = strchr(at, '}')) != NULL) {
		size_t len = strcspn(++at, " ,)");

		strbuf_addf(&names, "%s%.*s", n++ ? ", " : "", (int)len, at);
	}
	return n ? arena_printf(arena, " (expected: %s%s)", names.text,
				strchr(at ? at : "", '}') ? "..." : "")
		 : "";
}

static const char *const what_is_wrong[] = {
	[XML_WRONG_TYPE] = "holds no such value as it should",
	[XML_WRONG_PATTERN] = "is not written in the prescribed form",
	[XML_NOT_IN_LIST] = "holds a code that its list does not have",
	[XML_WRONG_LENGTH] = "is too short or too long",
	[XML_OUT_OF_RANGE] = "is too small, too large or has too many digits",
	[XML_INCOMPLETE] = "is incomplete",
	[XML_UNEXPECTED] = "may not stand there",
	[XML_WRONG_OTHER] = "is not as it should be",
};

static void keep_breach(void *ctx, const struct xml_complaint *complaint)
{
	struct breaches *breaches = ctx;

	if (breaches->last_path && complaint->line == breaches->last_line &&
	    strcmp(complaint->path, breaches->last_path) == 0)
		return;
	breaches->last_path = arena_strdup(breaches->arena, complaint->path);
	breaches->last_line = complaint->line;
	*arena_push(breaches->arena, breaches->sentences, breaches->n, breaches->cap) =
		arena_printf(breaches->arena,
			     "The data does not follow its standard: %s in line %d "
			     "%s%s.",
			     last_name(complaint->path, breaches->root),
			     complaint->line, what_is_wrong[complaint->what],
			     expected_names(breaches->arena, complaint->text));
}

static void tell(struct doc *doc, const struct breaches *breaches)
{
	for (size_t i = 0; i < breaches->n && i < MOST_TOLD; i++)
		doc_find(doc, CODE, FINDING_DOCUMENT, SEVERITY_STOP, "", "%s",
			 breaches->sentences[i]);
	if (breaches->n > MOST_TOLD)
		doc_find(doc, CODE, FINDING_DOCUMENT, SEVERITY_STOP, "",
			 "The data does not follow its standard in %zu more places.",
			 breaches->n - MOST_TOLD);
}

enum rc einvoice_check(const struct einvoice_xsds *xsds, struct xml_doc *tree,
		       const struct format *format, struct doc *doc, bool *checked,
		       struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	struct breaches least = {0};

	*checked = false;
	for (size_t i = 0; xsds && i < xsds->n; i++) {
		struct breaches breaches = {.arena = scratch,
					    .root = xml_name(xml_root(tree))};
		bool valid;
		enum rc rc;

		if (xsds->editions[i].format != format)
			continue;
		rc = xml_schema_validate(xsds->editions[i].schema, tree, &valid,
					 keep_breach, &breaches, err);
		if (rc != RC_OK)
			return rc;
		if (!*checked || breaches.n < least.n)
			least = breaches;
		*checked = true;
	}
	tell(doc, &least);
	return RC_OK;
}
