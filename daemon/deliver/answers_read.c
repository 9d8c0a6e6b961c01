/* answers_read.c - a file with answers, CSV or JSON, as the database wants them.
 *
 * CSV: a head line that names columns (document or control_number, revision, answer,
 * number, amount, class, code, text, sha256; others are ignored), then a line for each
 * answer; comma, semicolon or tab between, quotes where needed, UTF-8 with or without
 * its mark. JSON: an array of objects with the same names, or such an object. Whatever
 * can't be understood stays one answer that says why it can't, so that it is on record
 * and the others are not held up. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "deliver.h"
#include "text.h"

static const char *const names[] = {"document", "control_number", "revision", "answer",
				    "number",	"amount",	  "class",    "code",
				    "text",	"sha256"};
enum { N_NAMES = sizeof(names) / sizeof(*names), CELLS_MAX = 64, NO_COLUMN = -1 };

static json_t *problem_at(long line, const char *problem, const char *detail)
{
	return json_pack("{s:I, s:o}", "line", (json_int_t)line, "problem",
			 json_sprintf("%s%s", problem, detail));
}

/* --- CSV ---------------------------------------------------------------------- */

struct csv {
	const char *at, *end;
	char separator;
	long line; /* of the record that was read last */
	long next; /* line at which the next one begins */
	struct arena *arena;
};

/* One cell; false at the end of the record. */
static bool read_cell(struct csv *csv, const char **out)
{
	struct strbuf cell;
	bool quoted = csv->at < csv->end && *csv->at == '"';

	strbuf_init(&cell, csv->arena);
	csv->at += quoted;
	for (; csv->at < csv->end; csv->at++) {
		char c = *csv->at;

		if (quoted && c == '"' && csv->at + 1 < csv->end && csv->at[1] == '"')
			csv->at++;
		else if (c == '"' && quoted) {
			quoted = false;
			continue;
		} else if (!quoted && (c == csv->separator || c == '\n' || c == '\r'))
			break;
		csv->next += c == '\n';
		strbuf_add_n(&cell, &c, 1);
	}
	*out = text_clean(csv->arena, cell.text, cell.len);
	if (csv->at < csv->end && *csv->at == csv->separator) {
		csv->at++;
		return true;
	}
	return false;
}

/* The next record that is not empty; 0 at the end of the file. */
static size_t read_record(struct csv *csv, const char *cells[CELLS_MAX])
{
	size_t n;

	do {
		bool more = true;

		if (csv->at >= csv->end)
			return 0;
		csv->line = csv->next;
		for (n = 0; more; n++) {
			const char *cell;
			more = read_cell(csv, &cell);
			if (n < CELLS_MAX)
				cells[n] = cell;
		}
		if (csv->at < csv->end && *csv->at == '\r')
			csv->at++;
		if (csv->at < csv->end && *csv->at == '\n')
			csv->at++;
		csv->next++;
	} while (n == 1 && !cells[0][0]);
	return n < CELLS_MAX ? n : CELLS_MAX;
}

static char separator_of(const char *bytes, const char *end)
{
	static const char candidates[] = ",;\t";
	size_t best = 0, counts[3] = {0};

	for (; bytes < end && *bytes != '\n'; bytes++)
		for (size_t i = 0; i < 3; i++)
			counts[i] += *bytes == candidates[i];
	for (size_t i = 1; i < 3; i++)
		if (counts[i] > counts[best])
			best = i;
	return candidates[best];
}

/* Which column holds each name. False: it is no head line of answers. */
static bool read_head(struct csv *csv, int column[N_NAMES])
{
	const char *cells[CELLS_MAX];
	size_t n = read_record(csv, cells);

	for (size_t i = 0; i < N_NAMES; i++) {
		column[i] = NO_COLUMN;
		for (size_t c = 0; c < n; c++)
			if (strcasecmp(cells[c], names[i]) == 0)
				column[i] = (int)c;
	}
	return (column[0] != NO_COLUMN || column[1] != NO_COLUMN) &&
	       column[2] != NO_COLUMN && column[3] != NO_COLUMN;
}

static json_t *row_value(const struct csv *csv, const char *const *cells, size_t n,
			 const int column[N_NAMES])
{
	json_t *row = json_pack("{s:I}", "line", (json_int_t)csv->line);

	for (size_t i = 0; i < N_NAMES; i++)
		if (column[i] != NO_COLUMN && (size_t)column[i] < n &&
		    cells[column[i]][0])
			json_object_set_new(row, names[i],
					    json_string(cells[column[i]]));
	return row;
}

static json_t *read_csv(const char *bytes, size_t len, struct arena *arena)
{
	struct csv csv = {.at = bytes,
			  .end = bytes + len,
			  .separator = separator_of(bytes, bytes + len),
			  .next = 1,
			  .arena = arena};
	const char *cells[CELLS_MAX];
	json_t *answers = json_array();
	int column[N_NAMES];

	if (!read_head(&csv, column)) {
		json_array_append_new(
			answers,
			problem_at(1, "the first line must name the columns: ",
				   "document or control_number, revision, answer"));
		return answers;
	}
	for (size_t n; (n = read_record(&csv, cells));)
		json_array_append_new(answers, row_value(&csv, cells, n, column));
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
		for (size_t i = 0; i < json_array_size(list); i++)
			json_array_append_new(
				answers, one_answer(json_array_get(list, i), i + 1));
	else
		json_array_append_new(answers, one_answer(list, 1));
	json_decref(given);
	return answers;
}

const char *answers_read(const char *name, const char *bytes, size_t len,
			 struct arena *arena)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t skip = len >= 3 && memcmp(bytes, mark, 3) == 0 ? 3 : 0;
	size_t name_len = strlen(name);
	bool csv = name_len > 4 && strcasecmp(name + name_len - 4, ".csv") == 0;
	json_t *answers = csv ? read_csv(bytes + skip, len - skip, arena)
			      : read_json(bytes + skip, len - skip);
	char *text = json_dumps(answers, JSON_COMPACT);

	json_decref(answers);
	if (!text)
		die("answers: out of memory");
	const char *copy = arena_strdup(arena, text);
	free(text);
	return copy;
}
