/* evaluate_learn_report.c - what learning was worth, over the documents whose supplier
 * had been keyed before: without it, and with it. */
#include "evaluate_learn.h"

static const struct column columns[] = {
	{"Supplier keyed before", "field", COLUMN_TEXT},
	{"Truth", "truth", COLUMN_NUMBER},
	{"Correct unlearnt", "correct_unlearnt", COLUMN_NUMBER},
	{"Correct", "correct", COLUMN_NUMBER},
	{"Wrong", "wrong", COLUMN_NUMBER},
	{"F1 unlearnt", "f1_unlearnt", COLUMN_NUMBER},
	{"F1", "f1", COLUMN_NUMBER},
	{"Accepted", "accepted", COLUMN_NUMBER},
	{"Acc. wrong", "accepted_wrong", COLUMN_NUMBER},
};

static void add_row(struct table *table, const char *field, const struct count *without,
		    const struct count *with)
{
	struct arena *a = table->arena;
	const char **row = table_row(table);

	row[0] = field;
	row[1] = arena_printf(a, "%ld", with->truth);
	row[2] = arena_printf(a, "%ld", without->correct);
	row[3] = arena_printf(a, "%ld", with->correct);
	row[4] = arena_printf(a, "%ld", with->found - with->correct);
	row[5] = arena_printf(a, "%.3f", count_f1(without));
	row[6] = arena_printf(a, "%.3f", count_f1(with));
	row[7] = arena_printf(a, "%ld", with->accepted);
	row[8] = arena_printf(a, "%ld", with->accepted_wrong);
}

static struct table learn_table(const struct learn_report *report)
{
	struct table table;

	table_init(&table, report->arena, columns, sizeof(columns) / sizeof(*columns));
	for (size_t i = 0; i < report->n; i++)
		if (report->counts[i].with.truth + report->counts[i].with.found > 0)
			add_row(&table, report->counts[i].path,
				&report->counts[i].without, &report->counts[i].with);
	add_row(&table, "(names and addresses)", &report->without, &report->with);
	return table;
}

void learn_print(const struct learn_report *report)
{
	struct table table = learn_table(report);

	printf("Learning: of %ld documents the supplier of %ld had been keyed before; "
	       "%ld were recognised.\n",
	       report->documents, report->known, report->recognised);
	if (report->known > 0)
		table_print(&table, stdout, 0);
	putchar('\n');
}

json_t *learn_json(const struct learn_report *report)
{
	struct table table = learn_table(report);

	return json_pack("{s:i, s:i, s:i, s:o}", "documents", (int)report->documents,
			 "keyed_before", (int)report->known, "recognised",
			 (int)report->recognised, "fields", table_json(&table));
}
