/* import_rows.c - the rows of an import: each checked cell by cell and sent.
 *
 * A row with a faulty cell, or too many or too few, is refused, is counted, and is in
 * the report with row, column and reason; of it only the key is sent, so that a full
 * import does not take what it names for missing. One row is held at a time, however
 * long the file. */
#include "import_run.h"

#include <string.h>

#include "text.h"

enum { REFUSALS_KEPT = 1000 };

static void refuse(struct import *im, int64_t line, const char *field,
		   const char *reason)
{
	if (json_array_size(im->refusals) < REFUSALS_KEPT)
		json_array_append_new(im->refusals, json_pack("{s:I, s:s, s:s}", "row",
							      (json_int_t)line, "field",
							      field, "reason", reason));
}

/* In COPY's text format a backslash is the only one of our characters that needs one.
 */
static void add_cell(struct strbuf *line, const char *value)
{
	if (!value) {
		strbuf_add(line, "\t\\N");
		return;
	}
	strbuf_add(line, "\t");
	for (size_t n; *value; value += n) {
		n = strcspn(value, "\\");
		strbuf_add_n(line, value, n);
		if (value[n]) {
			strbuf_add(line, "\\\\");
			n++;
		}
	}
}

/* The values in the order of the targets; false: the row is refused. */
static bool check_cells(struct import *im, const struct csv_record *record,
			const char **values)
{
	bool fine = true;

	for (size_t t = 0; t < im->n_targets; t++) {
		const struct target *to = &im->targets[t];
		const char *reason = NULL;
		values[t] = NULL;
		if (to->at < 0)
			continue;
		values[t] = cell_value(im->row_arena, &im->style, to->type,
				       record->fields[to->at], &reason);
		if (!values[t] && !reason && to->needed)
			reason = "is empty";
		if (reason)
			refuse(im, record->line, im->heading[to->at], reason);
		fine &= !reason;
	}
	return fine;
}

/* Trailing separators are no columns; a row that lacks some may lack any of them. */
static const char *ragged(const struct import *im, const struct csv_record *record)
{
	size_t n = record->n_fields;

	while (n > im->n_heading && !*record->fields[n - 1])
		n--;
	if (n == im->n_heading)
		return NULL;
	return arena_printf(im->row_arena, "has %zu columns, the heading has %zu",
			    record->n_fields, im->n_heading);
}

/* Those cells of a ragged row that stand where its key would. */
static void take_key(struct import *im, const struct csv_record *record,
		     const char **values)
{
	const char *reason;

	for (size_t t = 0; t < im->n_targets; t++) {
		const struct target *to = &im->targets[t];
		bool there = to->at >= 0 && (size_t)to->at < record->n_fields;
		values[t] = there ? cell_value(im->row_arena, &im->style, to->type,
					       record->fields[to->at], &reason)
				  : NULL;
	}
}

static enum rc send_row(struct import *im, const struct csv_record *record,
			bool is_ragged, struct err *err)
{
	struct strbuf line;
	const char **values =
		arena_alloc_n(im->row_arena, im->n_targets, sizeof(*values));
	bool fine = !is_ragged && check_cells(im, record, values);

	if (is_ragged)
		take_key(im, record, values);
	im->refused += !fine;
	strbuf_init(&line, im->row_arena);
	strbuf_addf(&line, "%lld\t%c", (long long)record->line, fine ? 'f' : 't');
	for (size_t t = 0; t < im->n_targets; t++)
		add_cell(&line, fine || im->targets[t].key ? values[t] : NULL);
	strbuf_add(&line, "\n");
	return db_import_rows(im->cdb.db, line.text, line.len, err);
}

static void show_progress(struct import *im)
{
	char note[40];

	snprintf(note, sizeof(note), "%ld rows", im->rows);
	progress_step(&im->progress, im->size ? (long)(im->sent >> 10) : im->rows,
		      im->size ? note : NULL);
}

enum rc import_send_rows(struct import *im, struct err *err)
{
	struct csv_record record;
	bool got;

	for (;;) {
		enum rc rc = csv_next(im->csv, &record, &got, err);
		if (rc != RC_OK || !got)
			return rc;
		arena_reset(im->row_arena);
		im->rows++;
		const char *problem =
			record.problem ? record.problem : ragged(im, &record);
		if (problem)
			refuse(im, record.line, "", problem);
		if (record.problem) {
			im->refused++;
			im->unread = im->unread ? im->unread : record.line;
		} else if ((rc = send_row(im, &record, problem != NULL, err)) !=
			   RC_OK) {
			return rc;
		}
		if (im->rows % 500 == 0)
			show_progress(im);
	}
}
