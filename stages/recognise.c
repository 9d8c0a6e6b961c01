/* recognise.c - whose paper is this?
 *
 * The database gives the sites that share evidence with the paper; here their prints
 * are compared with it, and one is chosen or none. Two readings of one letterhead share
 * more than half of their runs of letters, those of different ones less than a third,
 * so likeness decides; a supplier whose name always shows and does not show here is
 * another one, however alike the rest, and so is one whose tax id or IBAN is not the
 * one clearly printed here. Between two suppliers that fit alike there is no choice: a
 * wrong supplier costs more than an unknown one. Of a chain the site is chosen the same
 * way, by the rest of the print; which may stay open while the supplier is sure. */
#include "learn.h"

#include <math.h>
#include <string.h>

#include "stage.h"
#include "text.h"

/* Measured on receipts: of the same letterhead .50 to 1, of others at most .33. */
#define ALIKE 0.45F
#define ALIKE_UNNAMED 0.58F /* when its name does not show */
#define SAME_HEAD 0.8F	    /* so much that a misread name does not matter */
#define NAME_SHOWS 0.75F
#define NAME_ALONE 0.8F /* a new site with a letterhead of its own */
#define CLEAR_HEAD 0.9F /* of the reader's own confidence */
#define NAME_ALONE_LETTERS 18
#define LEAD 0.06F /* over the next supplier */
#define SITE_LEAD 0.04F

struct fit { /* how well a site fits the paper */
	const struct known_site *site;
	float likeness;	    /* to the most alike of its prints */
	float name, usual;  /* share of its name that shows here; on its prints */
	float score, place; /* of the supplier, of the site */
	bool fits;
};

static const char *constant_of(const struct known_site *site,
			       const struct doctype *type, enum kind kind)
{
	for (size_t i = 0; i < site->n_learnt; i++) {
		const struct learnt *l = &site->learnt[i];
		const struct fieldtype *field =
			l->what == LEARNT_VALUE ? doctype_field(type, l->path) : NULL;

		if (field && field->kind == kind)
			return l->value;
	}
	return NULL;
}

/* The paper clearly shows another code of the kind, and this one nowhere. */
static bool other_code(const struct evidence *evidence, enum evidence_kind kind,
		       const char *own, struct arena *arena)
{
	bool other = false;

	if (!own)
		return false;
	own = text_key(arena, own);
	for (size_t i = 0; i < evidence->n_keys; i++) {
		const struct evidence_key *k = &evidence->keys[i];

		if (k->kind != kind)
			continue;
		if (text_distance(text_key(arena, k->key), own, 2) <= 2)
			return false;
		other |= k->clear;
	}
	return other;
}

static size_t letters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z');
	return n;
}

static struct fit fit_of(const struct doc *doc, const struct doctype *type,
			 const struct known_site *site)
{
	const struct evidence *evidence = doc->evidence;
	const char *address = constant_of(site, type, KIND_ADDRESS);
	struct fit fit = {.site = site};

	for (size_t i = 0; i < site->n_prints; i++) {
		float alike = print_likeness(evidence->print, site->prints[i]);
		float usual = print_shows(site->prints[i], site->name, NAME_ROWS);

		fit.likeness = alike > fit.likeness ? alike : fit.likeness;
		fit.usual = usual > fit.usual ? usual : fit.usual;
	}
	fit.name = print_shows(evidence->print, site->name, NAME_ROWS);
	/* What was keyed often is likelier than what was keyed once. */
	fit.place = fit.likeness + 0.02F * log2f(1 + (float)site->seen) +
		    (address ? print_shows(evidence->print, address, ADDRESS_ROWS) : 0);
	fit.score = fit.likeness + fit.name / 2 + (site->strong ? 0.2F : 0);
	bool shows = fit.name >= NAME_SHOWS || fit.name >= fit.usual - 0.2F;
	/* What is read this well would show it. */
	bool elsewhere =
		!shows && evidence->clarity >= CLEAR_HEAD && fit.likeness < SAME_HEAD;
	bool alone =
		fit.name >= NAME_ALONE && letters(site->name) >= NAME_ALONE_LETTERS;
	fit.fits =
		!elsewhere &&
		(fit.likeness >= (shows && fit.name > 0.5F ? ALIKE : ALIKE_UNNAMED) ||
		 alone || (site->strong && fit.likeness >= 0.3F && shows));
	return fit;
}

static bool refuted(const struct doc *doc, const struct doctype *type,
		    const struct known_site *site, struct arena *arena)
{
	return other_code(doc->evidence, EVIDENCE_TAX_ID,
			  constant_of(site, type, KIND_VAT_ID), arena) ||
	       other_code(doc->evidence, EVIDENCE_IBAN,
			  constant_of(site, type, KIND_IBAN), arena);
}

/* The best of all, and the best of another supplier. */
static const struct fit *choose_supplier(const struct fit *fits, size_t n)
{
	const struct fit *best = NULL, *rival = NULL;

	for (size_t i = 0; i < n; i++)
		if (fits[i].fits && (!best || fits[i].score > best->score))
			best = &fits[i];
	for (size_t i = 0; best && i < n; i++)
		if (fits[i].fits && fits[i].site->supplier != best->site->supplier &&
		    (!rival || fits[i].score > rival->score))
			rival = &fits[i];
	return best && rival && best->score - rival->score < LEAD ? NULL : best;
}

static void choose_site(const struct fit *fits, size_t n, const struct fit *of,
			struct known *known, struct arena *arena)
{
	const struct fit *best = NULL, *next = NULL;

	for (size_t i = 0; i < n; i++)
		if (fits[i].site->supplier == of->site->supplier &&
		    (!best || fits[i].place > best->place))
			best = &fits[i];
	for (size_t i = 0; i < n; i++)
		if (fits[i].site->supplier == of->site->supplier && &fits[i] != best &&
		    (!next || fits[i].place > next->place))
			next = &fits[i];
	for (size_t i = 0; i < n; i++)
		if (fits[i].fits && fits[i].site->supplier != of->site->supplier)
			*arena_push(arena, known->others, known->n_others,
				    known->cap_others) = fits[i].site;
	known->site = best->site;
	known->site_sure = best->likeness >= ALIKE &&
			   (!next || best->place - next->place >= SITE_LEAD);
}

static void recognise(struct doc *doc, const struct doctype *type,
		      const struct known_site *sites, size_t n)
{
	AUTO_ARENA scratch = arena_new();
	struct fit *fits = arena_alloc_n(scratch, n, sizeof *fits);

	for (size_t i = 0; i < n; i++) {
		fits[i] = fit_of(doc, type, &sites[i]);
		fits[i].fits = fits[i].fits && !refuted(doc, type, &sites[i], scratch);
	}
	const struct fit *best = choose_supplier(fits, n);
	if (!best)
		return;
	doc->known = arena_alloc(doc->arena, sizeof *doc->known);
	choose_site(fits, n, best, doc->known, doc->arena);
	doc->known->sure = best->likeness >= ALIKE ? 0.9F : 0.7F;
	if (best->name >= NAME_SHOWS)
		doc->known->sure += 0.09F;
}

static bool on_a_form(const struct doc *doc)
{
	for (size_t i = 0; i < doc->n_pages; i++)
		if (doc->pages[i]->form)
			return true;
	return false;
}

enum rc recognise_run(const struct stage_env *env, struct doc *doc,
		      enum stage_verdict *verdict, struct err *err)
{
	struct known_site *sites = NULL;
	size_t n = 0;

	*verdict = STAGE_GO_ON;
	doc->known = NULL;
	doc->evidence = NULL;
	/* XML says who sent it; everybody's forms look alike. */
	if (!env->lookup || !env->lookup->suppliers || doc->structured ||
	    on_a_form(doc))
		return RC_OK;
	doc->evidence = evidence_make(doc->arena, doc);
	enum rc rc = env->lookup->suppliers(env->lookup->ctx, doc, &sites, &n, err);
	const struct doctype *type = schema_type(env->schemas, doc->type);
	if (rc == RC_OK && type && n > 0)
		recognise(doc, type, sites, n);
	return rc;
}
