/* table.c - the same rows as a table for people and as JSON for programs.
 *
 * Column widths follow the content, in terminal cells and not in bytes. On a terminal
 * that is too narrow the long columns give way; a file or pipe gets everything. Cells
 * may hold whatever stands on papers and in file names: control characters never reach
 * the terminal. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "text.h"

enum { GAP = 2, NARROWEST = 10 };

void table_init(struct table *table, struct arena *arena, const struct column *columns,
		size_t n_columns)
{
	*table = (struct table){
		.arena = arena,
		.columns = columns,
		.n_columns = n_columns,
	};
}

const char **table_row(struct table *table)
{
	const char **row = arena_alloc_n(table->arena, table->n_columns, sizeof(*row));

	*arena_push(table->arena, table->rows, table->n_rows, table->cap_rows) = row;
	return row;
}

/* --- for people --------------------------------------------------------------- */

static int cells(uint32_t cp)
{
	static const struct {
		uint32_t first, last;
	} wide[] = {
		{0x1100, 0x115f}, {0x2e80, 0xa4cf},   {0xac00, 0xd7a3},
		{0xf900, 0xfaff}, {0xfe30, 0xfe6f},   {0xff00, 0xff60},
		{0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd},
	};

	if (cp >= 0x300 && cp <= 0x36f)
		return 0;
	for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++)
		if (cp >= wide[i].first && cp <= wide[i].last)
			return 2;
	return 1;
}

int text_width(const char *s)
{
	const char *end = s + strlen(s);
	int width = 0;

	while (s < end)
		width += cells(text_next(&s, end));
	return width;
}

static bool is_yes(const char *cell)
{
	return strcmp(cell, "t") == 0 || strcmp(cell, "true") == 0 ||
	       strcmp(cell, "yes") == 0;
}

/* What a person sees of a cell. */
static const char *shown(const struct table *table, size_t row, size_t column)
{
	const char *cell = table->rows[row][column];

	if (!cell)
		return "";
	if (table->columns[column].kind == COLUMN_YES)
		return is_yes(cell) ? "yes" : "";
	return text_clean(table->arena, cell, strlen(cell));
}

static int column_width(const struct table *table, size_t column)
{
	int width = text_width(table->columns[column].title);

	for (size_t row = 0; row < table->n_rows; row++) {
		int w = text_width(shown(table, row, column));

		if (w > width)
			width = w;
	}
	return width;
}

/* Takes the excess from the long columns, the widest first. */
static void squeeze(const struct table *table, int *widths, int room)
{
	int total = GAP * ((int)table->n_columns - 1);

	for (size_t i = 0; i < table->n_columns; i++)
		total += widths[i];
	while (total > room) {
		size_t widest = table->n_columns;

		for (size_t i = 0; i < table->n_columns; i++)
			if (table->columns[i].kind == COLUMN_LONG &&
			    widths[i] > NARROWEST &&
			    (widest == table->n_columns || widths[i] > widths[widest]))
				widest = i;
		if (widest == table->n_columns)
			return;
		widths[widest]--;
		total--;
	}
}

static void print_blanks(FILE *out, int n)
{
	fprintf(out, "%*s", n > 0 ? n : 0, "");
}

/* The text within `width` cells, its end marked when something had to go. */
static void print_cut(FILE *out, const char *s, int width)
{
	const char *end = s + strlen(s);
	int used = 0;

	while (s < end) {
		const char *next = s;
		int w = cells(text_next(&next, end));

		if (used + w > width - 1) {
			fputs("…", out);
			return;
		}
		fwrite(s, 1, (size_t)(next - s), out);
		used += w;
		s = next;
	}
}

static void print_cell(FILE *out, const char *s, enum column_kind kind, int width,
		       bool last)
{
	int w = text_width(s);

	if (w > width) {
		print_cut(out, s, width);
		w = width;
	} else {
		if (kind == COLUMN_NUMBER)
			print_blanks(out, width - w);
		fputs(s, out);
		if (kind == COLUMN_NUMBER)
			w = width;
	}
	if (!last)
		print_blanks(out, width - w + GAP);
}

static int terminal_width(FILE *out)
{
	struct winsize size;

	if (!isatty(fileno(out)))
		return 0;
	return ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0
		       ? size.ws_col
		       : 80;
}

static void print_row(const struct table *table, FILE *out, const int *widths,
		      size_t row)
{
	size_t last = table->n_columns - 1;

	for (size_t i = 0; i <= last; i++)
		print_cell(out, shown(table, row, i), table->columns[i].kind, widths[i],
			   i == last);
	fputc('\n', out);
}

void table_print(const struct table *table, FILE *out, int width)
{
	int *widths = arena_alloc_n(table->arena, table->n_columns, sizeof(*widths));
	size_t last = table->n_columns - 1;

	for (size_t i = 0; i <= last; i++)
		widths[i] = column_width(table, i);
	if (width == 0)
		width = terminal_width(out);
	if (width > 0)
		squeeze(table, widths, width);
	for (size_t i = 0; i <= last; i++)
		print_cell(out, table->columns[i].title, table->columns[i].kind,
			   widths[i], i == last);
	fputc('\n', out);
	for (size_t row = 0; row < table->n_rows; row++)
		print_row(table, out, widths, row);
}

/* --- for programs ------------------------------------------------------------- */

static json_t *number_json(const char *cell)
{
	json_error_t error;
	json_t *number = json_loads(cell, JSON_DECODE_ANY, &error);

	if (json_is_number(number))
		return number;
	json_decref(number);
	return NULL;
}

static json_t *cell_json(struct arena *arena, const char *cell, enum column_kind kind)
{
	json_t *value = NULL;

	if (!cell)
		return json_null();
	if (kind == COLUMN_YES)
		return json_boolean(is_yes(cell));
	if (kind == COLUMN_NUMBER)
		value = number_json(cell);
	return value ? value : json_string(text_clean(arena, cell, strlen(cell)));
}

json_t *table_json(const struct table *table)
{
	json_t *rows = json_array();

	for (size_t row = 0; row < table->n_rows; row++) {
		json_t *object = json_object();

		for (size_t i = 0; i < table->n_columns; i++)
			json_object_set_new(object, table->columns[i].key,
					    cell_json(table->arena, table->rows[row][i],
						      table->columns[i].kind));
		json_array_append_new(rows, object);
	}
	return rows;
}
