/* payment_code.c - what an invoice's payment code says: EPC069-12 (GiroCode) and the
 * Swiss QR-bill.
 *
 * The code is data that the seller's program wrote for banks: account, name, amount and
 * reference, without anything to misread. A printed value that it confirms is as good
 * as certain; what the print does not show, or did not give up, is taken from the code.
 * A clearly printed value that differs stays, but is doubted: codes go stale when
 * layouts are copied. Amounts only confirm, because the code does not say which of the
 * totals it means. Codes of other kinds and damaged ones are left alone. */
#include "extract.h"

#include <string.h>

#include "barcode.h"
#include "text.h"

enum { LINES_MAX_IN_CODE = 40 };
#define CONFIRMED 0.995F
#define TAKEN 0.98F
#define DOUBTED 0.5F
#define CLEAR_PRINT 0.9F

struct payment {
	struct box box;
	uint32_t page; /* in doc->pages */
	const char *iban, *currency, *amount, *reference;
	const char *name, *address;		  /* of the creditor */
	const char *debtor_name, *debtor_address; /* Swiss only */
};

struct code_lines {
	char *line[LINES_MAX_IN_CODE];
	size_t n;
};

static struct code_lines split_lines(struct arena *arena, const char *text)
{
	struct code_lines lines = {.n = 0};
	char *rest = arena_strdup(arena, text);

	while (rest && lines.n < LINES_MAX_IN_CODE) {
		char *line = strsep(&rest, "\n");
		size_t len = strlen(line);

		if (len > 0 && line[len - 1] == '\r')
			line[len - 1] = '\0';
		lines.line[lines.n++] = text_clean(arena, line, strlen(line));
	}
	return lines;
}

/* "" counts as absent, as does what lies behind the end. */
static const char *line_at(const struct code_lines *lines, size_t i)
{
	return i < lines->n && *lines->line[i] ? lines->line[i] : NULL;
}

static const char *amount_of(struct arena *arena, const char *text)
{
	char buf[DECIMAL_TEXT_MAX];
	struct decimal d;

	return text && decimal_parse(text, &d)
		       ? arena_strdup(arena, decimal_print(d, 2, buf))
		       : NULL;
}

static bool read_epc(struct arena *arena, const struct code_lines *l,
		     struct payment *out)
{
	const char *amount = line_at(l, 7);

	if (!line_at(l, 3) || strcmp(line_at(l, 3), "SCT") != 0)
		return false;
	out->name = line_at(l, 5);
	out->iban = line_at(l, 6);
	if (amount && strlen(amount) > 3) {
		out->currency = arena_strndup(arena, amount, 3);
		out->amount = amount_of(arena, amount + 3);
	}
	out->reference = line_at(l, 9) ? line_at(l, 9) : line_at(l, 10);
	return out->iban != NULL;
}

/* Seven lines of a party, from the kind of its address on: S has street, number,
 * postcode and town apart, K two lines as they are. */
static const char *swiss_address(struct arena *arena, const struct code_lines *l,
				 size_t from)
{
	const char *kind = line_at(l, from);
	const char *part[4];

	for (size_t i = 0; i < 4; i++)
		part[i] = line_at(l, from + 2 + i) ? line_at(l, from + 2 + i) : "";
	if (!kind)
		return NULL;
	if (*kind == 'K')
		return *part[0] && *part[1]
			       ? arena_printf(arena, "%s, %s", part[0], part[1])
			       : NULL;
	return *part[2] && *part[3]
		       ? arena_printf(arena, "%s%s%s%s%s %s", part[0],
				      *part[1] ? " " : "", part[1],
				      *part[0] ? ", " : "", part[2], part[3])
		       : NULL;
}

static bool read_swiss(struct arena *arena, const struct code_lines *l,
		       struct payment *out)
{
	enum { IBAN = 3, CREDITOR = 4, AMOUNT = 18, CURRENCY, DEBTOR, REFERENCE = 28 };

	out->iban = line_at(l, IBAN);
	out->name = line_at(l, CREDITOR + 1);
	out->address = swiss_address(arena, l, CREDITOR);
	out->amount = amount_of(arena, line_at(l, AMOUNT));
	out->currency = line_at(l, CURRENCY);
	out->debtor_name = line_at(l, DEBTOR + 1);
	out->debtor_address = swiss_address(arena, l, DEBTOR);
	out->reference = line_at(l, REFERENCE);
	return out->iban && l->n >= REFERENCE;
}

static bool read_code(struct arena *arena, const char *text, struct payment *out)
{
	struct code_lines lines = split_lines(arena, text);
	const char *first = line_at(&lines, 0);

	if (first && strcmp(first, "BCD") == 0)
		return read_epc(arena, &lines, out);
	return first && strcmp(first, "SPC") == 0 && read_swiss(arena, &lines, out);
}

/* --- as fields -------------------------------------------------------- */

static void take(struct work *work, const struct payment *payment,
		 const struct fieldtype *type, const char *raw)
{
	struct arena *arena = work->doc->arena;
	const char *value =
		type && raw ? value_canonical(work->arena, type->kind, raw, -1, '.')
			    : NULL;
	const struct page *page = work->doc->pages[payment->page];
	struct field *field;

	if (!value || value_check_digit(type->kind, value) == 0)
		return;
	field = doc_field(work->doc, type->path, 0);
	if (field && field->value && value_equal(type->kind, field->value, value)) {
		field->confidence =
			field->confidence > CONFIRMED ? field->confidence : CONFIRMED;
		field->why = "the payment code says so too";
		return;
	}
	if (field && field->value && field->confidence >= CLEAR_PRINT) {
		field->confidence = DOUBTED;
		field->why = "the payment code says otherwise";
		return;
	}
	if (!field)
		field = doc_add_field(work->doc, type->path, 0);
	field->raw = arena_strdup(arena, raw);
	field->value = arena_strdup(arena, value);
	field->page = page->number;
	field->box = payment->box;
	field->source = page->source == SOURCE_TEXT ? SOURCE_TEXT : SOURCE_OCR;
	field->confidence = TAKEN;
	field->why = "in the payment code";
}

/* Names and addresses in codes are cut to 70 characters and spelt without umlauts by
 * some programs: they confirm, or stand in where the page gave none. */
static void take_party(struct work *work, const struct payment *payment, enum kind kind,
		       const char *role, const char *raw)
{
	const struct fieldtype *type = field_by_role(work, kind, role);
	const char *value = type && raw ? doc_value(work->doc, type->path, 0) : NULL;

	if (raw && (!value || value_equal(kind, value, raw)))
		take(work, payment, type, raw);
}

static void confirm_amount(struct work *work, const struct payment *payment)
{
	static const char *const roles[] = {"payable", "gross"};

	for (size_t i = 0; payment->amount && i < 2; i++) {
		const struct fieldtype *type =
			field_by_role(work, KIND_AMOUNT, roles[i]);
		const char *value = type ? doc_value(work->doc, type->path, 0) : NULL;

		if (value && value_equal(KIND_AMOUNT, value, payment->amount))
			take(work, payment, type, payment->amount);
	}
}

static const struct fieldtype *field_of_kind(const struct work *work, enum kind kind)
{
	for (size_t i = 0; i < work->type->n_fields; i++)
		if (!work->type->fields[i].line && work->type->fields[i].kind == kind)
			return &work->type->fields[i];
	return NULL;
}

static void take_payment(struct work *work, const struct payment *payment)
{
	take(work, payment, field_by_role(work, KIND_IBAN, "seller"), payment->iban);
	take(work, payment, field_of_kind(work, KIND_CURRENCY), payment->currency);
	take(work, payment, field_by_role(work, KIND_IDENTIFIER, "payment"),
	     payment->reference);
	take_party(work, payment, KIND_PARTY, "seller", payment->name);
	take_party(work, payment, KIND_ADDRESS, "seller", payment->address);
	take_party(work, payment, KIND_PARTY, "buyer", payment->debtor_name);
	take_party(work, payment, KIND_ADDRESS, "buyer", payment->debtor_address);
	confirm_amount(work, payment);
}

void take_payment_codes(struct work *work)
{
	for (size_t i = 0; i < work->doc->n_pages; i++) {
		const char *at = work->doc->pages[i]->barcodes;
		const struct barcode *code;

		while ((code = barcode_next(&at, work->arena)) != NULL) {
			struct payment payment = {.box = code->box,
						  .page = (uint32_t)i};

			if (code->kind == BARCODE_QR &&
			    read_code(work->arena, code->text, &payment))
				take_payment(work, &payment);
		}
	}
}
