/* answers_read.c - a file with answers, CSV or JSON, as the database wants them.
 *
 * CSV (in any encoding and with any separator that csv.h knows): a head line that names
 * columns (document or control_number, revision, answer, number, amount, class, code,
 * text, sha256; others are ignored), then a line for each answer. JSON: an array of
 * objects with the same names, or such an object. Whatever can't be understood stays
 * one answer that says why it can't, so that it is on record and the others are not
 * held up. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <jansson.h>

#include "../cli/csv.h"
#include "deliver.h"
#include "proc.h"
#include "text.h"

static const char *const names[] = {"document", "control_number", "revision", "answer",
				    "number",	"amount",	  "class",    "code",
				    "text",	"sha256"};
enum { DOCUMENT, CONTROL_NUMBER, REVISION, ANSWER };
enum { N_NAMES = sizeof(names) / sizeof(*names), NO_COLUMN = -1 };
/* Of one file; they are in memory together, and no batch has as many documents. */
enum { ANSWERS_MAX = 100000 };
#define TOO_MANY "more than 100000 answers: what follows was not read"

static json_t *problem_at(long line, const char *problem, const char *detail)
{
	return json_pack("{s:I, s:o}", "line", (json_int_t)line, "problem",
			 json_sprintf("%s%s", problem, detail));
}

/* --- CSV ---------------------------------------------------------------------- */

static void csv_auto(struct csv **csv)
{
	csv_close(csv);
}
#define AUTO_CSV __attribute__((cleanup(csv_auto))) struct csv *

static enum rc read_bytes(void *ctx, char *bytes, size_t len, size_t *got,
			  struct err *err)
{
	ssize_t n = read(*(int *)ctx, bytes, len);

	if (n < 0)
		return err_errno(err, RC_FAIL, "read answers");
	*got = (size_t)n;
	return RC_OK;
}

/* Which column holds each name. False: it is no head line of answers. */
static bool take_head(const struct csv_record *head, int column[N_NAMES])
{
	for (size_t i = 0; i < N_NAMES; i++) {
		column[i] = NO_COLUMN;
		for (size_t c = 0; c < head->n_fields; c++)
			if (strcasecmp(head->fields[c], names[i]) == 0)
				column[i] = (int)c;
	}
	return (column[DOCUMENT] != NO_COLUMN || column[CONTROL_NUMBER] != NO_COLUMN) &&
	       column[REVISION] != NO_COLUMN && column[ANSWER] != NO_COLUMN;
}

static json_t *row_value(const struct csv_record *row, const int column[N_NAMES],
			 struct arena *arena)
{
	json_t *value = json_pack("{s:I}", "line", (json_int_t)row->line);

	for (size_t i = 0; i < N_NAMES; i++) {
		const char *cell =
			column[i] != NO_COLUMN && (size_t)column[i] < row->n_fields
				? row->fields[column[i]]
				: "";
		if (*cell)
			json_object_set_new(
				value, names[i],
				json_string(text_clean(arena, cell, strlen(cell))));
	}
	return value;
}

static enum rc read_rows(struct csv *csv, json_t *answers, struct arena *arena,
			 struct err *err)
{
	int column[N_NAMES];
	struct csv_record row;
	bool got;
	enum rc rc = csv_next(csv, &row, &got, err);

	if (rc == RC_OK && (!got || row.problem || !take_head(&row, column)))
		return err_set(err, RC_FAIL,
			       "the first line must name the columns: document or "
			       "control_number, revision, answer");
	while (rc == RC_OK && (rc = csv_next(csv, &row, &got, err)) == RC_OK && got) {
		if (json_array_size(answers) == ANSWERS_MAX)
			return err_set(err, RC_FAIL, TOO_MANY);
		json_array_append_new(
			answers, row.problem
					 ? problem_at((long)row.line, row.problem, "")
					 : row_value(&row, column, arena));
	}
	return rc;
}

static json_t *read_csv(const char *bytes, size_t len, struct arena *arena)
{
	AUTO_FD fd = memfd_from("answers", bytes, len);
	AUTO_CSV csv = NULL;
	json_t *answers = json_array();
	enum csv_encoding encoding;
	char sha256[65];
	size_t skip;
	struct err err;
	enum rc rc = csv_detect(fd, &encoding, &skip, sha256, &err);

	if (rc == RC_OK)
		rc = csv_open((struct csv_source){.ctx = &fd, .read = read_bytes},
			      encoding, skip, 0, &csv, &err);
	if (rc == RC_OK)
		rc = read_rows(csv, answers, arena, &err);
	if (rc != RC_OK)
		json_array_append_new(answers, problem_at(1, err.text, ""));
	return answers;
}

/* --- JSON --------------------------------------------------------------------- */

/* What an ERP's programmer may write as a number is text for us. */
static void make_text(json_t *answer, const char *name)
{
	json_t *value = json_object_get(answer, name);
	char *text = json_is_number(value) ? json_dumps(value, JSON_ENCODE_ANY) : NULL;

	if (text)
		json_object_set_new(answer, name, json_string(text));
	free(text);
}

static json_t *one_answer(const json_t *given, size_t number)
{
	json_t *answer = json_object();

	if (!json_is_object(given)) {
		json_decref(answer);
		return problem_at((long)number, "it is no object", "");
	}
	json_object_set_new(answer, "line", json_integer((json_int_t)number));
	for (size_t i = 0; i < N_NAMES; i++) {
		json_t *value = json_object_get(given, names[i]);
		if (json_is_string(value) || json_is_number(value))
			json_object_set(answer, names[i], value);
		make_text(answer, names[i]);
	}
	return answer;
}

static void take_list(json_t *answers, const json_t *list)
{
	size_t n = json_array_size(list), most = n < ANSWERS_MAX ? n : ANSWERS_MAX;

	for (size_t i = 0; i < most; i++)
		json_array_append_new(answers,
				      one_answer(json_array_get(list, i), i + 1));
	if (most < n)
		json_array_append_new(answers,
				      problem_at((long)most + 1, TOO_MANY, ""));
}

static json_t *read_json(const char *bytes, size_t len)
{
	json_t *answers = json_array();
	json_error_t error;
	json_t *given = json_loadb(bytes, len, 0, &error);
	json_t *list = json_is_object(given) && json_object_get(given, "answers")
			       ? json_object_get(given, "answers")
			       : given;

	if (!given)
		json_array_append_new(answers,
				      problem_at(error.line, "no JSON: ", error.text));
	else if (json_is_array(list))
		take_list(answers, list);
	else
		json_array_append_new(answers, one_answer(list, 1));
	json_decref(given);
	return answers;
}

static const char *take_text(json_t *answers, struct arena *arena)
{
	char *text = json_dumps(answers, JSON_COMPACT);

	json_decref(answers);
	if (!text)
		die("answers: out of memory");
	const char *copy = arena_strdup(arena, text);
	free(text);
	return copy;
}

const char *answers_none(const char *why, struct arena *arena)
{
	const char *detail = text_clean(arena, why, strlen(why));

	return take_text(json_pack("[o]", problem_at(0, "it cannot be read: ", detail)),
			 arena);
}

const char *answers_read(const char *name, const char *bytes, size_t len,
			 struct arena *arena)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t skip = len >= 3 && memcmp(bytes, mark, 3) == 0 ? 3 : 0;
	size_t name_len = strlen(name);
	bool csv = name_len > 4 && strcasecmp(name + name_len - 4, ".csv") == 0;

	return take_text(csv ? read_csv(bytes, len, arena)
			     : read_json(bytes + skip, len - skip),
			 arena);
}
