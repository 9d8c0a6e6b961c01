/* gen DIR: writes all sample documents with their truth into DIR. `make samples` runs
 * it; the result is committed, so demo and tests need neither it nor fonts. */
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "log.h"
#include "schema.h"
#include "tests/samples/gen/paper.h"

static void write_file(const char *path, const char *bytes, size_t len)
{
	FILE *file = fopen(path, "wb");
	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
		die("cannot write %s", path);
}

static const char *print_paper(struct arena *arena, const struct paper *p, size_t *len)
{
	switch (p->kind) {
	case PAPER_RECEIPT:
		return print_receipt(arena, p, len);
	case PAPER_LETTER:
		return print_letter(arena, p, len);
	case PAPER_INVOICE:
	case PAPER_CREDIT_NOTE:
		break;
	}
	const char *xml = strcmp(p->form, "facturx") == 0 ? write_cii(arena, p) : NULL;
	return print_invoice(arena, p, xml, len);
}

static void make(struct arena *arena, const char *dir, const struct paper *p,
		 unsigned seed)
{
	const char *base = arena_printf(arena, "%s/%s", dir, p->file);
	const char *truth = write_truth(arena, p);
	size_t len;

	write_file(arena_printf(arena, "%s.truth.json", base), truth, strlen(truth));
	if (strcmp(p->form, "ubl") == 0 || strcmp(p->form, "cii") == 0) {
		const char *xml =
			p->form[0] == 'u' ? write_ubl(arena, p) : write_cii(arena, p);
		write_file(arena_printf(arena, "%s.xml", base), xml, strlen(xml));
		return;
	}
	const char *pdf = print_paper(arena, p, &len);
	const char *pdf_path = arena_printf(arena, "%s.pdf", base);
	write_file(pdf_path, pdf, len);
	if (strcmp(p->form, "tif") == 0 || strcmp(p->form, "jpg") == 0) {
		scan_pdf(pdf_path, arena_printf(arena, "%s.%s", base, p->form), p->form,
			 seed);
		remove(pdf_path);
	}
}

static void make_claim(struct arena *arena, const struct doctype *type, const char *dir,
		       const char *name, const char *form, unsigned seed)
{
	const char *base = arena_printf(arena, "%s/%s", dir, name);
	const char *truth = claim_truth(arena, name), *pdf_path;
	bool colour = strcmp(form, "colour") == 0;
	size_t len;
	const char *pdf = print_claim(arena, type, colour, &len);

	write_file(arena_printf(arena, "%s.truth.json", base), truth, strlen(truth));
	pdf_path = arena_printf(arena, "%s.pdf", base);
	write_file(pdf_path, pdf, len);
	scan_pdf(pdf_path, arena_printf(arena, "%s.%s", base, colour ? "jpg" : form),
		 form, seed);
	remove(pdf_path);
}

/* The form's geometry is the schema's: run from the top of the source tree. */
static void make_claims(struct arena *arena, const char *dir)
{
	struct schema_set *schemas = NULL;
	struct err err;
	if (schema_load_dir("schemas", &schemas, &err) != RC_OK)
		die("%s", err.text);
	const struct doctype *type = schema_type(schemas, "cms1500");
	make_claim(arena, type, dir, "claim-red", "colour", 20260105);
	make_claim(arena, type, dir, "claim-copy", "tif", 20260114);
	schema_set_free(&schemas);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: gen DIR\n");
		return 2;
	}
	log_init("gen", LOG_LEVEL_INFO);
	AUTO_ARENA arena = arena_new();
	for (unsigned i = 0; papers[i].file; i++)
		make(arena, argv[1], &papers[i], 20260101 + 7 * i);
	make_claims(arena, argv[1]);
	return 0;
}
