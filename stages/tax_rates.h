/* tax_rates.h - the tax of a document, rate by rate. Private to stages/. */
#ifndef INTRAY_STAGES_TAX_RATES_H
#define INTRAY_STAGES_TAX_RATES_H

#include "extract.h"

#define TAX_FITS_MAX 16

struct tax_fit { /* this tax is what the printed rates make of this total */
	struct decimal tax, gross;
};

struct tax_rates {
	struct tax_fit fits[TAX_FITS_MAX];
	size_t n;
};

/* Looks for taxes that fit one of the totals and adds them to the options of role
 * "tax"; a sum of several rates, too, when all of them are printed. A base that is the
 * total but for a doubtful digit is added to the options of role "gross". */
void tax_rates_propose(struct work *work, struct tax_rates *out);
bool tax_rates_fit(const struct tax_rates *rates, struct decimal tax,
		   struct decimal gross);

/* tax_frames.c: net amounts and totals that a tax frames; `field` is the tax's. */
void tax_frames_propose(struct work *work, const struct fieldtype *field,
			const struct option *totals, size_t n);

#endif
