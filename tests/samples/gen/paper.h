/* paper.h - the papers the generator knows: what stands on them, in one table. */
#ifndef INTRAY_PAPER_H
#define INTRAY_PAPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

struct company {
	const char *name, *street, *postcode, *city, *country; /* country: ISO 3166 */
	const char *vat_id, *iban, *phone, *email;
};

struct item {
	const char *description;
	int quantity;
	int64_t price; /* cents a unit */
	int rate;      /* VAT percent */
};

enum paper_kind { PAPER_INVOICE, PAPER_CREDIT_NOTE, PAPER_RECEIPT, PAPER_LETTER };

struct paper {
	const char *file; /* name without ending */
	const char *form; /* what is made of it: "pdf", "tif", "jpg", "facturx", "ubl",
			     "cii" */
	enum paper_kind kind;
	const char *lang; /* "en", "de", "fr", "es" */
	const struct company *seller, *buyer;
	const char *number, *order, *currency;
	const char *date, *due; /* YYYY-MM-DD */
	const char *time;	/* HH:MM on receipts */
	int64_t wrong_by; /* cents the printed total is off: papers are wrong sometimes
			   */
	const char *const *letter; /* lines of a letter, NULL-terminated */
	struct item items[6];
};

extern const struct paper papers[]; /* ends with a NULL file */

struct totals {
	int64_t net, vat, gross; /* cents; gross as printed */
	int rates[3];
	int64_t rate_net[3], rate_vat[3];
	int n_rates;
};
struct totals paper_totals(const struct paper *paper);
int paper_items(const struct paper *paper);
const char *cents_plain(struct arena *arena, int64_t cents); /* "1234.50" */

/* print.c: the paper as PDF. */
const char *print_invoice(struct arena *arena, const struct paper *paper,
			  const char *attach_xml, size_t *len);
const char *print_receipt(struct arena *arena, const struct paper *paper, size_t *len);
const char *print_letter(struct arena *arena, const struct paper *paper, size_t *len);
/* einvoice_out.c: the same as structured data. */
const char *write_ubl(struct arena *arena, const struct paper *paper);
const char *write_cii(struct arena *arena, const struct paper *paper);
/* truth.c: NAME.truth.json as shared by all labelled documents. */
const char *write_truth(struct arena *arena, const struct paper *paper);
/* claims.c: the made-up claim on a form drawn in red or black, and its truth. */
struct doctype;
const char *print_claim(struct arena *arena, const struct doctype *type, bool red,
			size_t *len);
const char *claim_truth(struct arena *arena, const char *source);
/* scan.c: the PDF as a scanner would give it: "tif" (bilevel), "jpg" (grey) or "colour".
 * seed decides skew and noise. */
void scan_pdf(const char *pdf_path, const char *out_path, const char *form,
	      unsigned seed);
/* One page of it; append: behind those a TIFF has already. */
void scan_page(const char *pdf_path, int page, const char *out_path, bool append,
	       const char *form, unsigned seed);

#endif
