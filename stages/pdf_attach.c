/* The invoice that travels inside a PDF (Factur-X, ZUGFeRD, XRechnung) as an attached
 * XML file. The standards give it a name, and only a file of that name is it; another
 * XML attached (delivery data, a copy, somebody's trap) never speaks for the document.
 *
 * When it cannot be told which file is meant, or the one that is cannot be read, a
 * finding stops the document and the pages are read as if nothing were attached. Other
 * files that are attached are not read; a finding that does not stop names them, so
 * that nobody takes them for booked. */
#include "pdf.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

/* The names the standards give, of all versions; upper and lower case are the writer's
 * choice. */
static const char *const standard_names[] = {"factur-x.xml", "zugferd-invoice.xml",
					     "xrechnung.xml"};

enum { MAX_ATTACHMENTS = 200, MAX_INVOICES = 3, NAMED_OTHERS = 5, NAME_BYTES = 80 };

static bool is_standard_name(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(standard_names) / sizeof(*standard_names); i++)
		if (strlen(standard_names[i]) == len &&
		    strncasecmp(standard_names[i], name, len) == 0)
			return true;
	return false;
}

struct attachments {
	int invoices[MAX_INVOICES + 1]; /* that have a name of the standards */
	size_t n_invoices;
	struct strbuf others; /* the names of the first */
	size_t n_others;
};

static void take_attachment(struct attachments *found, int index, const char *name,
			    struct arena *arena)
{
	size_t len = strcspn(name, "\r\n");
	if (is_standard_name(name, len)) {
		if (found->n_invoices <= MAX_INVOICES)
			found->invoices[found->n_invoices++] = index;
		return;
	}
	if (++found->n_others <= NAMED_OTHERS)
		strbuf_addf(
			&found->others, "%s%s", found->n_others > 1 ? ", " : "",
			text_clean(arena, name, len < NAME_BYTES ? len : NAME_BYTES));
}

/* Lines "3: name" of pdfdetach -list; their numbers count up, so that a name with a
 * line of its own in it makes none. */
static void read_list(const char *list, struct arena *arena, struct attachments *found)
{
	long expected = 1;
	*found = (struct attachments){0};
	strbuf_init(&found->others, arena);
	for (const char *line = strchr(list, '\n'); line && expected <= MAX_ATTACHMENTS;
	     line = strchr(line, '\n')) {
		char *end;
		long index = strtol(++line, &end, 10);
		if (index != expected || end[0] != ':' || end[1] != ' ')
			continue;
		expected++;
		take_attachment(found, (int)index, end + 2, arena);
	}
}

/* The list of attachments may be hidden in an object stream, the attached file itself
 * never: it is a stream, and says so, or at least of which kind it is. */
static bool may_have_attachments(const struct pdf *pdf)
{
	return pdf_says(pdf, "/EF") || pdf_says(pdf, "/EmbeddedFile") ||
	       pdf_says(pdf, "#2Fxml") || pdf_says(pdf, "#2fxml");
}

static enum rc read_invoice(const struct pdf *pdf, int index, struct doc *doc)
{
	const void *bytes;
	size_t len;
	struct err err;
	bool recognised = false;
	struct tool_request request = {.tool = TOOL_ATTACH, .index = index};

	if (pdf_tool(pdf, request, &bytes, &len, &err) != RC_OK ||
	    format_sniff(bytes, len) != FORMAT_XML ||
	    einvoice_read(pdf->env->xsds, bytes, len, doc, &recognised, &err) != RC_OK)
		return RC_FAIL;
	return recognised ? RC_OK : RC_FAIL;
}

/* Some writers attach the same invoice twice, for readers of an older standard and of
 * the present one. The two have to say the same wherever both say it. */
static bool same_invoice(const struct doc *a, const struct doc *b)
{
	static const char *const paths[] = {
		"number",     "date",	     "currency",     "total_with_vat",
		"amount_due", "seller/iban", "seller/vat_id"};
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		const char *left = doc_value(a, paths[i], 0);
		const char *right = doc_value(b, paths[i], 0);
		if (left && right && strcmp(left, right) != 0)
			return false;
	}
	return true;
}

enum attached { NOTHING, USABLE, UNREADABLE, CONTRADICTORY };

/* Each is read into a document of its own: one that breaks leaves no fields behind. */
static enum attached judge(const struct pdf *pdf, const int *indexes, size_t n,
			   struct arena *scratch)
{
	struct doc *first = NULL;
	for (size_t i = 0; i < n; i++) {
		struct doc *doc = doc_new(scratch);
		if (read_invoice(pdf, indexes[i], doc) != RC_OK)
			return UNREADABLE;
		if (first && !same_invoice(first, doc))
			return CONTRADICTORY;
		first = first ? first : doc;
	}
	return n == 0 ? NOTHING : n > MAX_INVOICES ? CONTRADICTORY : USABLE;
}

static void tell(const struct pdf *pdf, enum attached what)
{
	if (what == UNREADABLE)
		pdf_find_once(pdf, "attached-invoice-unreadable",
			      "The electronic invoice attached to the PDF cannot be "
			      "read; only the page was. Ask the sender for it again.");
	if (what == CONTRADICTORY)
		pdf_find_once(
			pdf, "two-invoices-attached",
			"Electronic invoices that differ are attached to the PDF; "
			"none of them was used. Ask the sender which one counts.");
}

/* In a portfolio they are what was sent; that stops (read.c). */
static void tell_others(const struct pdf *pdf, const struct attachments *found)
{
	if (found->n_others > 0)
		doc_find(pdf->doc, "attachments", FINDING_DOCUMENT, SEVERITY_WARN, "",
			 "Attached to the PDF and not read: %s%s.", found->others.text,
			 found->n_others > NAMED_OTHERS ? " and others" : "");
}

void pdf_read_attachments(struct pdf *pdf, bool first_run)
{
	AUTO_ARENA scratch = arena_new();
	struct err err;
	const void *bytes;
	size_t len;
	struct attachments found;
	struct tool_request request = {.tool = TOOL_ATTACH_LIST};

	if (!may_have_attachments(pdf) ||
	    pdf_tool(pdf, request, &bytes, &len, &err) != RC_OK)
		return;
	read_list(arena_strndup(scratch, bytes, len), scratch, &found);
	enum attached what = judge(pdf, found.invoices, found.n_invoices, scratch);
	pdf->xml_inside = what == USABLE;
	if (pdf->xml_inside)
		pdf->doc->structured = true;
	if (!first_run)
		return;
	tell(pdf, what);
	tell_others(pdf, &found);
	if (pdf->xml_inside)
		read_invoice(pdf, found.invoices[0], pdf->doc);
}
