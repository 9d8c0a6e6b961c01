/* Rules that speak about what is printed on labelled papers: what an honest paper says
 * must not be held against it. The truth beside each document is taken as if it had
 * been keyed, so nothing here depends on reading. Skipped where the labelled papers are
 * not at hand. */
#include "types.h"

#include <dirent.h>
#include <stdlib.h>

#include "text.h"
#include "daemon/cli/truth.h"

static void key(struct doc *doc, const struct doctype *type, const char *path, int line,
		const char *value)
{
	struct field *field;

	if (value == NULL || doctype_field(type, path) == NULL)
		return;
	field = doc_add_field(doc, path, line);
	field->raw = field->value = value;
	field->source = SOURCE_PERSON;
	field->confidence = 1;
}

static struct doc *keyed(struct arena *arena, const struct doctype *type,
			 const struct truth *truth)
{
	struct doc *doc = doc_new(arena);

	doc->type = type->name;
	doc->received_on = "2026-11-22";
	for (size_t i = 0; i < truth->n_values; i++)
		key(doc, type, truth->values[i].path, 0, truth->values[i].value);
	for (size_t i = 0; i < truth->n_lines; i++)
		for (size_t k = 0; k < truth->lines[i].n_values; k++)
			key(doc, type,
			    arena_printf(arena, "lines/%s",
					 truth->lines[i].values[k].path),
			    (int)i + 1, truth->lines[i].values[k].value);
	return doc;
}

static const struct rule *rule_of(const struct doctype *type, const char *id)
{
	for (size_t i = 0; i < type->n_rules; i++)
		if (strcmp(type->rules[i].id, id) == 0)
			return &type->rules[i];
	return NULL;
}

/* What the truth does not know of a paper may be what a rule misses: it has no column
 * for allowances of the whole invoice or for what was paid before. */
static bool knows_all(const struct truth *truth, const struct rule *rule)
{
	if (strstr(rule->test, "allowances_total") ||
	    strstr(rule->test, "prepaid_amount"))
		return false;
	for (size_t i = 0; i < rule->n_fields; i++)
		if (truth_is_unscored(truth, rule->fields[i]))
			return false;
	return true;
}

static size_t complaints_about(const char *path, size_t *judged)
{
	struct arena *arena = arena_new();
	struct truth truth = {0};
	struct err err = {0};
	bool known = false;
	size_t n = 0;

	if (truth_load(path, arena, &truth, &known, &err) != RC_OK)
		fail_msg("%s", err.text);
	const struct doctype *type =
		known && truth.type ? schema_type(types, truth.type) : NULL;
	if (type && !type->fallback) {
		struct doc *doc = keyed(arena, type, &truth);

		if (doc_validate(doc, type, NULL, &err) != RC_OK)
			fail_msg("%s", err.text);
		(*judged)++;
		for (size_t i = 0; i < doc->n_findings; i++) {
			const struct finding *f = &doc->findings[i];
			const struct rule *rule = rule_of(type, f->code);

			if (rule == NULL || !knows_all(&truth, rule))
				continue;
			print_message("%s: %s: %s\n", path, f->code, f->text);
			n += f->severity == SEVERITY_STOP;
		}
	}
	arena_free(&arena);
	return n;
}

static void folder(const char *name, size_t borne)
{
	char path[512];
	struct dirent **entries;
	size_t judged = 0, complaints = 0;

	snprintf(path, sizeof path, "../shared/data/%s", name);
	int n = scandir(path, &entries, NULL, alphasort);
	if (n < 0)
		skip();
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "../shared/data/%s/%s", name,
			 entries[i]->d_name);
		if (entries[i]->d_name[0] != '.' && !text_ends(path, ".truth.json") &&
		    !text_ends(path, ".truth.txt"))
			complaints += complaints_about(path, &judged);
		free(entries[i]);
	}
	free(entries);
	assert_true(judged > 0);
	if (complaints > borne)
		fail_msg("%zu rules stopped %zu honest papers of %s", complaints,
			 judged, name);
}

static void claims(void **state)
{
	(void)state;
	folder("cms1500", 0);
}

static void printed_invoices(void **state)
{
	(void)state;
	folder("invoices-digital", 0);
	folder("invoices-scan", 0);
	folder("invoice2data", 0);
}

static void receipts(void **state)
{
	(void)state;
	folder("receipts-real", 0);
	folder("sroie", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claims),
		cmocka_unit_test(printed_invoices),
		cmocka_unit_test(receipts),
	};
	return cmocka_run_group_tests(tests, load_types, free_types);
}
