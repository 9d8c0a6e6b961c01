/* letter.c - plain text as the pages of a letter: its words in their places, and a
 * picture of them for the desk.
 *
 * A mail that holds nothing else may itself be the invoice. Its text is set in lines of
 * one width, as on a typewriter, so that columns stay columns; what is read and what a
 * clerk sees are the same. Where the typefaces are not installed the words are there
 * and the picture is not. Text never fails; there is at least one page. */
#include "part.h"

#include <string.h>

#include "glyph.h"
#include "text.h"

enum { /* 150 dots an inch, A4, ten point */
       DPI = 150,
       WIDTH = 1240,
       HEIGHT = 1754,
       MARGIN = 90,
       EM = 21,
       PITCH_X10 = 126, /* of a letter, tenths of a pixel */
       LINE = 27,
       ASCENT = 18,
       COLUMNS = (WIDTH - 2 * MARGIN) * 10 / PITCH_X10,
       LINES = (HEIGHT - 2 * MARGIN) / LINE,
       UNITS = 300 / DPI, /* page units a pixel */
       TYPEWRITER = 1,	  /* in faces.h's order */
};

struct typed {
	struct arena *arena;
	const char **lines;
	size_t n, cap;
};

/* Bytes of the next line: up to its end, or the last blank that fits. */
static size_t line_len(const char *text, size_t *next)
{
	const char *at = text, *end = text + strlen(text);
	size_t columns = 0, blank = 0;
	while (at < end && *at != '\n' && columns < COLUMNS) {
		const char *before = at;
		uint32_t cp = text_next(&at, end);
		if (cp == ' ' || cp == '\t')
			blank = (size_t)(before - text);
		columns++;
	}
	size_t len = (size_t)(at - text);
	if (at < end && *at != '\n' && blank > 0)
		len = blank;
	*next = len + (text[len] == '\n' || text[len] == ' ');
	return len;
}

static void set_lines(struct typed *letter, const char *text)
{
	while (*text) {
		size_t next, len = line_len(text, &next);
		*arena_push(letter->arena, letter->lines, letter->n, letter->cap) =
			arena_strndup(letter->arena, text, len);
		text += next;
	}
}

static int pixel_of(size_t column)
{
	return MARGIN + (int)(column * PITCH_X10 / 10);
}

static void draw(uint8_t *pixels, const struct faces *faces, uint32_t cp, size_t column,
		 int baseline, struct arena *scratch)
{
	struct shape shape;
	if (!faces || faces_count(faces) <= TYPEWRITER || cp > 0xff ||
	    !face_draw(faces, TYPEWRITER, (char)cp, EM, (struct pose){0}, scratch,
		       &shape))
		return;
	for (int y = 0; y < shape.h; y++)
		for (int x = 0; x < shape.w; x++) {
			int px = pixel_of(column) + shape.left + x;
			int py = baseline + shape.top + y;
			if (px >= 0 && px < WIDTH && py >= 0 && py < HEIGHT)
				pixels[py * WIDTH + px] =
					(uint8_t)(255 - shape.cover[y * shape.w + x]);
		}
}

struct sheet {
	const struct read_env *env;
	struct arena *arena;
	struct page *page;
	size_t cap_words;
	uint8_t *pixels;
};

static void add_word(struct sheet *sheet, const char *text, size_t len, size_t from,
		     size_t to, int row)
{
	struct page *page = sheet->page;
	const char *clean = text_clean(sheet->arena, text, len);
	if (!*clean)
		return;
	int x = pixel_of(from), y = MARGIN + row * LINE;
	*arena_push(sheet->arena, page->words, page->n_words, sheet->cap_words) =
		(struct word){.text = clean,
			      .box = {x * UNITS, y * UNITS, (pixel_of(to) - x) * UNITS,
				      EM * UNITS},
			      .confidence = 1,
			      .line = (uint16_t)row,
			      .height = EM * UNITS * 2 / 3,
			      .readings = 1,
			      .agreed = 1};
}

static void set_line(struct sheet *sheet, const char *line, int row)
{
	AUTO_ARENA scratch = arena_new();
	const char *at = line, *end = line + strlen(line), *word = NULL;
	size_t column = 0, from = 0;
	while (at < end) {
		const char *before = at;
		uint32_t cp = text_next(&at, end);
		if (cp <= ' ' || cp == 0xa0) {
			if (word)
				add_word(sheet, word, (size_t)(before - word), from,
					 column, row);
			word = NULL;
		} else {
			if (!word) {
				word = before;
				from = column;
			}
			draw(sheet->pixels, sheet->env->faces, cp, column,
			     MARGIN + row * LINE + ASCENT, scratch);
		}
		column += cp == '\t' ? 8 - column % 8 : 1;
	}
	if (word)
		add_word(sheet, word, (size_t)(end - word), from, column, row);
}

static enum rc show(struct sheet *sheet, struct err *err)
{
	struct page *page = sheet->page;
	if (faces_count(sheet->env->faces) <= TYPEWRITER)
		return RC_OK;
	AUTO_IMAGE picture = image_from_bytes(sheet->pixels, WIDTH, HEIGHT, DPI);
	enum rc rc =
		image_to_jpeg(picture, WIDTH, 60, sheet->arena, &page->display, err);
	return rc == RC_OK ? image_to_jpeg(picture, 200, 60, sheet->arena,
					   &page->thumbnail, err)
			   : rc;
}

static enum rc read_sheet(const struct read_env *env, const struct typed *letter,
			  int number, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	struct page page = {.number = number,
			    .width = WIDTH * UNITS,
			    .height = HEIGHT * UNITS,
			    .source = SOURCE_TEXT};
	struct sheet sheet = {.env = env,
			      .arena = arena,
			      .page = &page,
			      .pixels = arena_alloc(arena, (size_t)WIDTH * HEIGHT)};
	memset(sheet.pixels, 255, (size_t)WIDTH * HEIGHT);
	for (size_t i = 0; i < LINES; i++) {
		size_t at = (size_t)(number - 1) * LINES + i;
		if (at < letter->n)
			set_line(&sheet, letter->lines[at], (int)i);
	}
	page.blank = page.n_words == 0;
	enum rc rc = show(&sheet, err);
	return rc == RC_OK ? env->page_done(env->ctx, &page, err) : rc;
}

enum rc letter_read(const struct read_env *env, const char *text, int first, int last,
		    int max_first_run, struct doc *doc, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	struct typed letter = {.arena = arena};
	enum rc rc = RC_OK;

	set_lines(&letter, text);
	doc->pages_in_file = letter.n ? (int)((letter.n + LINES - 1) / LINES) : 1;
	last = read_last_page(doc, &env->limits, first, last, max_first_run);
	for (int page = first; page <= last && rc == RC_OK; page++)
		rc = read_sheet(env, &letter, page, err);
	return rc;
}
