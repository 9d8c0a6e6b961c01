/* The stage that turns a form's zone readings into the fields of a document.
 *
 * Each reading becomes a field with its evidence; what can't be the kind of value its
 * field prescribes keeps its raw text and has no value. Where two zones serve one field
 * (the referring provider's qualifier), the one that makes sense counts. Several forms
 * in a row are one claim: the first says who and what, each adds its service lines, the
 * last that has them says the totals. When the patient is the insured, the same entries
 * stand twice: agreeing readings prove each other, and a weak one yields to a sure one
 * that differs by a character or two. Never fails; a page without a form adds nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "claim.h"
#include "stage.h"
#include "text.h"

/* Fields that the last form of a claim decides. */
static const char *const from_last[] = {"total_charge", "amount_paid"};

/* Entries that are the same for patient and insured when they are one person. */
static const struct {
	const char *patient, *insured;
} twins[] = {
	{"patient/name", "insured/name"},
	{"patient/street", "insured/street"},
	{"patient/city", "insured/city"},
	{"patient/state", "insured/state"},
	{"patient/zip", "insured/zip"},
	{"patient/phone", "insured/phone"},
	{"patient/birth_date", "insured/birth_date"},
	{"patient/sex", "insured/sex"},
};

/* Entries that often are the same, printed in different sizes: where the weaker nearly
 * is what the surer says, it is that. */
static const struct {
	const char *one, *other;
} likes[] = {
	{"billing/name", "provider/signature"},	 {"insured/plan", "carrier/name"},
	{"other_insured/plan", "carrier/name"},	 {"facility/name", "billing/name"},
	{"facility/address", "billing/address"}, {"patient/name", "insured/name"},
	{"patient/street", "insured/street"},	 {"patient/city", "insured/city"},
};

/* How often a reading is right, by the engine's confidence in it; straight between the
 * steps. Measured on forms of all conditions. Running text has many characters to get
 * wrong and no shape to show it. */
struct step {
	float engine, right;
};
static const struct step text_steps[] = {{0, 0.02f},	{0.75f, 0.1f},	{0.84f, 0.25f},
					 {0.88f, 0.7f}, {0.92f, 0.95f}, {0.95f, 0.98f},
					 {1, 0.99f}};
static const struct step code_steps[] = {{0, 0.05f},	 {0.4f, 0.3f},	{0.6f, 0.55f},
					 {0.75f, 0.75f}, {0.85f, 0.9f}, {0.92f, 0.97f},
					 {1, 0.99f}};

static float on_steps(const struct step *s, size_t n, float engine)
{
	for (size_t i = 1; i < n; i++) {
		if (engine > s[i].engine)
			continue;
		float part =
			(engine - s[i - 1].engine) / (s[i].engine - s[i - 1].engine);
		return s[i - 1].right + part * (s[i].right - s[i - 1].right);
	}
	return s[n - 1].right;
}

static float calibrated(enum kind kind, float engine, float shape)
{
	bool text = kind == KIND_TEXT || kind == KIND_PARTY || kind == KIND_ADDRESS ||
		    kind == KIND_IDENTIFIER || kind == KIND_SIGNATURE;
	float right = text ? on_steps(text_steps,
				      sizeof(text_steps) / sizeof(*text_steps), engine)
			   : on_steps(code_steps,
				      sizeof(code_steps) / sizeof(*code_steps), engine);
	return right * shape;
}

/* "lines[3]/charge" -> 3 and "lines/charge". */
static const char *split_path(const char *path, int *line, char buf[128])
{
	int n, used = 0;
	*line = 0;
	if (sscanf(path, "lines[%d]/%n", &n, &used) != 1 || used == 0)
		return path;
	*line = n;
	snprintf(buf, 128, "lines/%s", path + used);
	return buf;
}

static bool decided_by_last(const char *path)
{
	for (size_t i = 0; i < sizeof(from_last) / sizeof(*from_last); i++)
		if (strcmp(path, from_last[i]) == 0)
			return true;
	return false;
}

static struct date day_of(const struct doc *doc)
{
	struct date day;
	if (doc->received_on && date_parse(doc->received_on, &day))
		return day;
	return date_today_utc();
}

static void take_alternatives(struct doc *doc, const struct fieldtype *type,
			      const struct zone_reading *r, struct field *field)
{
	size_t cap = 0;
	for (size_t i = 0; i < r->n_alternatives; i++) {
		float shape;
		const char *value = claim_value(
			doc->arena, type, r->alternatives[i].text, day_of(doc), &shape);
		if (!value || (field->value && strcmp(value, field->value) == 0))
			continue;
		*arena_push(doc->arena, field->alternatives, field->n_alternatives,
			    cap) =
			(struct alternative){value, r->alternatives[i].confidence};
	}
}

/* A customary entry ("Signature on File") with up to a quarter of its letters misread.
 */
static const char *customary(struct doc *doc, const struct fieldtype *type,
			     const char *raw, float *like)
{
	const char *key = text_key(doc->arena, text_fold(doc->arena, raw));
	for (size_t i = 0; i < type->n_labels; i++) {
		const char *want = text_key(doc->arena, type->labels[i].text);
		int len = (int)strlen(want), off = text_distance(want, key, len / 4);
		if (!type->labels[i].value || off > len / 4)
			continue;
		*like = 1 - (float)off / (float)len;
		return type->labels[i].value;
	}
	return NULL;
}

static void take_reading(struct doc *doc, const struct fieldtype *type, int line,
			 const struct page *page, const struct zone_reading *r)
{
	float shape;
	const char *value = claim_value(doc->arena, type, r->text, day_of(doc), &shape);
	struct field *field = doc_field(doc, type->path, line);
	float engine = r->confidence;
	for (size_t i = 0; !value && i < r->n_alternatives; i++) {
		value = claim_value(doc->arena, type, r->alternatives[i].text,
				    day_of(doc), &shape);
		engine = r->alternatives[i].confidence;
	}
	if (!value && type->n_zones > 1 && type->kind != KIND_CHECKBOX)
		return; /* what stands in the other zone is something else */
	if (field && (field->value || !value) && !decided_by_last(type->path))
		return;
	if (!field)
		field = doc_add_field(doc, type->path, line);
	field->raw = text_clean(doc->arena, r->text, strlen(r->text));
	field->value = value;
	field->page = page->number;
	field->box = r->box;
	field->source = SOURCE_ZONE;
	field->confidence = value ? calibrated(type->kind, engine, shape) : 0;
	if (value && value_check_digit(type->kind, value) == 0)
		field->confidence *= 0.6f;
	float like = 0;
	const char *usual = customary(doc, type, r->text, &like);
	if (usual && like < 1) {
		field->value = usual;
		field->confidence = like;
		field->why = "as such fields usually say";
	}
	take_alternatives(doc, type, r, field);
}

/* Item 17a holds the qualifier of another identifier, or, on some forms, the one that
 * belongs left of the name in item 17. */
static bool is_referring_qualifier(const struct doctype *type,
				   const struct fieldtype *field, const char *text)
{
	const struct fieldtype *other = doctype_field(type, "referring/qualifier");
	if (!other || strcmp(field->path, "referring/other_id_qualifier") != 0)
		return false;
	for (size_t i = 0; i < other->n_codes; i++) {
		size_t len = strlen(other->codes[i]);
		/* a piece of the form's rule may stand behind it */
		if (strncmp(other->codes[i], text, len) == 0 && strlen(text) <= len + 1)
			return true;
	}
	return false;
}

static void take_page(struct doc *doc, const struct doctype *type,
		      const struct page *page)
{
	int lines_before = doc_lines(doc);
	for (size_t i = 0; i < page->n_zones; i++) {
		char buf[128];
		int line;
		const char *path = split_path(page->zones[i].path, &line, buf);
		const struct fieldtype *field = doctype_field(type, path);
		if (field && !is_referring_qualifier(type, field, page->zones[i].text))
			take_reading(doc, field, line ? line + lines_before : 0, page,
				     &page->zones[i]);
	}
}

/* A row that has neither date, procedure nor charge is dirt or supplemental text of a
 * line that is not there. */
static void drop_empty_lines(struct doc *doc)
{
	static const char *const tell[] = {"lines/from_date", "lines/procedure",
					   "lines/charge"};
	for (int line = doc_lines(doc); line > 0; line--) {
		int told = 0;
		for (size_t i = 0; i < sizeof(tell) / sizeof(*tell); i++)
			told += doc_field(doc, tell[i], line) != NULL;
		if (told == 0)
			doc_remove_line(doc, line);
	}
}

static void agree(struct field *a, struct field *b)
{
	float both = 1 - (1 - a->confidence) * (1 - b->confidence) * 0.5f;
	a->confidence = b->confidence = both > 0.995f ? 0.995f : both;
	a->why = b->why = "patient and insured agree";
}

/* The weak reading takes the sure one's value and keeps its own as an alternative. */
static void yield_to(struct arena *arena, struct field *weak, const struct field *sure)
{
	struct alternative *own = arena_alloc(arena, sizeof(*own));
	*own = (struct alternative){weak->value, weak->confidence};
	weak->alternatives = own;
	weak->n_alternatives = weak->value ? 1 : 0;
	weak->value = sure->value;
	weak->confidence = 0.8f * sure->confidence;
	weak->why = "as the patient's and the insured's other entry";
}

static void compare_twins(struct doc *doc, const struct doctype *type)
{
	const char *self = doc_value(doc, "patient/relationship", 0);
	if (!self || strcmp(self, "Self") != 0)
		return;
	for (size_t i = 0; i < sizeof(twins) / sizeof(*twins); i++) {
		struct field *a = doc_field(doc, twins[i].patient, 0);
		struct field *b = doc_field(doc, twins[i].insured, 0);
		const struct fieldtype *kind = doctype_field(type, twins[i].patient);
		if (!a || !b || !kind || (!a->value && !b->value))
			continue;
		if (a->value && b->value &&
		    value_equal(kind->kind, a->value, b->value)) {
			agree(a, b);
			continue;
		}
		struct field *weak = a->confidence < b->confidence ? a : b;
		struct field *sure = weak == a ? b : a;
		bool near =
			text_distance(text_key(doc->arena, weak->raw ? weak->raw : ""),
				      text_key(doc->arena, sure->raw ? sure->raw : ""),
				      2) <= 2;
		if (near && sure->confidence - weak->confidence > 0.15f)
			yield_to(doc->arena, weak, sure);
		else if (near)
			a->confidence = b->confidence = weak->confidence * 0.6f;
	}
}

/* Up to a fifth of the letters misread, but not those of two people of one family: a
 * letter that is in doubt is not what makes the difference where both are clear. */
static void compare_likes(struct doc *doc)
{
	for (size_t i = 0; i < sizeof(likes) / sizeof(*likes); i++) {
		struct field *a = doc_field(doc, likes[i].one, 0);
		struct field *b = doc_field(doc, likes[i].other, 0);
		if (!a || !b || !a->value || !b->value)
			continue;
		struct field *weak = a->confidence < b->confidence ? a : b;
		struct field *sure = weak == a ? b : a;
		const char *want =
			text_key(doc->arena, text_fold(doc->arena, sure->value));
		const char *got =
			text_key(doc->arena, text_fold(doc->arena, weak->value));
		int most = (int)(strlen(want) / 5),
		    off = text_distance(got, want, most);
		if (off > 0 && off <= most && weak->confidence < 0.5f &&
		    sure->confidence > 0.7f)
			yield_to(doc->arena, weak, sure);
	}
}

enum rc extract_form(const struct stage_env *env, const struct doctype *type,
		     struct doc *doc, struct err *err)
{
	(void)env;
	(void)err;
	for (size_t i = 0; i < doc->n_pages; i++) {
		const struct page *page = doc->pages[i];
		if (page->form && strcmp(page->form, type->name) == 0)
			take_page(doc, type, page);
	}
	drop_empty_lines(doc);
	compare_twins(doc, type);
	compare_likes(doc);
	return RC_OK;
}
