/* evaluate_report.c - the tables of `intray evaluate`, for people and as JSON.
 *
 * Each table is made once; people and programs get the same rows. */
#include "evaluate.h"

#include <string.h>

static const char *number(struct arena *arena, long value)
{
	return arena_printf(arena, "%ld", value);
}

/* Three decimals; NULL where there is nothing to divide by. */
static const char *rate(struct arena *arena, double value, long whole)
{
	return whole > 0 ? arena_printf(arena, "%.3f", value) : NULL;
}

static const char *share(struct arena *arena, long part, long whole)
{
	return rate(arena, whole > 0 ? (double)part / (double)whole : 0, whole);
}

static const char *real(struct arena *arena, double value, int decimals)
{
	return arena_printf(arena, "%.*f", decimals, value);
}

/* --- documents ---------------------------------------------------------------- */

static const struct column document_columns[] = {
	{"Documents of", "group", COLUMN_TEXT},
	{"n", "documents", COLUMN_NUMBER},
	{"Ready", "ready", COLUMN_NUMBER},
	{"Exception", "exception", COLUMN_NUMBER},
	{"Quarantined", "quarantined", COLUMN_NUMBER},
	{"With truth", "with_truth", COLUMN_NUMBER},
	{"Type right", "type_right", COLUMN_NUMBER},
	{"Whole right", "whole_right", COLUMN_NUMBER},
	{"Straight through", "straight_through", COLUMN_NUMBER},
	{"Error", "straight_through_error", COLUMN_NUMBER},
	{"Wrong value", "straight_through_wrong_value", COLUMN_NUMBER},
	{"Pages", "pages", COLUMN_NUMBER},
	{"CPU s", "cpu_s", COLUMN_NUMBER},
	{"CPU s/page", "cpu_s_per_page", COLUMN_NUMBER},
};

static void add_document_row(struct table *table, const struct group *g)
{
	struct arena *a = table->arena;
	const char **row = table_row(table);

	row[0] = g->name;
	row[1] = number(a, g->documents);
	row[2] = number(a, g->ready);
	row[3] = number(a, g->exceptions);
	row[4] = number(a, g->quarantined);
	row[5] = number(a, g->with_truth);
	row[6] = g->with_truth ? number(a, g->type_right) : NULL;
	row[7] = g->with_truth ? number(a, g->whole_right) : NULL;
	row[8] = share(a, g->truth_ready, g->with_truth);
	row[9] = share(a, g->ready_not_right, g->truth_ready);
	row[10] = share(a, g->ready_value_wrong, g->truth_ready);
	row[11] = number(a, g->pages);
	row[12] = real(a, g->cpu_s, 2);
	row[13] = g->pages ? real(a, g->cpu_s / (double)g->pages, 2) : NULL;
}

static struct table document_table(struct arena *arena, const struct group *groups,
				   size_t n)
{
	struct table table;

	table_init(&table, arena, document_columns,
		   sizeof(document_columns) / sizeof(*document_columns));
	for (size_t i = 0; i < n; i++)
		add_document_row(&table, &groups[i]);
	return table;
}

/* --- fields ------------------------------------------------------------------- */

static const struct column field_columns[] = {
	{"Type", "type", COLUMN_TEXT},
	{"Field", "field", COLUMN_TEXT},
	{"Truth", "truth", COLUMN_NUMBER},
	{"Found", "found", COLUMN_NUMBER},
	{"Correct", "correct", COLUMN_NUMBER},
	{"Precision", "precision", COLUMN_NUMBER},
	{"Recall", "recall", COLUMN_NUMBER},
	{"F1", "f1", COLUMN_NUMBER},
	{"Accepted", "accepted", COLUMN_NUMBER},
	{"Acc. wrong", "accepted_wrong", COLUMN_NUMBER},
};

static void add_field_row(struct table *table, const char *type, const char *field,
			  const struct count *c)
{
	struct arena *a = table->arena;
	const char **row = table_row(table);

	row[0] = type;
	row[1] = field;
	row[2] = number(a, c->truth);
	row[3] = number(a, c->found);
	row[4] = number(a, c->correct);
	row[5] = rate(a, count_precision(c), c->found);
	row[6] = rate(a, count_recall(c), c->truth);
	row[7] = rate(a, count_f1(c), c->truth + c->found);
	row[8] = number(a, c->accepted);
	row[9] = number(a, c->accepted_wrong);
}

static void add_type_rows(struct table *table, const struct group *g)
{
	const struct scored_type *scored = scored_type(g->name);

	for (size_t i = 0; scored && i < scored->n_paths; i++)
		if (g->by_path[i].truth + g->by_path[i].found > 0)
			add_field_row(table, g->name, scored->paths[i], &g->by_path[i]);
	if (g->header.truth + g->header.found > 0)
		add_field_row(table, g->name, "(all header fields)", &g->header);
	if (g->cells.truth + g->cells.found > 0)
		add_field_row(table, g->name, "(all cells of lines)", &g->cells);
}

static struct table field_table(struct arena *arena, const struct tally *tally)
{
	struct table table;

	table_init(&table, arena, field_columns,
		   sizeof(field_columns) / sizeof(*field_columns));
	for (size_t i = 0; i < tally->n_types; i++)
		add_type_rows(&table, &tally->types[i]);
	return table;
}

/* --- lines and words ---------------------------------------------------------- */

static const struct column line_columns[] = {
	{"Line items of", "group", COLUMN_TEXT},
	{"Truth", "truth", COLUMN_NUMBER},
	{"Found", "found", COLUMN_NUMBER},
	{"All cells right", "right", COLUMN_NUMBER},
	{"Share", "share", COLUMN_NUMBER},
	{"Cell F1", "cell_f1", COLUMN_NUMBER},
};

static struct table line_table(struct arena *arena, const struct group *groups,
			       size_t n)
{
	struct table table;

	table_init(&table, arena, line_columns,
		   sizeof(line_columns) / sizeof(*line_columns));
	for (size_t i = 0; i < n; i++) {
		const struct group *g = &groups[i];
		const char **row;

		if (g->truth_lines + g->found_lines == 0)
			continue;
		row = table_row(&table);
		row[0] = g->name;
		row[1] = number(arena, g->truth_lines);
		row[2] = number(arena, g->found_lines);
		row[3] = number(arena, g->right_lines);
		row[4] = share(arena, g->right_lines, g->truth_lines);
		row[5] = rate(arena, count_f1(&g->cells),
			      g->cells.truth + g->cells.found);
	}
	return table;
}

static const struct column word_columns[] = {
	{"Running text of", "group", COLUMN_TEXT},
	{"Words", "truth", COLUMN_NUMBER},
	{"Read", "found", COLUMN_NUMBER},
	{"Same", "same", COLUMN_NUMBER},
	{"Word error rate", "word_error_rate", COLUMN_NUMBER},
};

static struct table word_table(struct arena *arena, const struct group *groups,
			       size_t n)
{
	struct table table;

	table_init(&table, arena, word_columns,
		   sizeof(word_columns) / sizeof(*word_columns));
	for (size_t i = 0; i < n; i++) {
		const struct word_score *words = &groups[i].words;
		const char **row;

		if (words->truth == 0)
			continue;
		row = table_row(&table);
		row[0] = groups[i].name;
		row[1] = number(arena, words->truth);
		row[2] = number(arena, words->found);
		row[3] = number(arena, words->same);
		row[4] = rate(arena, word_error_rate(words), words->truth);
	}
	return table;
}

/* --- all of it ---------------------------------------------------------------- */

static void print_table(struct table table)
{
	if (table.n_rows == 0)
		return;
	table_print(&table, stdout, 0);
	putchar('\n');
}

static void print_quarantined(const struct sample_list *list)
{
	enum { SHOWN_MAX = 10 };
	long n = 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct outcome *outcome = &list->samples[i].outcome;

		if (outcome->error && ++n <= SHOWN_MAX)
			printf("quarantined: %s: %s\n", list->samples[i].shown,
			       outcome->error);
	}
	if (n > SHOWN_MAX)
		printf("quarantined: %ld more; --dump tells of all\n", n - SHOWN_MAX);
	if (n > 0)
		putchar('\n');
}

void evaluate_print(const struct tally *tally, const struct sample_list *list)
{
	struct arena *a = tally->arena;

	print_table(field_table(a, tally));
	print_table(line_table(a, tally->types, tally->n_types));
	print_table(word_table(a, tally->types, tally->n_types));
	print_table(accepted_table(a, tally));
	print_table(curve_table(a, tally));
	print_table(reliability_table(a, tally));
	print_table(document_table(a, tally->folders, tally->n_folders));
	print_table(document_table(a, tally->types, tally->n_types));
	print_quarantined(list);
	printf("%ld documents, %ld pages, %.1f s CPU, %.1f s wall.\n", tally->documents,
	       tally->pages, tally->cpu_s, tally->wall_s);
	if (tally->cached)
		printf("Pages of %ld documents came from the cache: CPU means "
		       "nothing.\n",
		       tally->cached);
}

static void set_table(json_t *object, const char *key, struct table table)
{
	json_object_set_new(object, key, table_json(&table));
}

json_t *evaluate_json(const struct tally *tally)
{
	struct arena *a = tally->arena;
	json_t *object = json_object();

	set_table(object, "fields", field_table(a, tally));
	set_table(object, "lines", line_table(a, tally->types, tally->n_types));
	set_table(object, "text", word_table(a, tally->types, tally->n_types));
	set_table(object, "accepted", accepted_table(a, tally));
	set_table(object, "coverage", curve_table(a, tally));
	set_table(object, "reliability", reliability_table(a, tally));
	set_table(object, "folders",
		  document_table(a, tally->folders, tally->n_folders));
	set_table(object, "types", document_table(a, tally->types, tally->n_types));
	json_object_set_new(object, "documents", json_integer(tally->documents));
	json_object_set_new(object, "pages", json_integer(tally->pages));
	json_object_set_new(object, "from_cache", json_integer(tally->cached));
	json_object_set_new(object, "cpu_s", json_real(tally->cpu_s));
	json_object_set_new(object, "wall_s", json_real(tally->wall_s));
	return object;
}
