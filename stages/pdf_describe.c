/* What a PDF's pages are like, from the fewest starts of a tool: each costs 5 ms before
 * it does anything, as much as a page's text.
 *
 * The text layer of the first pages is wanted anyway, and tells how many pages a short
 * file has and how large they are. pdfinfo is asked where it doesn't: when the file is
 * longer, when the text cannot be had, and for the rotation of a page whose picture is
 * taken out as it lies in the file. What no tool tells is A4. */
#include "pdf.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum rc pdf_tool(const struct pdf *pdf, struct tool_request request, const void **bytes,
		 size_t *len, struct err *err)
{
	*bytes = NULL;
	*len = 0;
	return pdf->env->tool(pdf->env->ctx, &request, bytes, len, err);
}

/* --- pdfinfo --- */

/* The number behind "Key:" at the start of a line; fallback when there is none. */
static long number_of(const char *info, const char *key, long fallback)
{
	size_t n = strlen(key);
	for (const char *line = info; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, n) == 0)
			return strtol(line + n, NULL, 10);
	}
	return fallback;
}

/* "Page    1 size:  595.44 x 841.92 pts (A4)" and "Page    1 rot:   0". */
static void take_page_lines(const char *info, struct pdf_page *pages, size_t n_pages)
{
	for (const char *line = info; line; line = strchr(line, '\n')) {
		int number, rotation;
		double w, h;
		line += *line == '\n';
		if (sscanf(line, "Page %d", &number) != 1 || number < pages[0].number ||
		    number >= pages[0].number + (int)n_pages)
			continue;
		struct pdf_page *page = &pages[number - pages[0].number];
		if (sscanf(line, "Page %*d rot: %d", &rotation) == 1) {
			page->rotation = (rotation % 360 + 360) % 360 / 90 * 90;
		} else if (page->width_pt <= 0 &&
			   sscanf(line, "Page %*d size: %lf x %lf", &w, &h) == 2 &&
			   w > 0 && h > 0 && w < 1e6 && h < 1e6) {
			page->width_pt = w;
			page->height_pt = h;
		}
	}
	for (size_t i = 0; i < n_pages; i++)
		if (pages[i].rotation != UNTOLD)
			pdf_turn_page(&pages[i], pages[i].rotation % 180 != 0);
}

/* Whether the word stands in the file as it is: names are never compressed but inside
 * object streams, and a stream's own dictionary lies in none. (They may be written in a
 * perverse way, "/Im#61ge"; what then is missed is missed.) */
bool pdf_says(const struct pdf *pdf, const char *word)
{
	return memmem(pdf->bytes, pdf->len, word, strlen(word)) != NULL;
}

/* One start of the tool tells how many pages there are and how large the first run's
 * are; a page that kills it must not cost the number. NULL: it cannot be opened. */
static const char *ask_info(const struct pdf *pdf, int first, struct arena *arena,
			    struct err *err)
{
	struct tool_request request = {
		.tool = TOOL_PDFINFO, .first = first, .last = first + RUN - 1};
	const void *bytes;
	size_t len;
	if (pdf_tool(pdf, request, &bytes, &len, err) == RC_OK) {
		const char *info = arena_strndup(arena, bytes, len);
		if (number_of(info, "Pages:", 0) > 0)
			return info;
	}
	request.first = request.last = 0;
	if (pdf_tool(pdf, request, &bytes, &len, err) != RC_OK)
		return NULL;
	return arena_strndup(arena, bytes, len);
}

/* The rotation of a page of which so far only the text layer was asked for. Nothing
 * drawn needs it, only a picture that is taken out as it lies in the file. */
void pdf_ask_rotation(const struct pdf *pdf, struct pdf_page *page)
{
	AUTO_ARENA scratch = arena_new();
	struct err err;
	if (page->rotation != UNTOLD)
		return;
	const char *info = NULL;
	if (pdf_says(pdf, "/Rotate") || pdf_says(pdf, "/ObjStm"))
		info = ask_info(pdf, page->number, scratch, &err);
	if (info)
		take_page_lines(info, page, 1);
	if (page->rotation == UNTOLD)
		page->rotation = 0;
}

/* --- a run of pages --- */

void run_begin(struct run *run, int first)
{
	*run = (struct run){.arena = arena_new()};
	for (int i = 0; i < RUN; i++)
		run->pages[i] =
			(struct pdf_page){.number = first + i, .rotation = UNTOLD};
}

void run_end(struct run *run)
{
	run_forget_looks(run);
	arena_free(&run->arena);
}

/* Gives the number of pages the tool told of, 0 when it told nothing. */
static size_t take_text(const struct pdf *pdf, struct run *run, size_t n)
{
	struct tool_request request = {.tool = TOOL_TEXT,
				       .first = run->pages[0].number,
				       .last = run->pages[n - 1].number};
	const void *bytes;
	size_t len, found = 0;
	struct err err;

	run->text_taken = true;
	if (pdf_tool(pdf, request, &bytes, &len, &err) == RC_OK &&
	    pdf_take_text(bytes, len, run->arena, run->pages, n, &found, &err) != RC_OK)
		found = 0;
	return found;
}

/* Of pages whose text layer could not be had. */
static void take_info(const struct pdf *pdf, struct run *run)
{
	AUTO_ARENA scratch = arena_new();
	struct err err;
	const char *info = ask_info(pdf, run->pages[0].number, scratch, &err);
	if (info)
		take_page_lines(info, run->pages, run->n);
}

static void list_pictures(const struct pdf *pdf, struct pdf_page *pages, size_t n,
			  struct arena *arena)
{
	struct tool_request request = {.tool = TOOL_IMAGE_LIST,
				       .first = pages[0].number,
				       .last = pages[n - 1].number};
	const void *bytes;
	size_t len;
	struct err err;

	if (pdf_says(pdf, "/Image") &&
	    pdf_tool(pdf, request, &bytes, &len, &err) == RC_OK)
		pdf_take_pictures(bytes, len, arena, pages, n);
	for (size_t i = 0; i < n; i++)
		pages[i].pictures_told = true;
}

void pdf_ask_pictures(const struct pdf *pdf, struct pdf_page *page, struct arena *arena)
{
	if (!page->pictures_told)
		list_pictures(pdf, page, 1, arena);
}

/* Pictures too small to be a scan of any of the pages, such as a logo, matter only
 * where print is missing in the text. */
static bool pictures_matter(const struct pdf *pdf, const struct run *run)
{
	if (!pdf_says(pdf, "/Image"))
		return true; /* and cost nothing */
	double least = pdf_scan_pixels(&run->pages[0]);
	for (size_t i = 1; i < run->n; i++)
		least = fmin(least, pdf_scan_pixels(&run->pages[i]));
	return !pdf_pictures_below(pdf, PDF_SCAN_SHARE * least);
}

void run_describe(const struct pdf *pdf, struct run *run)
{
	if (!run->text_taken && take_text(pdf, run, run->n) == 0)
		take_info(pdf, run);
	for (size_t i = 0; i < run->n; i++) {
		if (run->pages[i].width_pt <= 0 || run->pages[i].height_pt <= 0) {
			run->pages[i].width_pt = 595; /* nobody said: A4 */
			run->pages[i].height_pt = 842;
		}
	}
	if (pictures_matter(pdf, run))
		list_pictures(pdf, run->pages, run->n, run->arena);
}

/* How many pages there are. The text layer of the first eight, which is wanted anyway,
 * tells of a shorter file all that pdfinfo would; where it doesn't, pdfinfo is asked.
 */
enum rc run_count_pages(const struct pdf *pdf, int first, struct run *run, long *pages,
			struct err *err)
{
	if (first == 1) {
		*pages = (long)take_text(pdf, run, RUN);
		if (*pages > 0 && *pages < RUN)
			return RC_OK;
	}
	const char *info = ask_info(pdf, first, run->arena, err);
	if (!info)
		return RC_FAIL;
	*pages = number_of(info, "Pages:", 0);
	if (*pages < 1)
		return err_set(err, RC_FAIL, "no pages found");
	take_page_lines(info, run->pages, RUN);
	return RC_OK;
}
