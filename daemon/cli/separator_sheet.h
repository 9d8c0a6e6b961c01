/* separator_sheet.h - one printable page with a code on it. */
#ifndef INTRAY_CLI_SEPARATOR_SHEET_H
#define INTRAY_CLI_SEPARATOR_SHEET_H

#include "stages/barcode.h"
#include "text.h"

struct separator_sheet {
	enum barcode_kind kind;
	const char *text;  /* what the code says */
	const char *title; /* for people */
	bool letter;	   /* US letter; else A4 */
};
/* RC_FAIL: such a code cannot say that. */
enum rc separator_sheet_pdf(const struct separator_sheet *sheet, struct strbuf *out,
			    struct err *err);

#endif
