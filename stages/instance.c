/* instance.c - a document's values as the XML its XSD describes.
 *
 * Values that are absent or were not understood stay out: a missing element hides no
 * other error, and rules see only what was read. A value that nobody needs and nobody
 * is sure of (doubt="drop") stays out too. Elements come in the XSD's order. Every
 * field keeps a cell beside the tree, in which validation notes what it finds out. */
#include "instance.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

static int by_place(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	if (x->type->position != y->type->position)
		return x->type->position < y->type->position ? -1 : 1;
	if (x->field->line != y->field->line)
		return x->field->line < y->field->line ? -1 : 1;
	return x->field < y->field ? -1 : x->field > y->field;
}

/* Nobody needs it and nobody is sure of it. */
static bool is_dropped(const struct doctype *doctype, const struct field *field,
		       const struct fieldtype *type)
{
	return type->drop_doubtful && field->source != SOURCE_XML &&
	       field->source != SOURCE_PERSON &&
	       field->confidence < doctype_accept(doctype, type, field->source);
}

static void collect_cells(struct instance *instance)
{
	struct doc *doc = instance->doc;

	for (size_t i = 0; i < doc->n_fields; i++) {
		struct field *field = &doc->fields[i];
		const struct fieldtype *type =
			doctype_field(instance->type, field->path);

		if (type == NULL || type->line != (field->line > 0))
			continue;
		*arena_push(instance->arena, instance->cells, instance->n_cells,
			    instance->cap_cells) = (struct cell){
			.field = field,
			.type = type,
			.in_instance = field->value && *field->value &&
				       !is_dropped(instance->type, field, type),
		};
	}
	if (instance->n_cells > 1)
		qsort(instance->cells, instance->n_cells, sizeof *instance->cells,
		      by_place);
}

/* The first of two readings of one field wins. */
static void drop_repeated(struct instance *instance)
{
	for (size_t i = 1; i < instance->n_cells; i++) {
		struct cell *before = &instance->cells[i - 1],
			    *cell = &instance->cells[i];

		if (before->type == cell->type &&
		    before->field->line == cell->field->line)
			cell->in_instance = false;
	}
}

struct cell *instance_cell(const struct instance *instance,
			   const struct fieldtype *type, int line)
{
	size_t low = 0, high = instance->n_cells;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct cell *cell = &instance->cells[middle];
		bool before = cell->type->position != type->position
				      ? cell->type->position < type->position
				      : cell->field->line < line;

		if (before)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < instance->n_cells && instance->cells[low].type == type &&
	    instance->cells[low].field->line == line)
		return &instance->cells[low];
	return NULL;
}

/* --- tables ----------------------------------------------------------- */

const struct table *instance_table(const struct instance *instance, const char *name)
{
	for (size_t i = 0; i < instance->n_tables; i++)
		if (strcmp(instance->tables[i].name, name) == 0)
			return &instance->tables[i];
	return NULL;
}

static int by_number(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void sort_unique(struct table *table)
{
	size_t kept = 0;

	if (table->n > 1)
		qsort(table->lines, table->n, sizeof *table->lines, by_number);
	for (size_t i = 0; i < table->n; i++)
		if (i == 0 || table->lines[i] != table->lines[i - 1])
			table->lines[kept++] = table->lines[i];
	table->n = kept;
}

static struct table *table_of(struct instance *instance, const struct fieldtype *type)
{
	struct table *table;

	for (size_t i = 0; i < instance->n_tables; i++)
		if (strcmp(instance->tables[i].name, type->table) == 0)
			return &instance->tables[i];
	table = arena_push(instance->arena, instance->tables, instance->n_tables,
			   instance->cap_tables);
	*table = (struct table){.name = type->table, .item = type->item};
	return table;
}

static void find_lines(struct instance *instance)
{
	for (size_t i = 0; i < instance->n_cells; i++) {
		const struct cell *cell = &instance->cells[i];

		if (cell->type->table) {
			struct table *table = table_of(instance, cell->type);

			*arena_push(instance->arena, table->lines, table->n,
				    table->cap) = cell->field->line;
		}
	}
	for (size_t i = 0; i < instance->n_tables; i++)
		sort_unique(&instance->tables[i]);
}

/* --- elements --------------------------------------------------------- */

static void add_at(struct instance *instance, struct xml_node *parent, const char *path,
		   const char *value)
{
	const char *slash;

	for (; (slash = strchr(path, '/')) != NULL; path = slash + 1) {
		const char *name =
			arena_strndup(instance->arena, path, (size_t)(slash - path));
		struct xml_node *group = xml_child(parent, name);

		parent = group ? group : xml_add(parent, name, NULL);
	}
	xml_add(parent, path, text_clean(instance->arena, value, strlen(value)));
}

/* Rows are made first, so that a line without any usable value is still there. */
static void add_rows(struct instance *instance, struct table *table)
{
	struct xml_node *element = xml_add(xml_root(instance->tree), table->name, NULL);

	table->rows = arena_alloc_n(instance->arena, table->n + 1, sizeof *table->rows);
	for (size_t i = 0; i < table->n; i++)
		table->rows[i] = xml_add(element, table->item, NULL);
}

static struct xml_node *row_of(const struct table *table, int line)
{
	const int *at = bsearch(&line, table->lines, table->n, sizeof line, by_number);

	return at ? table->rows[at - table->lines] : NULL;
}

static void add_cell(struct instance *instance, const struct cell *cell)
{
	const char *path = cell->type->path;
	struct table *table;

	if (cell->type->table == NULL) {
		add_at(instance, xml_root(instance->tree), path, cell->field->value);
		return;
	}
	table = table_of(instance, cell->type);
	add_at(instance, row_of(table, cell->field->line),
	       path + strlen(table->name) + 1, cell->field->value);
}

void instance_build(struct instance *instance, struct doc *doc,
		    const struct doctype *type, struct arena *arena)
{
	*instance = (struct instance){.arena = arena, .doc = doc, .type = type};
	collect_cells(instance);
	drop_repeated(instance);
	find_lines(instance);
	instance->tree = xml_new(type->name);
	for (size_t i = 0; i < instance->n_cells; i++) {
		const struct cell *cell = &instance->cells[i];

		if (cell->type->table && table_of(instance, cell->type)->rows == NULL)
			add_rows(instance, table_of(instance, cell->type));
		if (cell->in_instance)
			add_cell(instance, cell);
	}
}

/* --- names ------------------------------------------------------------ */

const char *cell_name(struct arena *arena, const struct fieldtype *type, int line)
{
	if (type->table == NULL || line == 0)
		return type->path;
	return arena_printf(arena, "%s[%d]%s", type->table, line,
			    type->path + strlen(type->table));
}

struct cell *instance_cell_at(const struct instance *instance, const char *element_path,
			      int row)
{
	for (size_t i = 0; i < instance->type->n_fields; i++) {
		const struct fieldtype *type = &instance->type->fields[i];
		const struct table *table;
		const char *path;

		if (type->table == NULL) {
			if (strcmp(type->path, element_path) == 0)
				return instance_cell(instance, type, 0);
			continue;
		}
		path = arena_printf(instance->arena, "%s/%s%s", type->table, type->item,
				    type->path + strlen(type->table));
		table = instance_table(instance, type->table);
		if (table && strcmp(path, element_path) == 0 && row >= 1 &&
		    (size_t)row <= table->n)
			return instance_cell(instance, type, table->lines[row - 1]);
	}
	return NULL;
}

/* --- the XSD ---------------------------------------------------------- */

/* The first complaint about a field says most; a later one repeats it in general terms.
 */
static void note_complaint(void *ctx, const struct xml_complaint *complaint)
{
	struct instance *instance = ctx;
	struct cell *cell = instance_cell_at(instance, complaint->path, complaint->row);

	if (cell && !cell->wrong) {
		cell->wrong = true;
		cell->what = complaint->what;
	}
}

enum rc instance_ask_xsd(struct instance *instance, struct err *err)
{
	struct doc *doc = instance->doc;
	bool valid = false;
	enum rc rc = xml_schema_validate(instance->type->compiled, instance->tree,
					 &valid, note_complaint, instance, err);

	if (rc == RC_OK && valid)
		doc->instance = xml_print(doc->arena, xml_root(instance->tree), NULL);
	return rc;
}

/* Rules and XSD speak as in a validation, but nothing of what they say stays with the
 * document: only the cells know. */
enum rc instance_rehearse(struct instance *instance, struct doc *doc,
			  const struct doctype *type, struct arena *arena,
			  struct err *err)
{
	size_t n_findings = doc->n_findings;
	const char *before = doc->instance;
	enum rc rc;

	instance_build(instance, doc, type, arena);
	rc = instance_ask_xsd(instance, err);
	if (rc == RC_OK)
		rc = rules_run(instance, err);
	doc->n_findings = n_findings;
	doc->instance = before;
	return rc;
}
