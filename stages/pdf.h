/* pdf.h - what pdf*.c share: a page of a PDF as the tools describe it. */
#ifndef INTRAY_PDF_H
#define INTRAY_PDF_H

#include "read.h"

struct pdf_picture { /* one line of pdfimages -list */
	int page;
	bool stencil; /* a mask, drawn in a colour of its own */
	bool colour, cmyk;
	int width, height; /* pixels */
	double dpi_x, dpi_y;
};

struct pdf_look { /* a page as people see it; grey NULL: it was not drawn */
	int dpi;
	struct image *grey, *ink;
	struct image *colour; /* of what may be a known form, else NULL */
	struct image_blob display, thumbnail;
};

/* Less is a page number or a stamp's text over a scan. */
enum { UNTOLD = -1, TEXT_WORDS_MIN = 5 };
struct pdf_page {
	int number;
	int rotation;		    /* 0 90 180 270, as the PDF says; UNTOLD */
	bool turned;		    /* by a quarter: width and height were swapped */
	double width_pt, height_pt; /* as shown, after rotation */
	struct word *words;	    /* of the text layer, page units, reading order */
	size_t n_words;
	size_t n_standing; /* words of it that run up or down, left out of words */
	const struct pdf_picture *pictures;
	size_t n_pictures;
	bool pictures_told; /* else they are small, and few pages need to know them */
	bool undrawable; /* the tool gave up on it once; it is not asked again */
	struct pdf_look look;
};

/* Of a page that a scan covers. */
#define PDF_SCAN_SHARE 0.75

struct pdf {
	const struct read_env *env;
	struct doc *doc;
	const void *bytes;
	size_t len;
	bool xml_inside; /* the document's fields came as XML */
};

/* pdf.c */
/* A finding that stops the document, unless it was made already. */
void pdf_find_once(const struct pdf *pdf, const char *code, const char *sentence);

/* pdf_describe.c */
/* The tool's output, valid until the next; RC_FAIL when it died. */
enum rc pdf_tool(const struct pdf *pdf, struct tool_request request, const void **bytes,
		 size_t *len, struct err *err);
/* Whether a name stands in the file as it is; not inside object streams. */
bool pdf_says(const struct pdf *pdf, const char *word);
/* Before a picture is taken out as it lies in the file; nothing drawn needs it. */
void pdf_ask_rotation(const struct pdf *pdf, struct pdf_page *page);
/* Before the page's pictures are looked at, unless a scan is all that is looked for. */
void pdf_ask_pictures(const struct pdf *pdf, struct pdf_page *page, struct arena *arena);

enum { RUN = 8 }; /* pages a tool is asked for at once */
struct run {
	struct arena *arena;
	struct pdf_page pages[RUN];
	size_t n;
	bool text_taken;
};
void run_begin(struct run *run, int first);
void run_end(struct run *run);
/* Number of pages in the file; with first 1 the run's text comes along. RC_FAIL: no
 * tool can open it. */
enum rc run_count_pages(const struct pdf *pdf, int first, struct run *run, long *pages,
			struct err *err);
/* Text, sizes and pictures of run->n pages. */
void run_describe(const struct pdf *pdf, struct run *run);

/* pdf_draw.c */
/* As many dots an inch as wanted and the limits allow; 0: not even the fewest. */
int pdf_dpi(const struct pdf *pdf, const struct pdf_page *page, int wanted);
/* All of the page when the part is empty. RC_FAIL: it can't be drawn, or is too large. */
enum rc pdf_draw(const struct pdf *pdf, struct pdf_page *page, int dpi, bool grey,
		 struct box part, struct image **out, struct err *err);
/* Draws the run's pages for people, where text or XML tells what is on them. */
void run_look(const struct pdf *pdf, struct run *run);
void run_forget_looks(struct run *run);

/* pdf_text.c */
/* Fills words and size of the pages first.. of a run from the output of pdftotext
 * -bbox-layout; *n_found (may be NULL): of how many pages it told. A page whose
 * rotation is untold is turned when its words lie beyond it as it was. RC_FAIL: not
 * what pdftotext writes. */
enum rc pdf_take_text(const void *bytes, size_t len, struct arena *arena,
		      struct pdf_page *pages, size_t n_pages, size_t *n_found,
		      struct err *err);
/* Makes the page lie as it is shown. */
void pdf_turn_page(struct pdf_page *page, bool turned);
/* Whether the letters of the text layer can be those that are printed. */
bool pdf_text_sane(const struct pdf_page *page);
/* Share of the words that stand on ink of a bilevel picture of the page; 1 without
 * words. */
double pdf_text_on_ink(const struct pdf_page *page, const struct image *ink);
/* Groups of characters in the picture that no word of the text layer covers, in page
 * units; *n_characters: in all of them. A page with more groups than `max` gives one.
 */
size_t pdf_text_missing(const struct pdf_page *page, const struct image *ink,
			struct box *groups, size_t max, size_t *n_characters);
/* Makes the words of the text layer white in a picture of the page, in place. */
void pdf_text_wipe(const struct pdf_page *page, struct image *picture);
/* The same of a part drawn at 300 dots an inch. */
void pdf_text_wipe_part(const struct pdf_page *page, struct image *part, struct box at);

/* pdf_visible.c */
/* Takes words off the page that are not to be seen on its picture; whether they looked
 * like something a document says (a number, or more than a few words). */
bool pdf_drop_unseen(struct pdf_page *page, const struct image *screen);
/* Takes numbers off the page, with what else stands in the same place and says something
 * different; whether there were any. */
bool pdf_drop_contested(struct pdf_page *page);

/* pdf_attach.c */
/* Finds the invoice among the attachments; its fields are wanted once, by the first run.
 * Sets xml_inside; what is attached and cannot be believed is a finding. */
void pdf_read_attachments(struct pdf *pdf, bool first_run);

/* pdf_picture.c */
void pdf_take_pictures(const void *bytes, size_t len, struct arena *arena,
		       struct pdf_page *pages, size_t n_pages);
/* The one picture that covers the whole page, NULL when there is none. */
const struct pdf_picture *pdf_scan_of(const struct pdf_page *page);
/* Pixels that a scan of the page has at least. */
double pdf_scan_pixels(const struct pdf_page *page);
/* Whether all pictures of the file together have fewer; false where it cannot be told. */
bool pdf_pictures_below(const struct pdf *pdf, double pixels);
/* Share of the page that pictures cover, 0 to 1. */
double pdf_picture_share(const struct pdf_page *page);
/* What TOOL_IMAGE gave, decoded; raw fax data gets the TIFF header it lacks. */
enum rc pdf_decode_picture(const void *bytes, size_t len,
			   const struct pdf_picture *picture,
			   const struct image_limits *limits, struct arena *arena,
			   struct image **out, struct err *err);

#endif
