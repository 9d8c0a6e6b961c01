/* merchant.c - whose slip it is: the head of a till's receipt.
 *
 * A slip begins with the merchant's name, then the address, then telephone, tax number,
 * title and the sale. The name is the line with a legal form where there is one, else
 * the first line that is print and not a scribble; the address runs from the first line
 * that looks like one to the postcode or to the first telephone, tax or sale line. */
#include "extract.h"

#include <ctype.h>
#include <string.h>

#include "address.h"
#include "text.h"

#define HEAD_MAX 14

struct head { /* the slip's first rows, as long as they can be name or address */
	struct span row[HEAD_MAX];
	char *raw[HEAD_MAX];
	size_t n;
};

static size_t count(const char *s, int (*is)(int))
{
	size_t n = 0;
	for (; *s; s++)
		n += is((unsigned char)*s) != 0;
	return n;
}

/* Rows of a sale: dates, amounts, labels of numbers and totals. */
static bool sale_row(const struct work *work, struct span span)
{
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->span.row == span.row && c->span.sheet == span.sheet &&
		    (c->kind == KIND_DATE || c->kind == KIND_TIME ||
		     (c->kind == KIND_AMOUNT && c->money)))
			return true;
	}
	for (size_t i = 0; i < work->n_marks; i++) {
		const struct mark *mark = &work->marks[i];
		if (mark->span.row == span.row && mark->span.sheet == span.sheet &&
		    mark->field->kind != KIND_PARTY &&
		    mark->field->kind != KIND_TAX_NUMBER && !mark->negative &&
		    mark->label->weight >= 0.9F)
			return true;
	}
	return false;
}

static bool title_row(struct arena *arena, const char *raw)
{
	static const char *const titles[] = {"taxinvoice",
					     "invoice",
					     "receipt",
					     "cashbill",
					     "rechnung",
					     "quittung",
					     "facture",
					     "ticket",
					     "factura",
					     "kassenbon",
					     "officialreceipt",
					     "cashreceipt",
					     "simplifiedtaxinvoice",
					     "kundenbeleg",
					     "salesreceipt"};
	const char *key = label_key(arena, raw);
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (strcmp(key, titles[i]) == 0)
			return true;
	return false;
}

static void read_head(const struct work *work, struct head *head)
{
	const struct sheet *sheet = &work->layout.sheets[0];
	for (uint32_t r = 0; r < sheet->n_rows && head->n < HEAD_MAX; r++) {
		const struct row *row = &sheet->rows[r];
		struct span span = {0, r, 0, (uint32_t)strlen(row->text)};
		char *raw = span_raw(&work->layout, work->arena, span);
		if (count(raw, isalpha) < 3 || title_row(work->arena, raw))
			continue;
		if (sale_row(work, span)) {
			if (head->n > 1)
				return;
			continue;
		}
		head->row[head->n] = span;
		head->raw[head->n++] = raw;
	}
}

/* "(1248446-V)", "Co. Reg. No. 123456-X" behind a name. */
static char *without_registration(struct arena *arena, const char *raw)
{
	char *s = text_clean(arena, raw, strlen(raw));
	char *open = strrchr(s, '(');
	if (open && open > s && count(open, isdigit) >= 4)
		*open = 0;
	char *last = strrchr(s, ' ');
	if (last && count(last, isdigit) >= 5 && count(last, isalpha) <= 2)
		*last = 0;
	size_t len = strlen(s);
	while (len && strchr(" ,:-*|", s[len - 1]))
		s[--len] = 0;
	while (*s && strchr(" ,:-*|.'", *s))
		s++;
	return s;
}

static bool registration_row(const char *raw)
{
	size_t from, to;
	return count(raw, isdigit) >= 5 && count(raw, isalpha) <= 12 &&
	       !address_street(raw) && !address_place(raw, &from, &to);
}

/* Words beside the legal form. */
static size_t own_words(const char *raw)
{
	size_t n = 0;
	for (const char *p = raw; *p;) {
		char word[32] = {0};
		p += strspn(p, " ");
		size_t len = strcspn(p, " ");
		memcpy(word, p, len < 31 ? len : 31);
		n += len > 0 && count(word, isalpha) > 1 && !address_legal_form(word);
		p += len;
	}
	return n;
}

/* A note somebody wrote over the slip is small letters over capitals. */
static bool scribble(const char *raw, const char *next)
{
	return count(raw, isupper) == 0 && next && count(next, isupper) > 4;
}

/* The first address row from `from` on; rows that only explain the name are skipped. */
static size_t address_start(const struct head *head, size_t from)
{
	for (size_t i = from; i < head->n; i++) {
		size_t a, b;
		if (address_contact(head->raw[i]) &&
		    !address_place(head->raw[i], &a, &b))
			continue;
		if (registration_row(head->raw[i]))
			continue;
		if (address_street(head->raw[i]) || address_place(head->raw[i], &a, &b))
			return i;
	}
	return head->n;
}

/* Rows of the name: [*from, *to). */
static bool find_name(const struct head *head, size_t *from, size_t *to)
{
	size_t a, b, first = 0;
	if (head->n == 0)
		return false;
	if (head->n > 1 && scribble(head->raw[0], head->raw[1]))
		first = 1;
	for (size_t i = first; i < head->n && i < first + 5; i++) {
		if (address_place(head->raw[i], &a, &b))
			break;
		if (!address_legal_form(head->raw[i]))
			continue;
		*from = i > first && own_words(head->raw[i]) <= 1 &&
					count(head->raw[i - 1], isdigit) < 4 &&
					count(head->raw[i - 1], isalpha) > 3
				? i - 1
				: i;
		*to = i + 1;
		return true;
	}
	*from = first;
	*to = first + 1;
	const char *raw = head->raw[first];
	size_t len = strlen(raw);
	if (*to < head->n && len && strchr("&-", raw[len - 1]))
		(*to)++;
	return true;
}

static void settle_rows(struct work *work, const struct fieldtype *field,
			const struct head *head, size_t from, size_t to, bool name,
			float p)
{
	struct strbuf text;
	struct box box = {0};
	float reading = 1;
	if (!field || from >= to || doc_value(work->doc, field->path, 0))
		return;
	strbuf_init(&text, work->arena);
	for (size_t i = from; i < to; i++) {
		if (!name && registration_row(head->raw[i]))
			continue;
		char *raw = name ? without_registration(work->arena, head->raw[i])
				 : address_clean(work->arena, head->raw[i]);
		if (text.len && *raw)
			strbuf_add(&text, name				   ? " "
					  : text.text[text.len - 1] == ',' ? " "
									   : ", ");
		strbuf_add(&text, raw);
		box = box_union(box, span_box(&work->layout, head->row[i]));
		float c = span_confidence(&work->layout, head->row[i]);
		reading = c < reading ? c : reading;
		span_use(work, head->row[i]);
	}
	struct option option = {.field = field,
				.span = head->row[from],
				.box = box,
				.raw = text.text,
				.value = text.text,
				.confidence = reading,
				.relation = REL_PLACE};
	if (text.len > 2)
		settle(work, &option,
		       p * (reading < 0.9F ? 0.4F + 0.6F * reading / 0.9F : 1),
		       name ? "head of the slip" : "under the name");
}

/* Where the address ends: with the place and a state's name under it, or before what is
 * no address. */
static size_t address_end(const struct head *head, size_t start)
{
	size_t a, b;
	for (size_t i = start; i < head->n && i < start + 7; i++) {
		bool place = address_place(head->raw[i], &a, &b);
		if (!place &&
		    (address_contact(head->raw[i]) || registration_row(head->raw[i])))
			return i;
		if (!place)
			continue;
		if (i + 1 < head->n && count(head->raw[i + 1], isdigit) == 0 &&
		    own_words(head->raw[i + 1]) <= 2 &&
		    !address_contact(head->raw[i + 1]) &&
		    !strchr(head->raw[i + 1], ':'))
			return i + 2;
		return i + 1;
	}
	return start + 7 < head->n ? start + 7 : head->n;
}

void find_merchant(struct work *work, const char *role)
{
	struct head head = {.n = 0};
	size_t from, to;
	read_head(work, &head);
	if (!find_name(&head, &from, &to))
		return;
	size_t start = address_start(&head, to);
	size_t end = start < head.n ? address_end(&head, start) : start;
	size_t a, b;
	bool place = end > start &&
		     (address_place(head.raw[end - 1], &a, &b) ||
		      (end > start + 1 && address_place(head.raw[end - 2], &a, &b)));
	bool legal = address_legal_form(head.raw[to - 1]);
	settle_rows(work, field_by_role(work, KIND_PARTY, role), &head, from, to, true,
		    legal ? 0.92F : 0.78F);
	settle_rows(work, field_by_role(work, KIND_ADDRESS, role), &head, start, end,
		    false, place ? 0.85F : 0.6F);
}
