/* render_csv.c - headers and lines as tables, by a client's mapping.
 *
 * A batch makes every file the mapping names, each with the rows of all its documents.
 * A document either has all its rows in all files or none in any: its cells are made
 * first, and when one of them is a finding that stops, or has a character that the
 * encoding does not know, nothing of the document is written. */
#include "render_csv.h"

#include <string.h>

/* A document's rows of one file. */
static void add_row(struct rendering *r, struct strbuf *out,
		    const struct csv_file *file, const struct csv_rows *rows,
		    const struct csv_place *place)
{
	const struct csv_rows *titles = &file->rows[0];

	for (size_t i = 0; i < titles->n_columns; i++) {
		const char *text = "";

		for (size_t k = 0; k < rows->n_columns; k++)
			if (strcmp(rows->columns[k].title, titles->columns[i].title) ==
			    0)
				text = csv_cell(r, place, &rows->columns[k]);
		csv_add_cell(out, r->settings->mapping, text, i == 0);
	}
	strbuf_add(out, r->settings->mapping->line_end);
}

static bool has_once(const struct csv_rows *rows)
{
	for (size_t i = 0; i < rows->n_columns; i++)
		if (csv_is_once(&rows->columns[i]))
			return true;
	return false;
}

/* Where headers stand on the first line, a document without lines still has one row. */
static const char *document_rows(struct rendering *r, struct render_item *item,
				 size_t number, const struct csv_file *file)
{
	struct csv_place place = {.item = item, .document = number};
	struct strbuf out;

	strbuf_init(&out, r->arena);
	for (size_t i = 0; i < file->n_rows; i++) {
		const struct csv_rows *rows = &file->rows[i];
		int n = rows->table ? render_rows(item->doc, rows->table) : 0;

		place.table = rows->table;
		for (int line = 1; line <= n; line++) {
			place.line = line;
			place.row++;
			add_row(r, &out, file, rows, &place);
		}
		if (rows->table && (n > 0 || i > 0 || !has_once(rows)))
			continue;
		place.line = 0;
		place.row++;
		add_row(r, &out, file, rows, &place);
	}
	return out.text;
}

static void check_characters(struct rendering *r, struct render_item *item,
			     const char *text)
{
	uint32_t bad;
	size_t len;

	csv_encode(r->arena, r->settings->mapping->encoding, text, strlen(text), &len,
		   &bad);
	if (bad)
		doc_find(item->doc, "render-value", FINDING_DOCUMENT, SEVERITY_STOP, "",
			 "The character U+%04X can't be written in the encoding of the "
			 "hand-over's files.",
			 (unsigned)bad);
}

/* One text a file, or nothing of it. */
static void render_document(struct rendering *r, struct render_item *item,
			    size_t *number, struct strbuf *files)
{
	const struct render_mapping *mapping = r->settings->mapping;
	const char **texts = arena_alloc_n(r->arena, mapping->n_files, sizeof *texts);

	if (item->doc->type == NULL || strcmp(item->doc->type, mapping->doctype) != 0) {
		doc_find(item->doc, "render-value", FINDING_DOCUMENT, SEVERITY_STOP, "",
			 "The mapping is for documents of type %s.", mapping->doctype);
		return;
	}
	for (size_t i = 0; i < mapping->n_files; i++) {
		texts[i] = document_rows(r, item, *number + 1, &mapping->files[i]);
		check_characters(r, item, texts[i]);
	}
	if (render_stopped(item))
		return;
	++*number;
	for (size_t i = 0; i < mapping->n_files; i++)
		strbuf_add(&files[i], texts[i]);
}

static void add_headings(struct strbuf *out, const struct render_mapping *mapping,
			 const struct csv_file *file)
{
	for (size_t i = 0; i < file->rows[0].n_columns; i++)
		csv_add_cell(out, mapping, file->rows[0].columns[i].title, i == 0);
	strbuf_add(out, mapping->line_end);
}

enum rc render_csv(struct rendering *r, struct err *err)
{
	const struct render_mapping *mapping =
		r->settings ? r->settings->mapping : NULL;
	struct strbuf *files;
	size_t documents = 0;

	if (mapping == NULL)
		return err_set(err, RC_FAIL, "CSV files need a mapping of columns");
	files = arena_alloc_n(r->arena, mapping->n_files, sizeof *files);
	for (size_t i = 0; i < mapping->n_files; i++) {
		strbuf_init(&files[i], r->arena);
		if (mapping->headings)
			add_headings(&files[i], mapping, &mapping->files[i]);
	}
	for (size_t i = 0; i < r->n; i++)
		if (!render_stopped(&r->items[i]))
			render_document(r, &r->items[i], &documents, files);
	for (size_t i = 0; documents > 0 && i < mapping->n_files; i++) {
		uint32_t bad;
		size_t len;
		const void *bytes = csv_encode(r->arena, mapping->encoding,
					       files[i].text, files[i].len, &len, &bad);

		if (bad)
			return err_set(err, RC_FAIL,
				       "%s: a heading can't be written in the encoding "
				       "of the mapping",
				       mapping->name);
		render_add_file(r, mapping->files[i].name, NULL, bytes, len, SIZE_MAX);
	}
	return RC_OK;
}
