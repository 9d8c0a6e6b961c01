/* From a file's bytes to its pages, whatever it is: told by its content, read by the
 * way that fits, and when that fails by the next.
 *
 * What is wrong with the paper or the file becomes a finding with a sentence for the
 * clerk, and as many pages as can be had are had. Codes: empty, not-a-document,
 * unreadable, truncated, encrypted, more-frames, portfolio, too-many-pages, too-large,
 * xml-doctype, xml-invalid, xml-unknown. RC_OK therefore also means "read as far as
 * possible"; everything else comes from the callbacks (a broken pipe to the worker) and
 * is theirs.
 */
#include "read.h"

#include <ctype.h>
#include <string.h>

#include "again.h"
#include "part.h"
#include "text.h"

static struct finding *stop(struct doc *doc, const char *code, const char *sentence)
{
	return doc_find(doc, code, FINDING_READING, SEVERITY_STOP, "", "%s", sentence);
}

/* Which pages this run reads; 0 when the file has too many, which becomes a finding. */
int read_last_page(struct doc *doc, const struct image_limits *limits, int first,
		   int last, int max_first_run)
{
	int pages = doc->pages_in_file;
	if (pages > limits->max_pages) {
		doc_find(
			doc, "too-many-pages", FINDING_READING, SEVERITY_STOP, "",
			"The file has more than %d pages. Split it and send the parts.",
			limits->max_pages);
		return 0;
	}
	if (last > 0)
		return last < pages ? last : pages;
	if (max_first_run > 0 && first + max_first_run - 1 < pages)
		return first + max_first_run - 1;
	return pages;
}

/* --- picture files --- */

struct picture_file {
	const struct read_env *env;
	const void *bytes;
	size_t len;
	enum file_format format;
	struct doc *doc;
};

/* Says once per page why it can't be read; true when it may be decoded. */
static bool page_may_be_decoded(const struct picture_file *file, int page)
{
	uint64_t w, h;
	struct err err;
	if (image_read_size(file->bytes, file->len, file->format, page, &w, &h, &err) !=
	    RC_OK) {
		doc_find(file->doc, "unreadable", FINDING_READING, SEVERITY_STOP, "",
			 "Page %d cannot be read: %s.", page, err.text);
		return false;
	}
	if (w > 1000000 || h > 1000000 ||
	    w * h > (uint64_t)file->env->limits.max_pixels) {
		doc_find(file->doc, "too-large", FINDING_READING, SEVERITY_STOP, "",
			 "Page %d is %llu x %llu pixels, more than a scan of paper can "
			 "be.",
			 page, (unsigned long long)w, (unsigned long long)h);
		return false;
	}
	return true;
}

/* RC_FAIL has become a finding; what is returned comes from the callbacks. */
static enum rc read_picture_page(const struct picture_file *file, int number,
				 struct err *err)
{
	AUTO_ARENA arena = arena_new();
	struct image *picture = NULL;
	struct page *page = NULL;
	const struct read_env *env = file->env;

	if (!page_may_be_decoded(file, number))
		return RC_OK;
	enum rc rc = image_decode(file->bytes, file->len, file->format, number,
				  &env->limits, &picture, err);
	bool damaged = rc == RC_OK && image_damaged(picture);
	if (rc == RC_OK)
		rc = page_read(env, picture, number, arena, &page, err);
	if (rc == RC_FAIL) {
		doc_find(file->doc, "unreadable", FINDING_READING, SEVERITY_STOP, "",
			 "Page %d cannot be read: %s.", number, err->text);
		return RC_OK;
	}
	if (damaged)
		doc_find(file->doc, "truncated", FINDING_READING, SEVERITY_STOP, "",
			 "Page %d is damaged: part of the picture is missing. Ask for "
			 "the "
			 "file again.",
			 number);
	return rc == RC_OK ? env->page_done(env->ctx, page, err) : rc;
}

static enum rc read_pictures(const struct picture_file *file, int first, int last,
			     int max_first_run, struct err *err)
{
	const struct read_env *env = file->env;
	int pages = 0;
	bool broken = false;
	if (image_count_pages(file->bytes, file->len, file->format, &env->limits,
			      &pages, &broken, err) != RC_OK) {
		stop(file->doc, "unreadable",
		     "The file begins like a TIFF but holds no page that can be "
		     "found.");
		return RC_OK;
	}
	file->doc->pages_in_file = pages;
	last = read_last_page(file->doc, &env->limits, first, last, max_first_run);
	if (broken && last == pages)
		doc_find(file->doc, "truncated", FINDING_READING, SEVERITY_STOP, "",
			 "The TIFF is damaged behind page %d: more pages may be "
			 "missing. Ask for the file again.",
			 pages);
	if (image_has_more_frames(file->bytes, file->len, file->format))
		stop(file->doc, "more-frames",
		     "The file holds several pictures one after the other; only the "
		     "first was read. Ask for a PDF or TIFF.");
	for (int i = first; i <= last; i++) {
		enum rc rc = read_picture_page(file, i, err);
		if (rc != RC_OK)
			return rc;
		if (env->alive)
			env->alive(env->ctx);
	}
	return RC_OK;
}

/* --- XML --- */

static bool has_doctype(const void *bytes, size_t len)
{
	static const char wide[] =
		"<\0!\0D\0O\0C\0T\0Y\0P\0E"; /* UTF-16, both orders */
	return memmem(bytes, len, "<!DOCTYPE", 9) || memmem(bytes, len, wide, 17);
}

static enum rc read_xml(const struct read_env *env, const void *bytes, size_t len,
			struct doc *doc)
{
	struct err err;
	bool recognised = false;

	doc->pages_in_file = 0;
	if (has_doctype(bytes, len)) {
		stop(doc, "xml-doctype",
		     "The XML file contains a DOCTYPE, which invoices do not have and "
		     "which "
		     "can be used for attacks. It was not read.");
		return RC_OK;
	}
	enum rc rc = einvoice_read(env->xsds, bytes, len, doc, &recognised, &err);
	if (rc != RC_OK)
		doc_find(doc, "xml-invalid", FINDING_READING, SEVERITY_STOP, "",
			 "The XML file is damaged: %s.", err.text);
	else if (!recognised)
		stop(doc, "xml-unknown",
		     "The XML file is not an invoice in a form we know (UBL, CII).");
	else
		doc->structured = true;
	return RC_OK;
}

/* --- PDF --- */

/* Programs that join files by laying them end to end; the last one is all that a reader
 * of PDFs sees. What is added to a PDF later never begins like one. */
static bool is_behind_another(const uint8_t *bytes, size_t len)
{
	static const char end[] = "%%EOF", begin[] = "%PDF-";
	const uint8_t *at = bytes, *last = bytes + len;

	while ((at = memmem(at, (size_t)(last - at), end, 5))) {
		for (at += 5; at < last && strchr("\r\n\t ", *at) && *at; at++)
			;
		if (last - at >= 5 && memcmp(at, begin, 5) == 0)
			return true;
	}
	return false;
}

/* A portfolio: its pages only say that documents are attached. */
static bool is_collection(const uint8_t *bytes, size_t len)
{
	static const char name[] = "/Collection";
	const uint8_t *at = memmem(bytes, len, name, sizeof(name) - 1);

	return at && at + sizeof(name) - 1 < bytes + len &&
	       !isalpha(at[sizeof(name) - 1]) &&
	       (memmem(bytes, len, "/EmbeddedFile", 13) ||
		memmem(bytes, len, "/EF", 3));
}

static void look_for_others(const void *bytes, size_t len, struct doc *doc)
{
	if (is_behind_another(bytes, len))
		stop(doc, "more-frames",
		     "The file holds several PDFs one after the other; only the "
		     "last was read. Ask for them one by one.");
	if (is_collection(bytes, len))
		stop(doc, "portfolio",
		     "The PDF is a portfolio: the documents are attached to it "
		     "and were not read. Ask for them as files of their own.");
}

/* What a PDF tool says of a file, without what only its makers want to know. */
static const char *plain_reason(const char *said)
{
	static const char *const prefixes[] = {"failed: ", "Command Line Error: ",
					       "Syntax Error: ", "Internal Error: "};
	if (strstr(said, "Wrong page range"))
		return "it has no pages";
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		if (strncmp(said, prefixes[i], strlen(prefixes[i])) == 0)
			said += strlen(prefixes[i]);
	return said;
}

static enum rc try_pdf(const struct read_env *env, const void *bytes, size_t len,
		       int first, int last, int max_first_run, struct doc *doc,
		       struct err *err)
{
	enum rc rc = read_pdf(env, bytes, len, first, last, max_first_run, doc, err);
	if (rc == RC_OK && first <= 1)
		look_for_others(bytes, len, doc);
	if (rc != RC_FAIL)
		return rc;
	if (memmem(bytes, len, "/Encrypt", 8))
		stop(doc, "encrypted",
		     "The PDF is locked with a password. Ask the sender for an open "
		     "copy.");
	else
		doc_find(doc, "unreadable", FINDING_READING, SEVERITY_STOP, "",
			 "The PDF is damaged and cannot be opened (%s). Ask for it "
			 "again.",
			 plain_reason(err->text));
	return RC_OK;
}

/* --- what holds other files --- */

static enum rc read_container(const struct read_env *env, const void *bytes, size_t len,
			      int first, int last, int max_first_run, struct doc *doc,
			      bool *is_one, struct err *err)
{
	enum file_format format = format_sniff(bytes, len);

	*is_one = true;
	doc->format = format_name(format);
	if (format == FORMAT_MAIL && mailbox_is_one(bytes, len))
		return mailbox_read(env, bytes, len, doc, err);
	if (format == FORMAT_MAIL)
		return mail_read(env, bytes, len, first < 1 ? 1 : first, last,
				 max_first_run, doc, err);
	if (format == FORMAT_ZIP)
		return archive_read(env, bytes, len, doc, err);
	if (format == FORMAT_TNEF)
		return tnef_read(env, bytes, len, doc, err);
	*is_one = false;
	return RC_OK;
}

/* --- the whole --- */

static enum rc read_by_format(const struct read_env *env, const void *bytes, size_t len,
			      int first, int last, int max_first_run, struct doc *doc,
			      struct err *err)
{
	struct picture_file file = {.env = env, .bytes = bytes, .len = len, .doc = doc};

	if (first < 1)
		first = 1;
	file.format = format_sniff(bytes, len);
	/* A PDF behind a long letter head of some mail gateway. */
	if (file.format == FORMAT_UNKNOWN && memmem(bytes, len, "%PDF-", 5))
		file.format = FORMAT_PDF;
	doc->format = format_name(file.format);
	switch (file.format) {
	case FORMAT_PDF:
		return try_pdf(env, bytes, len, first, last, max_first_run, doc, err);
	case FORMAT_XML:
		return read_xml(env, bytes, len, doc);
	case FORMAT_TIFF:
	case FORMAT_PNG:
	case FORMAT_JPEG:
	case FORMAT_WEBP:
	case FORMAT_JP2:
	case FORMAT_BMP:
	case FORMAT_GIF:
		return read_pictures(&file, first, last, max_first_run, err);
	case FORMAT_OFFICE:
		stop(doc, "office-file",
		     "This is a file of an office program (Word, Excel), not paper. "
		     "Ask the "
		     "sender for a PDF.");
		return RC_OK;
	case FORMAT_ARCHIVE:
		stop(doc, "archive-kind",
		     "This is an archive of a kind that is not opened here. Ask the "
		     "sender "
		     "for a ZIP, or for the files themselves.");
		return RC_OK;
	case FORMAT_EMPTY:
		doc->format = NULL;
		stop(doc, "empty", "The file is empty. Ask for it again.");
		return RC_OK;
	case FORMAT_UNKNOWN:
	case FORMAT_PNM:
	case FORMAT_MAIL:
	case FORMAT_ZIP:
	case FORMAT_TNEF:
		break;
	}
	doc->format = NULL;
	stop(doc, "not-a-document",
	     "The file is neither a PDF nor a picture nor an XML invoice.");
	return RC_OK;
}

enum rc read_file(const struct read_env *env, const void *bytes, size_t len, int first,
		  int last, int max_first_run, struct doc *doc, struct err *err)
{
	struct again again;
	struct read_env holding;
	bool container;

	enum rc rc = read_container(env, bytes, len, first, last, max_first_run, doc,
				    &container, err);
	if (container)
		return rc;
	again_begin(&again, env, doc, &holding);
	rc = read_by_format(&holding, bytes, len, first, last, max_first_run, doc, err);
	if (rc == RC_OK)
		rc = again_end(&again, err);
	again_deinit(&again);
	return rc;
}
