/* read.h - from a file's bytes to pages, words and structured fields. Runs in the jailed
 * reader: no files, no database, no other process but the PDF tools it may ask for. */
#ifndef INTRAY_READ_H
#define INTRAY_READ_H

#include "doc.h"
#include "err.h"
#include "faces.h"
#include "image.h"
#include "ocr.h"
#include "part.h"
#include "schema.h"

/* The tools, as a fixed list: the asker names a tool and numbers, never an argument. All
 * work on the one PDF the reader was given. Their output comes back as bytes and is as
 * hostile as the PDF. */
enum tool {
	TOOL_PDFINFO,	 /* pdfinfo; with -f first -l last (page sizes) when first > 0 */
	TOOL_TEXT,	 /* pdftotext -bbox-layout -f first -l last */
	TOOL_RENDER,	 /* pdftoppm -r dpi -f first -l last [-gray] [part]: a PNM each */
	TOOL_IMAGE_LIST, /* pdfimages -list -f first -l last */
	TOOL_IMAGE,	 /* pdfimages of page first: the only picture on it, as JPEG, JPEG
			  * 2000 or TIFF; raw fax data comes behind one line with its
			  * parameters ("-4 -P -X 2480 -W\n"). RC_FAIL: none or several */
	TOOL_ATTACH_LIST, /* pdfdetach -list */
	TOOL_ATTACH,	 /* pdfdetach -save index */
	TOOL_FONTS,	 /* pdffonts -f first -l last */
	TOOL_N
};
struct tool_request {
	enum tool tool;
	int first, last; /* pages from 1 */
	int dpi;	 /* TOOL_RENDER: 72..600 */
	bool grey;
	int index; /* TOOL_ATTACH: from 1 */
	/* TOOL_RENDER: in pixels of the page so drawn; w 0: all of it. */
	struct box part;
};

struct einvoice_xsds; /* the official schemas of XML invoices */

struct read_env {
	const struct schema_set *schemas;
	const struct einvoice_xsds *xsds; /* NULL: none are installed */
	struct ocr *ocr;
	const struct faces *faces; /* of filled forms; NULL: OCR reads them */
	struct image_limits limits;
	/* An earlier reader died on this file: leave out what may run away. Tesseract's
	 * search for tables never ends on some pages (seen on a till receipt at 600 dpi), so
	 * pages are then read as one block of lines. */
	bool careful;
	bool codes_only; /* only barcodes are wanted: no print is read */
	/* Where page.c leaves the pictures that may be read again (again.h); NULL: every
	 * page is read once. */
	struct again *again;
	void *ctx;
	/* Output bytes stay valid until the next call. RC_FAIL: the tool died, timed out or
	 * is not allowed; err says which. */
	enum rc (*tool)(void *ctx, const struct tool_request *request, const void **bytes,
			size_t *len, struct err *err);
	/* Called when a page is finished, in page order; takes a copy, afterwards the page's
	 * scratch memory is gone. */
	enum rc (*page_done)(void *ctx, const struct page *page, struct err *err);
	/* Called for each thing inside of a container, with the bytes of what becomes a drop
	 * of its own. NULL: nobody wants to know. */
	enum rc (*part_done)(void *ctx, const struct part *part, const void *bytes,
			     size_t len, struct err *err);
	/* Says that work goes on, for the watchdog. May be NULL. */
	void (*alive)(void *ctx);
};

/* Reads pages first..last (last 0: to the end, at most max_first_run if that is > 0). Sets
 * doc->format, pages_in_file, structured; structured fields and findings ("unreadable",
 * "encrypted", "truncated", "not-a-document", "xml-invalid"...) go into doc; pages go
 * through page_done. What can't be read at all is a finding too and RC_OK; other codes come
 * from the callbacks. */
enum rc read_file(const struct read_env *env, const void *bytes, size_t len, int first,
		  int last, int max_first_run, struct doc *doc, struct err *err);

/* Last page of a run by those arguments, once doc->pages_in_file is set; 0 when the file has
 * more pages than the limits allow, which becomes a finding. */
int read_last_page(struct doc *doc, const struct image_limits *limits, int first, int last,
		   int max_first_run);

/* Parts, one file each. */
/* pdf.c: RC_FAIL when it can't be opened by the tools at all. */
enum rc read_pdf(const struct read_env *env, const void *bytes, size_t len, int first,
		 int last, int max_first_run, struct doc *doc, struct err *err);
/* einvoice.c: UBL Invoice/CreditNote or CII; *recognised false when it is another XML. */
enum rc einvoice_read(const struct einvoice_xsds *xsds, const void *xml, size_t len,
		      struct doc *doc, bool *recognised, struct err *err);
/* einvoice_xsd.c: finds and compiles the invoice schemas below a folder, before the jail
 * closes. RC_FAIL names the file, or says that there are none. */
enum rc einvoice_xsds_load(const char *dir, struct einvoice_xsds **out, struct err *err);
void einvoice_xsds_free(struct einvoice_xsds **xsds);
/* barcode.c, mail.c: open what decoding codes and mails needs, before the jail closes. */
void barcode_warm(void);
void mail_warm(void);
/* page.c: a decoded picture to a finished page: resolution, turn, deskew, borders, blank,
 * form or whole-page OCR, display image and thumbnail. Takes the image. */
enum rc page_read(const struct read_env *env, struct image *take_image, int number,
		  struct arena *arena, struct page **out, struct err *err);
/* form.c: whether the upright page is a fixed form of one of the types; if so fills the
 * page's form, zones, words and source. `picture` is the full-depth upright page, `scale`
 * page units per pixel. Where the page's source is SOURCE_TEXT its words are kept and only
 * given to the zones. */
enum rc form_read(const struct read_env *env, const struct image *picture, double scale,
		  struct arena *arena, struct page *page, bool *recognised,
		  struct err *err);

#endif
