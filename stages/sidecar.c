/* sidecar.c - index files: what somebody keyed before the paper was scanned, beside the
 * scan.
 *
 * CSV, XML or JSON, told by content. All three become rows of named cells; the tray's
 * mapping says which cell is which field. Three names are the index's own: the file a
 * row speaks of, the day it was received, how many documents were counted. A cell that
 * no mapping names counts when its own name is that of a field.
 *
 * What comes of it are fields of a document: path, and the row as line. What is wrong
 * with a row (too many cells, no day, no number) is a finding with the row's number,
 * and the other rows go on. Values are not judged here: the document's type is not
 * known yet. */
#include "sidecar.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "part.h"
#include "schema.h"
#include "text.h"
#include "xml.h"

enum {
	ROWS_MAX = 10000,
	CELLS_MAX = 500,
	DEPTH_MAX = 8,
	TOLD_MAX = 20,
	FILE_MAX = 400 /* bytes of a file's name, which the database looks it up by */
};

struct cell {
	const char *name, *value;
};
struct row {
	int number; /* as people count: in a table the line, else from 1 */
	struct cell *cells;
	size_t n, cap;
};
struct index_file {
	struct arena *arena;
	struct doc *doc;
	struct row *rows;
	size_t n, cap;
	int told; /* findings about single rows */
};

static void refuse(struct index_file *x, const char *code, const char *sentence)
{
	doc_find(x->doc, code, FINDING_DOCUMENT, SEVERITY_STOP, "", "%s", sentence);
}

static void complain(struct index_file *x, int row, const char *code, const char *what)
{
	if (++x->told <= TOLD_MAX)
		doc_find(x->doc, code, FINDING_DOCUMENT, SEVERITY_STOP, "",
			 "Row %d of the index: %s", row, what);
}

static struct row *add_row(struct index_file *x, int number)
{
	struct row *row = arena_push(x->arena, x->rows, x->n, x->cap);
	*row = (struct row){.number = number};
	return row;
}

static void add_cell(struct index_file *x, struct row *row, const char *name,
		     const char *value)
{
	char *clean = text_clean(x->arena, value, strlen(value));
	if (*clean && row->n < CELLS_MAX)
		*arena_push(x->arena, row->cells, row->n, row->cap) =
			(struct cell){name, clean};
}

/* --- CSV ----------------------------------------------------------------------- */

/* The mark that stands most often in the first line, outside of quotes. */
static char separator_of(const char *text)
{
	static const char marks[] = ",;\t|";
	size_t best = 0, most = 0;
	for (size_t i = 0; marks[i]; i++) {
		size_t n = 0;
		bool quoted = false;
		for (const char *c = text; *c && *c != '\n'; c++) {
			quoted ^= *c == '"';
			n += *c == marks[i] && !quoted;
		}
		if (n > most) {
			most = n;
			best = i;
		}
	}
	return marks[best];
}

/* The quote that closes a cell, or the end of the file. */
static const char *closing_quote(const char *c)
{
	while (*c && !(*c == '"' && c[1] != '"'))
		c += *c == '"' ? 2 : 1;
	return c;
}

/* One cell, unquoted; *at behind it, on the mark or the line's end. */
static char *take_csv_cell(struct arena *arena, const char **at, char mark)
{
	const char *c = *at;
	if (*c != '"') {
		size_t len = strcspn(c, (char[]){mark, '\n', '\0'});
		*at = c + len;
		return arena_strndup(arena, c, len);
	}
	const char *end = closing_quote(++c);
	char *out = arena_alloc(arena, (size_t)(end - c) + 1);
	for (size_t n = 0; c < end; c += *c == '"' ? 2 : 1)
		out[n++] = *c;
	end += *end == '"';
	*at = end + strcspn(end, (char[]){mark, '\n', '\0'});
	return out;
}

static size_t take_csv_line(struct arena *arena, const char **at, char mark,
			    char **cells)
{
	size_t n = 0;
	for (;;) {
		char *cell = take_csv_cell(arena, at, mark);
		if (n < CELLS_MAX)
			cells[n++] = cell;
		if (**at != mark)
			break;
		++*at;
	}
	*at += **at == '\n';
	return n;
}

static bool is_empty_line(char *const *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cells[i][strspn(cells[i], " \t\r")])
			return false;
	return true;
}

static void read_csv(struct index_file *x, const char *text)
{
	char mark = separator_of(text);
	char **head = arena_alloc_n(x->arena, CELLS_MAX, sizeof(*head));
	char **cells = arena_alloc_n(x->arena, CELLS_MAX, sizeof(*cells));
	size_t columns = take_csv_line(x->arena, &text, mark, head);
	for (size_t i = 0; i < columns; i++)
		head[i] = text_clean(x->arena, head[i], strlen(head[i]));
	for (int line = 2; *text && x->n <= ROWS_MAX; line++) {
		size_t n = take_csv_line(x->arena, &text, mark, cells);
		if (is_empty_line(cells, n))
			continue;
		if (n != columns) {
			complain(x, line, "ragged-row",
				 arena_printf(x->arena,
					      "it has %zu cells, the head has %zu. "
					      "It was left out.",
					      n, columns));
			continue;
		}
		struct row *row = add_row(x, line);
		for (size_t i = 0; i < n; i++)
			add_cell(x, row, head[i], cells[i]);
	}
}

/* --- JSON ---------------------------------------------------------------------- */

static void add_json_cells(struct index_file *x, struct row *row, const char *above,
			   const json_t *object, int depth)
{
	const char *key;
	json_t *value;
	if (depth > DEPTH_MAX)
		return;
	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		const char *name = *above ? arena_printf(x->arena, "%s/%s", above, key)
					  : arena_strdup(x->arena, key);
		if (json_is_object(value))
			add_json_cells(x, row, name, value, depth + 1);
		else if (json_is_string(value))
			add_cell(x, row, name, json_string_value(value));
		else if (json_is_integer(value))
			add_cell(x, row, name,
				 arena_printf(x->arena, "%lld",
					      (long long)json_integer_value(value)));
		else if (json_is_real(value))
			add_cell(x, row, name,
				 arena_printf(x->arena, "%.15g",
					      json_real_value(value)));
	}
}

/* A list of objects, or the first such list in an object, or one object. */
static void read_json(struct index_file *x, const char *text)
{
	json_error_t error;
	json_t *all = json_loads(text, 0, &error), *list = all;
	const char *key;
	json_t *value;
	if (!all) {
		doc_find(x->doc, "unreadable", FINDING_DOCUMENT, SEVERITY_STOP, "",
			 "The index is damaged: line %d of the JSON makes no sense.",
			 error.line);
		return;
	}
	json_object_foreach(all, key, value)
	{
		if (list == all && json_is_array(value) &&
		    json_is_object(json_array_get(value, 0)))
			list = value;
	}
	if (json_is_object(list))
		add_json_cells(x, add_row(x, 1), "", list, 0);
	for (size_t i = 0; i < json_array_size(list) && i <= ROWS_MAX; i++)
		add_json_cells(x, add_row(x, (int)i + 1), "", json_array_get(list, i),
			       0);
	json_decref(all);
}

/* --- XML ----------------------------------------------------------------------- */

static void add_xml_cells(struct index_file *x, struct row *row, const char *above,
			  const struct xml_node *node, int depth)
{
	const char *name;
	for (size_t i = 0; (name = xml_attr_name(node, i)); i++)
		add_cell(x, row,
			 *above ? arena_printf(x->arena, "%s/%s", above, name)
				: arena_strdup(x->arena, name),
			 xml_attr(x->arena, node, name));
	for (struct xml_node *n = xml_first(node); n && depth < DEPTH_MAX;
	     n = xml_next(n)) {
		const char *path =
			*above ? arena_printf(x->arena, "%s/%s", above, xml_name(n))
			       : arena_strdup(x->arena, xml_name(n));
		if (!xml_first(n))
			add_cell(x, row, path, xml_text(x->arena, n));
		if (xml_first(n) || xml_attr_name(n, 0))
			add_xml_cells(x, row, path, n, depth + 1);
	}
}

/* What holds several elements of one name, each with content of its own, is a list. */
static struct xml_node *first_of_list(struct xml_node *node, int depth)
{
	for (struct xml_node *n = xml_first(node); n && depth < DEPTH_MAX;
	     n = xml_next(n)) {
		if ((xml_first(n) || xml_attr_name(n, 0)) && xml_next_same(n))
			return n;
		struct xml_node *below = first_of_list(n, depth + 1);
		if (below)
			return below;
	}
	return NULL;
}

/* As bytes: XML says itself in which encoding it is. */
static void read_xml(struct index_file *x, const void *bytes, size_t len)
{
	struct err err;
	AUTO_XML xml = NULL;
	if (xml_parse(bytes, len, &xml, &err) != RC_OK) {
		doc_find(x->doc, "unreadable", FINDING_DOCUMENT, SEVERITY_STOP, "",
			 "The index is damaged: %s.", err.text);
		return;
	}
	struct xml_node *node = first_of_list(xml_root(xml), 0);
	if (!node)
		add_xml_cells(x, add_row(x, 1), "", xml_root(xml), 0);
	for (int i = 1; node && x->n <= ROWS_MAX; node = xml_next_same(node), i++)
		add_xml_cells(x, add_row(x, i), "", node, 0);
}

/* --- mapping ------------------------------------------------------------------- */

/* "invoice no" is mapped by "number: Invoice No". */
static const char *mapped(struct arena *arena, const char *map, const char *name)
{
	while (map && *map) {
		size_t len = strcspn(map, ","), to = strcspn(map, ":,");
		const char *path = arena_strndup(arena, map, to);
		if (to < len &&
		    text_equal_nocase(text_clean(arena, map + to + 1, len - to - 1),
				      name))
			return text_clean(arena, path, strlen(path));
		map += len + (map[len] == ',');
	}
	return NULL;
}

/* What may stand as a path in a document: a hostile name may not. */
static bool is_path(const char *name)
{
	static const char lawful[] = "abcdefghijklmnopqrstuvwxyz0123456789_/";
	return islower((unsigned char)*name) && !name[strspn(name, lawful)] &&
	       strlen(name) < 100 && name[strlen(name) - 1] != '/' &&
	       !strstr(name, "//");
}

static const char *path_of(struct index_file *x, const char *map, const char *name)
{
	static const struct {
		const char *name, *path;
	} own[] = {{"@file", INDEX_FILE},	 {"@received", INDEX_RECEIVED},
		   {"@count", INDEX_COUNT},	 {"file", INDEX_FILE},
		   {"received", INDEX_RECEIVED}, {"count", INDEX_COUNT}};
	const char *to = map && *map ? mapped(x->arena, map, name) : name;
	if (!to)
		return NULL;
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (strcmp(own[i].name, to) == 0)
			return own[i].path;
	return is_path(to) ? to : NULL;
}

/* NULL after a complaint. */
static const char *judged(struct index_file *x, const struct row *row, const char *path,
			  const char *value)
{
	if (strcmp(path, INDEX_RECEIVED) == 0) {
		const char *day = value_canonical(x->arena, KIND_DATE, value, -1, 0);
		if (!day)
			complain(x, row->number, "no-date",
				 arena_printf(x->arena, "\"%.40s\" is no day.", value));
		return day;
	}
	if (strcmp(path, INDEX_COUNT) == 0 &&
	    (strlen(value) > 6 || value[strspn(value, "0123456789")])) {
		complain(x, row->number, "no-number",
			 arena_printf(x->arena, "\"%.40s\" is no number of documents.",
				      value));
		return NULL;
	}
	return value;
}

static const char *named_file(struct index_file *x, const char *map,
			      const struct row *row)
{
	for (size_t i = 0; i < row->n; i++) {
		const char *path = path_of(x, map, row->cells[i].name);
		if (path && strcmp(path, INDEX_FILE) == 0)
			return row->cells[i].value;
	}
	return NULL;
}

/* A row without a file's name speaks of the file that is called like the index, which
 * only one row can: not one of several, nor the one that was not ragged. */
static bool names_no_file(struct index_file *x, const char *map, const struct row *row)
{
	const char *name = named_file(x, map, row);

	if (!name && (x->n > 1 || x->told > 0))
		complain(x, row->number, "no-file",
			 "it does not name its file. It was left out.");
	else if (name && strlen(name) > FILE_MAX)
		complain(x, row->number, "no-file",
			 arena_printf(x->arena,
				      "\"%.40s...\" is no name of a file. "
				      "It was left out.",
				      name));
	else
		return false;
	return true;
}

static size_t take_row(struct index_file *x, const char *map, const struct row *row,
		       int line)
{
	size_t taken = 0;
	if (names_no_file(x, map, row))
		return 0;
	for (size_t i = 0; i < row->n; i++) {
		const char *path = path_of(x, map, row->cells[i].name);
		const char *value =
			path ? judged(x, row, path, row->cells[i].value) : NULL;
		if (!value)
			continue;
		struct field *field = doc_append_field(x->doc, path, line);
		field->raw = field->value = value;
		field->source = SOURCE_LOOKUP;
		taken++;
	}
	return taken;
}

static void take_rows(struct index_file *x, const char *map)
{
	size_t taken = 0;
	if (x->n > ROWS_MAX) {
		refuse(x, "too-many-rows",
		       "The index has more rows than a delivery can have.");
		return;
	}
	for (size_t i = 0; i < x->n; i++)
		taken += take_row(x, map, &x->rows[i], (int)i + 1);
	if (taken == 0 && !doc_has_stop(x->doc))
		refuse(x, "nothing-mapped",
		       "The index has no column that its tray's mapping names. Correct "
		       "sidecar_map, or the index.");
	if (x->told > TOLD_MAX)
		doc_find(x->doc, "more-rows", FINDING_DOCUMENT, SEVERITY_STOP, "",
			 "%d more rows of the index are wrong.", x->told - TOLD_MAX);
}

void sidecar_read(const void *bytes, size_t len, const char *map, struct doc *doc)
{
	struct index_file x = {.arena = doc->arena, .doc = doc};
	const char *text = text_decode(doc->arena, bytes, len, NULL);
	const char *first = text + strspn(text, " \t\r\n");

	if (!*first)
		refuse(&x, "empty", "The index is empty.");
	else if (*first == '<')
		read_xml(&x, bytes, len);
	else if (*first == '{' || *first == '[')
		read_json(&x, text);
	else
		read_csv(&x, first);
	take_rows(&x, map);
}
