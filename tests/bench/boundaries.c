/* boundaries CACHE ROUNDS LENGTH DIR... - how well documents are told apart by what
 * their pages say. Their pages, read before by `intray evaluate --cache CACHE DIR...`,
 * are made into scans of about LENGTH pages, documents in random order, and cut again.
 *
 * Prints how many boundaries there are, how many were found, precision and recall, and
 * with VERBOSE set which ones were wrong. Chance comes from a fixed seed. */
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/cli/evaluate.h"
#include "proc.h"
#include "separator.h"
#include "sha256.h"

enum { DOCUMENTS_MAX = 2000, PAGES_MAX = 4000 };

struct paper {
	const char *name;
	struct doc *doc;
};
static struct paper papers[DOCUMENTS_MAX];
static size_t n_papers;
static uint32_t seed = 1;

static size_t chance(size_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

static void take_file(const char *cache, const char *path, struct arena *arena)
{
	struct mapping map = {0};
	struct err err;
	char sha256[65];
	bool hit = false;
	struct doc *doc = doc_new(arena);
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);

	if (strstr(path, ".truth.") || fd < 0 || mapping_open(fd, &map, &err) != RC_OK)
		return;
	sha256_text(map.bytes, map.len, sha256);
	mapping_close(&map);
	if (page_cache_get(cache, sha256, doc, &hit, &err) != RC_OK || !hit ||
	    doc->n_pages == 0 || n_papers == DOCUMENTS_MAX)
		return;
	papers[n_papers++] = (struct paper){arena_strdup(arena, strrchr(path, '/') + 1), doc};
}

static void take_folder(const char *cache, const char *dir, struct arena *arena)
{
	glob_t found;

	if (glob(arena_printf(arena, "%s/*", dir), 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		take_file(cache, found.gl_pathv[i], arena);
	globfree(&found);
}

struct counts {
	size_t boundaries, said, right, pages;
};

/* One scan: papers in random order until it is long enough. */
static void cut_scan(const struct separator_rules *rules, size_t length,
		     struct counts *tally)
{
	AUTO_ARENA arena = arena_new();
	static bool begins[PAGES_MAX], said[PAGES_MAX];
	static const char *names[PAGES_MAX];
	struct separator_mark *marks = arena_alloc_n(arena, PAGES_MAX, sizeof(*marks));
	struct separator_plan plan;
	size_t n = 0;

	while (n < length) {
		const struct paper *paper = &papers[chance(n_papers)];
		for (size_t i = 0; i < paper->doc->n_pages && n < PAGES_MAX; i++, n++) {
			begins[n] = i == 0;
			names[n] = paper->name;
			separator_look(rules, paper->doc->pages[i], (int)n, arena,
				       &marks[n]);
		}
	}
	separator_plan(rules, marks, n, arena, &plan);
	memset(said, 0, sizeof(said));
	for (size_t i = 0; i < plan.n_pieces; i++)
		said[plan.pieces[i].pages[0]] = true;
	for (size_t i = 1; i < n; i++) {
		tally->boundaries += begins[i];
		tally->said += said[i];
		tally->right += begins[i] && said[i];
		if (begins[i] != said[i] && getenv("VERBOSE"))
			printf("%s: %s (p%d) after %s\n", said[i] ? "torn" : "glued",
			       names[i], papers[0].doc ? marks[i].page : 0,
			       names[i - 1]);
	}
	tally->pages += n;
}

int main(int argc, char **argv)
{
	AUTO_ARENA arena = arena_new();
	struct schema_set *schemas;
	struct separator_rules *rules;
	struct counts tally = {0};
	struct err err;

	if (argc < 5) {
		fputs("usage: boundaries CACHE ROUNDS LENGTH DIR...\n", stderr);
		return 2;
	}
	for (int i = 4; i < argc; i++)
		take_folder(argv[1], argv[i], arena);
	if (n_papers == 0 || schema_load_dir("schemas", &schemas, &err) != RC_OK ||
	    separator_rules_new(&(struct separator_settings){.content = true}, schemas,
				&rules, &err) != RC_OK) {
		fputs("boundaries: nothing to measure\n", stderr);
		return 1;
	}
	for (int i = 0; i < atoi(argv[2]); i++)
		cut_scan(rules, (size_t)atoi(argv[3]), &tally);
	printf("%zu papers; %zu pages, %zu boundaries: %zu said, %zu right: precision "
	       "%.3f, recall %.3f\n",
	       n_papers, tally.pages, tally.boundaries, tally.said, tally.right,
	       (double)tally.right / (double)(tally.said ? tally.said : 1),
	       (double)tally.right / (double)(tally.boundaries ? tally.boundaries : 1));
	separator_rules_free(&rules);
	schema_set_free(&schemas);
	return 0;
}
