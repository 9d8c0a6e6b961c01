/* score.c - compares what was read with what is known.
 *
 * A path the truth does not have is not on the paper, so reading something there is
 * wrong; unless the truth says that it does not know (`unscored`), which makes it
 * neither right nor wrong. Values compare by their kind (value_equal), the kind comes
 * from the type's XSD. Line items have no names: truth rows and read rows are first
 * paired, in order, so that as many cells as possible agree; then cells count like
 * fields, and the cells of rows without a partner are missing or invented. */
#include "score.h"

#include <string.h>

#include "text.h"

/* --- counting ----------------------------------------------------------------- */

void count_add(struct count *to, const struct count *more)
{
	to->truth += more->truth;
	to->found += more->found;
	to->correct += more->correct;
	to->accepted += more->accepted;
	to->accepted_wrong += more->accepted_wrong;
}

static double share(long part, long whole)
{
	return whole > 0 ? (double)part / (double)whole : 0;
}

double count_precision(const struct count *c)
{
	return share(c->correct, c->found);
}

double count_recall(const struct count *c)
{
	return share(c->correct, c->truth);
}

double count_f1(const struct count *c)
{
	return share(2 * c->correct, c->truth + c->found);
}

/* --- one value ---------------------------------------------------------------- */

struct scoring {
	const struct truth *truth;
	const struct doc *doc;
	const struct doctype *type;
	value_fn *tell;
	void *ctx;
	struct document_score *out;
};

static enum kind kind_of(const struct scoring *s, const char *path)
{
	const struct fieldtype *field = s->type ? doctype_field(s->type, path) : NULL;

	return field ? field->kind : KIND_TEXT;
}

static bool has_value(const struct field *found)
{
	return found && found->value && *found->value;
}

static void score_value(const struct scoring *s, const char *path, int line,
			const char *truth, const struct field *found,
			struct count *by_path, struct count *all)
{
	bool is_found = has_value(found);
	bool right =
		is_found && truth && value_equal(kind_of(s, path), truth, found->value);
	struct count one = {
		.truth = truth != NULL,
		.found = is_found,
		.correct = right,
		.accepted = is_found && found->accepted,
		.accepted_wrong = is_found && found->accepted && !right,
	};

	count_add(by_path, &one);
	count_add(all, &one);
	if (!truth && !is_found)
		return;
	if (!right) {
		s->out->whole_right = false;
		s->out->value_wrong |= is_found;
	}
	if (s->tell)
		s->tell(s->ctx, path, line, truth, is_found ? found : NULL, right);
}

static void score_header(const struct scoring *s, const struct scored_type *scored,
			 struct count *by_path)
{
	for (size_t i = 0; i < scored->n_paths; i++) {
		const char *path = scored->paths[i];

		if (text_starts(path, "lines/") || truth_is_unscored(s->truth, path))
			continue;
		score_value(s, path, 0, truth_value(s->truth, path, 0),
			    doc_field(s->doc, path, 0), &by_path[i], &s->out->header);
	}
}

/* --- line items --------------------------------------------------------------- */

struct grid { /* the scored cells of all lines */
	struct arena *arena;
	const struct scored_type *scored;
	size_t *columns; /* indexes into scored->paths */
	size_t n_columns;
	size_t n_truth, n_found;
	const char **truth; /* [row * n_columns + column]; NULL: not on the paper */
	bool *unscored;	    /* beside truth */
	const struct field **found; /* NULL: nothing read */
	int *partner;		    /* found row of each truth row, or -1 */
};

static const char *column_name(const struct grid *g, size_t column)
{
	return g->scored->paths[g->columns[column]] + strlen("lines/");
}

static void find_columns(struct grid *g, const struct truth *truth)
{
	g->columns = arena_alloc_n(g->arena, g->scored->n_paths, sizeof(*g->columns));
	for (size_t i = 0; i < g->scored->n_paths; i++)
		if (text_starts(g->scored->paths[i], "lines/") &&
		    !truth_is_unscored(truth, g->scored->paths[i]))
			g->columns[g->n_columns++] = i;
}

static void fill_truth(struct grid *g, const struct truth *truth)
{
	AUTO_ARENA scratch = arena_new();

	g->n_truth = truth->n_lines;
	g->truth =
		arena_alloc_n(g->arena, g->n_truth * g->n_columns, sizeof(*g->truth));
	g->unscored = arena_alloc_n(g->arena, g->n_truth * g->n_columns,
				    sizeof(*g->unscored));
	for (size_t row = 0; row < g->n_truth; row++) {
		for (size_t c = 0; c < g->n_columns; c++) {
			const char *name = column_name(g, c);
			size_t at = row * g->n_columns + c;

			g->truth[at] = truth_value(truth, name, row + 1);
			g->unscored[at] = truth_is_unscored(
				truth,
				arena_printf(scratch, "lines[%zu]/%s", row + 1, name));
		}
	}
}

static void fill_found(struct grid *g, const struct doc *doc)
{
	g->n_found = (size_t)doc_lines(doc);
	g->found =
		arena_alloc_n(g->arena, g->n_found * g->n_columns, sizeof(*g->found));
	for (size_t i = 0; i < doc->n_fields; i++) {
		const struct field *field = &doc->fields[i];

		for (size_t c = 0; field->line > 0 && c < g->n_columns; c++)
			if (strcmp(field->path, g->scored->paths[g->columns[c]]) == 0)
				g->found[(size_t)(field->line - 1) * g->n_columns + c] =
					field;
	}
}

static bool cell_agrees(const struct scoring *s, const struct grid *g, size_t truth_row,
			size_t found_row, size_t column)
{
	size_t at = truth_row * g->n_columns + column;
	const struct field *found = g->found[found_row * g->n_columns + column];

	return !g->unscored[at] && g->truth[at] && has_value(found) &&
	       value_equal(kind_of(s, g->scored->paths[g->columns[column]]),
			   g->truth[at], found->value);
}

static int agreement(const struct scoring *s, const struct grid *g, size_t truth_row,
		     size_t found_row)
{
	int n = 0;

	for (size_t c = 0; c < g->n_columns; c++)
		n += cell_agrees(s, g, truth_row, found_row, c);
	return n;
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

/* best[t * width + f]: most agreeing cells among the first t truth and f found rows.
 * Read backwards it tells the pairs. Found rows far beyond the truth's number can't
 * matter. */
static void pair_rows(const struct scoring *s, struct grid *g)
{
	size_t n_found = g->n_found, width;
	int *best, *agree;

	if (n_found > 4 * g->n_truth + 100)
		n_found = 4 * g->n_truth + 100;
	width = n_found + 1;
	g->partner = arena_alloc_n(g->arena, g->n_truth, sizeof(*g->partner));
	best = arena_alloc_n(g->arena, (g->n_truth + 1) * width, sizeof(*best));
	agree = arena_alloc_n(g->arena, (g->n_truth + 1) * width, sizeof(*agree));
	for (size_t t = 1; t <= g->n_truth; t++) {
		for (size_t f = 1; f <= n_found; f++) {
			size_t at = t * width + f;

			agree[at] = agreement(s, g, t - 1, f - 1);
			best[at] = larger(larger(best[at - 1], best[at - width]),
					  best[at - width - 1] + agree[at]);
		}
	}
	for (size_t t = g->n_truth, f = n_found; t > 0;) {
		size_t at = t * width + f;

		if (f > 0 && best[at] == best[at - 1]) {
			f--;
		} else if (f > 0 && agree[at] > 0 &&
			   best[at] == best[at - width - 1] + agree[at]) {
			g->partner[--t] = (int)--f;
		} else {
			g->partner[--t] = -1;
		}
	}
}

/* Scores one truth row against its partner (-1: none); true when all of it is right. */
static bool score_truth_row(const struct scoring *s, const struct grid *g, size_t row,
			    struct count *by_path)
{
	int partner = g->partner[row];
	long before =
		s->out->cells.truth + s->out->cells.found - 2 * s->out->cells.correct;

	for (size_t c = 0; c < g->n_columns; c++) {
		size_t at = row * g->n_columns + c;
		size_t path = g->columns[c];
		const struct field *found =
			partner < 0 ? NULL
				    : g->found[(size_t)partner * g->n_columns + c];

		if (!g->unscored[at])
			score_value(s, g->scored->paths[path], (int)row + 1,
				    g->truth[at], found, &by_path[path],
				    &s->out->cells);
	}
	return s->out->cells.truth + s->out->cells.found - 2 * s->out->cells.correct ==
	       before;
}

static void score_invented_row(const struct scoring *s, const struct grid *g,
			       size_t row, struct count *by_path)
{
	s->out->whole_right = false;
	for (size_t c = 0; c < g->n_columns; c++) {
		size_t path = g->columns[c];

		score_value(s, g->scored->paths[path], (int)row + 1, NULL,
			    g->found[row * g->n_columns + c], &by_path[path],
			    &s->out->cells);
	}
}

static bool row_is_empty(const struct grid *g, size_t row)
{
	for (size_t c = 0; c < g->n_columns; c++)
		if (has_value(g->found[row * g->n_columns + c]))
			return false;
	return true;
}

static void score_lines(const struct scoring *s, const struct scored_type *scored,
			struct count *by_path)
{
	AUTO_ARENA arena = arena_new();
	struct grid g = {.arena = arena, .scored = scored};
	bool *paired;

	if (truth_is_unscored(s->truth, "lines"))
		return;
	find_columns(&g, s->truth);
	if (g.n_columns == 0)
		return;
	fill_truth(&g, s->truth);
	fill_found(&g, s->doc);
	pair_rows(s, &g);
	paired = arena_alloc_n(arena, g.n_found, sizeof(*paired));
	s->out->truth_lines = (long)g.n_truth;
	for (size_t row = 0; row < g.n_truth; row++) {
		s->out->right_lines += score_truth_row(s, &g, row, by_path);
		if (g.partner[row] >= 0)
			paired[g.partner[row]] = true;
	}
	for (size_t row = 0; row < g.n_found; row++) {
		if (row_is_empty(&g, row))
			continue;
		s->out->found_lines++;
		if (!paired[row])
			score_invented_row(s, &g, row, by_path);
	}
}

/* --- the document ------------------------------------------------------------- */

void score_document(const struct truth *truth, const struct doc *doc,
		    const struct doctype *type, struct count *by_path, value_fn *tell,
		    void *ctx, struct document_score *out)
{
	const struct scored_type *scored = scored_type(truth->type);
	struct scoring s = {truth, doc, type, tell, ctx, out};

	*out = (struct document_score){
		.type_right = doc->type && strcmp(doc->type, truth->type) == 0,
	};
	out->whole_right = out->type_right;
	if (!scored)
		return;
	score_header(&s, scored, by_path);
	score_lines(&s, scored, by_path);
}
