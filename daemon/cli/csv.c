/* csv.c - cuts text into records: RFC 4180, and what else people call CSV.
 *
 * Quotes count at the start of a field only, may hold separators and line feeds, and
 * are doubled inside. A quote that is never closed would swallow the rest of the file:
 * the line it begins in is given as no record and reading goes on behind that line. The
 * same with a record of more than a mebibyte. */
#include "csv.h"

#include <stdlib.h>
#include <string.h>

#include "csv_text.h"

enum { RECORD_MAX = 1 << 20, SAMPLE_LINES = 40 };

struct csv {
	struct csv_text text;
	char separator;
	char *buf; /* decoded text that is not yet given out: [at, end) */
	size_t at, end, cap;
	bool ended; /* nothing comes behind end */
	int64_t line;
	char *out; /* the record's fields, each with its NUL */
	size_t out_cap;
	const char **fields;
	size_t *starts; /* of fields in out */
	size_t fields_cap;
};

/* --- one record of a stretch of text ------------------------------------------------
 */

enum cut { CUT_WHOLE, CUT_MORE, CUT_OPEN }; /* MORE: it goes on behind the text */

struct cutting {
	const char *text;
	size_t len;
	bool last; /* the text ends where the file does */
	char separator;
	size_t used;
	int64_t lines; /* that it takes */
	char *out;     /* room for len + 1 bytes, or NULL: only count */
	size_t n_out;
	size_t *starts; /* of fields in out; room for max */
	size_t n_fields, max;
};

static void put(struct cutting *c, char ch)
{
	if (c->out)
		c->out[c->n_out++] = ch;
}

static void begin_field(struct cutting *c)
{
	if (c->starts && c->n_fields < c->max)
		c->starts[c->n_fields] = c->n_out;
	c->n_fields++;
}

/* From behind an opening quote to behind the closing one; false: there is none. */
static bool quoted(struct cutting *c, size_t *at)
{
	for (size_t i = *at; i < c->len; i++) {
		if (c->text[i] != '"') {
			c->lines += c->text[i] == '\n';
			put(c, c->text[i]);
		} else if (i + 1 < c->len && c->text[i + 1] == '"') {
			put(c, '"');
			i++;
		} else {
			*at = i + 1;
			return true;
		}
	}
	return false;
}

static enum cut cut_record(struct cutting *c)
{
	size_t at = 0;

	for (c->n_fields = 0, c->n_out = 0, c->lines = 0;;) {
		begin_field(c);
		if (at < c->len && c->text[at] == '"' && (at++, !quoted(c, &at)))
			return c->last ? CUT_OPEN : CUT_MORE;
		while (at < c->len && c->text[at] != c->separator &&
		       c->text[at] != '\n' && c->text[at] != '\r')
			put(c, c->text[at++]);
		put(c, '\0');
		if (at == c->len) {
			c->used = at;
			c->lines++;
			return c->last ? CUT_WHOLE : CUT_MORE;
		}
		if (c->text[at++] == c->separator)
			continue;
		/* A CR alone ends a line as well; which it is shows behind it. */
		if (c->text[at - 1] == '\r' && at == c->len && !c->last)
			return CUT_MORE;
		if (c->text[at - 1] == '\r' && at < c->len && c->text[at] == '\n')
			at++;
		c->used = at;
		c->lines++;
		return CUT_WHOLE;
	}
}

/* --- the separator ------------------------------------------------------------------
 */

/* How many of the first records have as many fields as the heading, times that. */
static size_t agreement(const char *text, size_t len, bool last, char separator)
{
	size_t heading = 0, agree = 0;

	for (int i = 0; i < SAMPLE_LINES; i++) {
		struct cutting c = {
			.text = text, .len = len, .last = last, .separator = separator};
		if (len == 0 || cut_record(&c) != CUT_WHOLE)
			break;
		if (i == 0)
			heading = c.n_fields;
		agree += c.n_fields == heading;
		text += c.used;
		len -= c.used;
	}
	return heading > 1 ? agree * heading : 0;
}

static char find_separator(const char *text, size_t len, bool last)
{
	static const char candidates[] = ",;\t|";
	size_t most = 0;
	char best = ',';

	for (const char *c = candidates; *c; c++) {
		size_t agree = agreement(text, len, last, *c);
		if (agree > most) {
			most = agree;
			best = *c;
		}
	}
	return best;
}

/* Excel's own hint: a first line "sep=;". */
static bool take_hint(struct csv *csv)
{
	const char *text = csv->buf + csv->at;
	size_t len = csv->end - csv->at;

	if (len < 6 || strncmp(text, "sep=", 4) != 0 ||
	    (text[5] != '\n' && text[5] != '\r'))
		return false;
	csv->separator = text[4];
	csv->at += text[5] == '\r' && len > 6 && text[6] == '\n' ? 7 : 6;
	csv->line++;
	return true;
}

/* --- reading ------------------------------------------------------------------------
 */

static void *grown(void *block, size_t size)
{
	void *bigger = realloc(block, size);

	if (!bigger)
		die("out of memory");
	return bigger;
}

static enum rc fill(struct csv *csv, struct err *err)
{
	size_t got = 0;

	if (csv->at > 0)
		memmove(csv->buf, csv->buf + csv->at, csv->end - csv->at);
	csv->end -= csv->at;
	csv->at = 0;
	if (csv->cap - csv->end < CSV_TEXT_LEAST) {
		csv->cap = csv->cap ? csv->cap * 2 : 1 << 16;
		csv->buf = grown(csv->buf, csv->cap);
	}
	enum rc rc = csv_text_read(&csv->text, csv->buf + csv->end, csv->cap - csv->end,
				   &got, err);
	csv->end += got;
	csv->ended = rc == RC_OK && got == 0;
	return rc;
}

enum rc csv_open(struct csv_source source, enum csv_encoding encoding, size_t skip,
		 char separator, struct csv **out, struct err *err)
{
	struct csv *csv = calloc(1, sizeof(*csv));
	enum rc rc = RC_OK;

	if (!csv)
		die("out of memory");
	*out = csv;
	csv_text_init(&csv->text, source, encoding, skip);
	csv->line = 1;
	while (rc == RC_OK && !csv->ended && csv->end - csv->at < 1 << 15)
		rc = fill(csv, err);
	if (rc == RC_OK && !take_hint(csv))
		csv->separator =
			separator ? separator
				  : find_separator(csv->buf, csv->end, csv->ended);
	if (rc != RC_OK)
		csv_close(out);
	return rc;
}

void csv_close(struct csv **csv)
{
	if (!*csv)
		return;
	free((*csv)->buf);
	free((*csv)->out);
	free((*csv)->fields);
	free((*csv)->starts);
	free(*csv);
	*csv = NULL;
}

char csv_separator(const struct csv *csv)
{
	return csv->separator;
}

static enum cut cut_next(struct csv *csv, struct cutting *c)
{
	size_t len = csv->end - csv->at;

	if (csv->out_cap < len * 2 + 2) {
		csv->out_cap = len * 2 + 2;
		csv->out = grown(csv->out, csv->out_cap);
	}
	for (;;) {
		*c = (struct cutting){.text = csv->buf + csv->at,
				      .len = len,
				      .last = csv->ended,
				      .separator = csv->separator,
				      .out = csv->out,
				      .starts = csv->starts,
				      .max = csv->fields_cap};
		enum cut cut = cut_record(c);
		if (c->n_fields <= csv->fields_cap)
			return cut;
		csv->fields_cap = c->n_fields * 2;
		csv->fields =
			grown(csv->fields, csv->fields_cap * sizeof(*csv->fields));
		csv->starts =
			grown(csv->starts, csv->fields_cap * sizeof(*csv->starts));
	}
}

static void give(struct csv *csv, const struct cutting *c, struct csv_record *record)
{
	*record = (struct csv_record){
		.line = csv->line, .fields = csv->fields, .n_fields = c->n_fields};
	for (size_t i = 0; i < c->n_fields; i++)
		csv->fields[i] = csv->out + csv->starts[i];
	csv->at += c->used;
	csv->line += c->lines;
}

/* Behind the line that cannot be read. */
static void give_up_line(struct csv *csv, struct csv_record *record)
{
	const char *from = csv->buf + csv->at;
	const char *end = memchr(from, '\n', csv->end - csv->at);

	*record = (struct csv_record){
		.line = csv->line++,
		.problem = end ? "a quotation mark is opened here and never closed"
			       : "longer than any record can be",
	};
	csv->at = end ? (size_t)(end + 1 - csv->buf) : csv->end;
}

static bool blank(const struct csv_record *record)
{
	return !record->problem && record->n_fields == 1 &&
	       record->fields[0][strspn(record->fields[0], " \t")] == '\0';
}

static enum rc next_record(struct csv *csv, struct csv_record *record, bool *got,
			   struct err *err)
{
	struct cutting c;
	enum rc rc = RC_OK;

	while (rc == RC_OK) {
		if (csv->at == csv->end && csv->ended)
			return RC_OK;
		enum cut cut = cut_next(csv, &c);
		*got = true;
		if (cut == CUT_WHOLE) {
			give(csv, &c, record);
			return RC_OK;
		}
		if (cut == CUT_OPEN || csv->end - csv->at > RECORD_MAX) {
			give_up_line(csv, record);
			return RC_OK;
		}
		*got = false;
		rc = fill(csv, err);
	}
	return rc;
}

enum rc csv_next(struct csv *csv, struct csv_record *record, bool *got, struct err *err)
{
	enum rc rc;

	do {
		*got = false;
		rc = next_record(csv, record, got, err);
	} while (rc == RC_OK && *got && blank(record));
	return rc;
}
