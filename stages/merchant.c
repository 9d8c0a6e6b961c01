/* merchant.c - whose slip it is: the head of a till's receipt.
 *
 * A slip begins with the merchant's name, then the address, then telephone, tax number,
 * title and the sale; above it may stand advertising, a logo nobody can read, a note
 * somebody wrote. Each row of the head gets points for being the name: a legal form, a
 * register number behind it, the address right under it, large type. The address runs
 * from the first line that looks like one to the postcode or to the first telephone,
 * tax or sale line. On scans, words that almost are a common one are mended
 * (lexicon.c). */
#include "extract.h"

#include <ctype.h>
#include <string.h>

#include "address.h"
#include "lexicon.h"
#include "text.h"

#define HEAD_MAX 16

struct head { /* the slip's first rows, as long as they can be name or address */
	struct span row[HEAD_MAX];
	char *raw[HEAD_MAX];	 /* as read */
	char *name[HEAD_MAX];	 /* as a name, misread words mended */
	char *line[HEAD_MAX];	 /* as an address, misread words mended */
	float reading[HEAD_MAX]; /* how sure the reader was of the row's words, 0..1 */
	struct box box[HEAD_MAX];
	int32_t em[HEAD_MAX], usual_em;
	size_t n;
	unsigned sets; /* of the lexicon */
	bool ocr;
};

static int isslash(int c)
{
	return c == '/';
}

static size_t count(const char *s, int (*is)(int))
{
	size_t n = 0;
	for (; *s; s++)
		n += is((unsigned char)*s) != 0;
	return n;
}

/* "1.01 3, Jalan Satu" begins with LOT, not with an amount. */
static bool worn_lot(const struct work *work, const char *raw)
{
	return isdigit((unsigned char)*raw) &&
	       text_starts(malay_street(work->arena, raw), "LOT ");
}

/* Rows of a sale: dates, amounts, labels of numbers and totals. "Bonn" is no "Bon-Nr".
 */
static bool sale_row(const struct work *work, struct span span, const char *raw)
{
	bool lot = worn_lot(work, raw);
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->span.row == span.row && c->span.sheet == span.sheet &&
		    (c->kind == KIND_DATE || c->kind == KIND_TIME ||
		     (c->kind == KIND_AMOUNT && c->money && !c->worn && !lot)))
			return true;
	}
	size_t from, to, amounts = 0;
	bool place = address_place(raw, &from, &to);
	for (size_t i = 0; i < work->n_marks && !place; i++) {
		const struct mark *mark = &work->marks[i];
		if (mark->span.row != span.row || mark->span.sheet != span.sheet ||
		    mark->field->kind == KIND_PARTY ||
		    mark->field->kind == KIND_TAX_NUMBER || !mark->field->keyed)
			continue;
		bool amount = mark->field->kind == KIND_AMOUNT;
		amounts += amount; /* "Price  Qty  Total" */
		if (!mark->negative && mark->label->weight >= 0.9F &&
		    (!amount || count(raw, isdigit) > 0))
			return true;
	}
	return amounts > 1;
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
	if (strlen(key) < 32 && strstr(key, "invoice"))
		return true;
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (strcmp(key, titles[i]) == 0)
			return true;
	return false;
}

/* The reader's confidence over the row, long words counting more. */
static float row_reading(const struct row *row)
{
	float sum = 0, letters = 0;
	for (size_t i = 0; i < row->n_tokens; i++) {
		float len = (float)strlen(row->tokens[i].word->text);
		sum += row->tokens[i].word->confidence * len;
		letters += len;
	}
	return letters > 0 ? sum / letters : 0;
}

/* Specks, logos and creases that were read as print. */
static bool noise(const char *raw, float reading, bool large, bool small)
{
	size_t a, b, letters = count(raw, isalnum);
	if (address_place(raw, &a, &b) || address_legal_form(raw))
		return false;
	if (small)
		return true;
	return reading < (large ? 0.25F : 0.4F) || letters * 2 < strlen(raw);
}

static void add_row(struct head *head, struct span span, struct box box, char *raw,
		    float reading, int32_t em)
{
	head->box[head->n] = box;
	head->row[head->n] = span;
	head->raw[head->n] = raw;
	head->reading[head->n] = reading;
	head->em[head->n++] = em;
	head->sets |= lexicon_sets(raw);
}

/* Stars and rules around a name are read as "KK", "xxx", "«". */
static bool ornament(const char *word, float reading)
{
	size_t len = strlen(word);
	if (len == count(word, isdigit) && len > 1)
		return false; /* the number of a house */
	if (count(word, isalnum) == 0 && !strchr(word, '&') && *word > 0)
		return true;
	if (word[strspn(word, "*xXkK<>~=-_.|+#\xc2\xab\xbb")] == 0)
		return len > 1 || !isalpha((unsigned char)*word);
	return reading < 0.35F && len <= 2;
}

/* The row without what only decorates its ends. */
static struct span undecorated(const struct row *row, struct span span)
{
	size_t first = 0, last = row->n_tokens;
	while (first + 1 < last && ornament(row->tokens[first].word->text,
					    row->tokens[first].word->confidence))
		first++;
	while (last > first + 1 && ornament(row->tokens[last - 1].word->text,
					    row->tokens[last - 1].word->confidence))
		last--;
	if (row->n_tokens) {
		span.from = row->tokens[first].from;
		span.to = row->tokens[last - 1].to;
	}
	return span;
}

static void mend_lines(const struct work *work, struct head *head)
{
	for (size_t i = 0; i < head->n; i++)
		head->name[i] =
			head->ocr ? lexicon_name(work->arena, head->raw[i], head->sets)
				  : head->raw[i];
	for (size_t i = 0; i < head->n; i++)
		head->line[i] = head->ocr ? lexicon_address(work->arena, head->raw[i],
							    head->sets)
					  : head->raw[i];
}

static void read_rows(const struct work *work, struct head *head)
{
	const struct sheet *sheet = &work->layout.sheets[0];
	head->ocr = work->ocr;
	head->usual_em = sheet->em;
	for (uint32_t r = 0; r < sheet->n_rows && head->n < HEAD_MAX; r++) {
		const struct row *row = &sheet->rows[r];
		struct span span = {0, r, 0, (uint32_t)strlen(row->text)};
		if (work->ocr)
			span = undecorated(row, span);
		char *raw = span_raw(&work->layout, work->arena, span);
		float reading = row_reading(row);
		if (count(raw, isalpha) < 3 || title_row(work->arena, raw))
			continue;
		if (sale_row(work, span, raw)) {
			if (head->n > 2)
				return;
			continue;
		}
		if (work->ocr &&
		    noise(lexicon_name(work->arena, raw, 0), reading,
			  row->em > sheet->em * 2, row->em * 3 < sheet->em))
			continue;
		add_row(head, span, row->box, raw, reading, row->em);
	}
}

static void read_head(const struct work *work, struct head *head)
{
	read_rows(work, head);
	mend_lines(work, head);
}

/* What stands behind "Sdn Bhd" is no name; neither is "#000002" before one. */
static char *between_numbers(char *s)
{
	char *end = strstr(s, "BHD");
	if (!end)
		end = strstr(s, "Bhd");
	if (end && end > s + 6 && !isalpha((unsigned char)end[3]))
		end[3] = 0;
	if (*s == '#')
		s += strcspn(s, " ");
	return s;
}

/* "(1248446-V)", "Co. Reg. No. 123456-X" behind a name. */
static char *without_registration(struct arena *arena, const char *raw)
{
	char *s = between_numbers(text_clean(arena, raw, strlen(raw)));
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

/* "(65351-M)", "Company No. : 256628-W", "BR No.: (124525-H)". */
static bool registration_row(const char *raw)
{
	static const char *const words[] = {"company", "co.",  "co ",  "reg",  "roc",
					    "br no",   "b.r.", "brn",  "rob",  "ssm",
					    "gst",     "uen",  "s/no", "(co.", "tin"};
	size_t from, to, digits = count(raw, isdigit);
	AUTO_ARENA scratch = arena_new();
	const char *folded = text_fold(scratch, raw);
	folded += strspn(folded, " (");
	for (size_t i = 0; digits >= 4 && i < sizeof words / sizeof *words; i++)
		if (text_starts(folded, words[i]) && !address_place(raw, &from, &to) &&
		    count(raw, isalpha) < 24)
			return true;
	if (*raw == '(' && digits >= 5 && raw[strcspn(raw, ")")])
		return true;
	return digits >= 5 && count(raw, isalpha) <= 12 && !address_street(raw) &&
	       !address_place(raw, &from, &to);
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

static bool has_place(const char *raw)
{
	size_t from, to;
	return address_place(raw, &from, &to);
}

/* A street or quarter: has a number, or goes on in the next row. */
static bool street_row(const struct head *head, size_t i)
{
	const char *raw = head->line[i];
	size_t len = strlen(raw);
	if (address_contact(raw) || registration_row(raw) || !address_street(raw))
		return false;
	return count(raw, isdigit) > 0 || (len && raw[len - 1] == ',') ||
	       (i + 1 < head->n && has_place(head->line[i + 1]) &&
		count(head->line[i + 1], isdigit) > 0 && i > 0);
}

/* The first address row from `from` on; rows that only explain the name are skipped. */
static size_t address_start(const struct head *head, size_t from)
{
	for (size_t i = from; i < head->n; i++)
		if (street_row(head, i) || has_place(head->line[i]))
			return i;
	for (size_t i = from; i < head->n; i++)
		if (address_street(head->line[i]) && !address_contact(head->line[i]) &&
		    !registration_row(head->line[i]))
			return i;
	return head->n;
}

/* A note somebody wrote over the slip is small letters over capitals. */
static bool scribble(const char *raw, const char *next)
{
	return count(raw, isupper) == 0 && next && count(next, isupper) > 4;
}

static bool speaks_to_customers(const char *raw)
{
	static const char *const words[] = {
		"welcome",	 "thank",	"download",   "online",	  "app!",
		"receipt of",	 "visit us",	"formerly",   "licensee", "operated",
		"customer copy", "vielen",	"willkommen", "merci",	  "bienvenue",
		"gracias",	 "kundenbeleg", "copy",	      "reprint",  "follow us",
		"available",	 "opening"};
	AUTO_ARENA scratch = arena_new();
	const char *folded = text_fold(scratch, raw);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strstr(folded, words[i]))
			return true;
	return false;
}

/* "Farmasi Maluri S/B (587969-U)": a register number closes the line. */
static bool registered(const char *raw)
{
	const char *open = strrchr(raw, '(');
	return open && open > raw + 3 && count(open, isdigit) >= 5;
}

/* How much a row looks like the name; `start` is where the address begins. */
static float name_points(const struct head *head, size_t i, size_t start)
{
	const char *raw = head->name[i];
	bool legal = address_legal_form(raw);
	float points = i == 0 ? 1.2F : 0.9F - 0.15F * (float)i;
	int32_t small = head->em[i] * 10 < head->usual_em * 7;
	if (!legal && (has_place(raw) || registration_row(raw)))
		return -9;
	if (legal)
		points += 4;
	if (registered(raw))
		points += 1.5F;
	if (head->em[i] * 10 > head->usual_em * 13)
		points += 1;
	bool sign = head->em[i] > head->usual_em * 2; /* as over the shop's door */
	if (sign)
		points += 0.5F;
	size_t next = i + 1;
	while (next < start && next < head->n && registration_row(head->raw[next]))
		next++;
	if (next == start && start < head->n)
		points += 0.4F;
	if (small || own_words(raw) > 6 || count(raw, isslash) > 1)
		points -= 2;
	if (i >= start)
		points -= 2;
	if (speaks_to_customers(raw))
		points -= 4;
	if (i > 0 && legal && speaks_to_customers(head->raw[i - 1]))
		points -= 3;
	if (address_contact(raw))
		points -= 3;
	if (!registered(raw) && count(raw, isdigit) > 3)
		points -= 1.5F;
	if (i + 1 < head->n && scribble(raw, head->raw[i + 1]))
		points -= 2;
	if (head->ocr && head->reading[i] < 0.8F)
		points -= (sign ? 2.5F : 5) * (0.8F - head->reading[i]);
	return points;
}

/* The second row is the first one without a letter or two that a logo added. */
static bool repeats(const char *raw, const char *next)
{
	AUTO_ARENA scratch = arena_new();
	const char *a = label_key(scratch, raw), *b = label_key(scratch, next);
	return strlen(b) >= 5 && strlen(a) <= strlen(b) + 3 && strcmp(a, b) != 0 &&
	       strstr(a, b);
}

/* The next row stands right under it, as lines of one thing do. */
static bool close_rows(const struct head *head, size_t i)
{
	int32_t gap = head->box[i + 1].y - box_bottom(head->box[i]);
	int32_t em = head->em[i] > head->em[i + 1] ? head->em[i] : head->em[i + 1];
	return gap < em && head->row[i + 1].row <= head->row[i].row + 2;
}

/* A row that only says what kind of shop it is ("Restaurant") goes on with the name. */
static bool trade_row(const struct head *head, size_t i)
{
	return lexicon_trade(head->raw[i]) && !address_street(head->raw[i]) &&
	       !has_place(head->raw[i]);
}

/* "HARDWARE &" goes on in the next row. */
static bool open_end(const char *raw)
{
	size_t len = strlen(raw);
	return len > 2 && strchr("&-", raw[len - 1]);
}

/* Rows of the name: [*from, *to). */
static bool find_name(const struct head *head, size_t *from, size_t *to)
{
	float best = -100;
	size_t at = 0, start = address_start(head, 0);
	if (head->n == 0)
		return false;
	for (size_t i = 0; i < head->n; i++) {
		float points = name_points(head, i, start);
		if (points > best) {
			best = points;
			at = i;
		}
	}
	if (at + 1 < head->n && repeats(head->raw[at], head->raw[at + 1]))
		at++; /* a logo, and the same in plain print */
	if (best < -2)
		return false;
	*from = at;
	*to = at + 1;
	const char *raw = head->name[at];
	if (address_legal_form(raw)) {
		if (at > 0 && own_words(raw) <= 1 && close_rows(head, at - 1) &&
		    count(head->raw[at - 1], isdigit) < 4 &&
		    count(head->raw[at - 1], isalpha) > 3 &&
		    !speaks_to_customers(head->raw[at - 1]))
			*from = at - 1;
		return true;
	}
	if (at > 0 && open_end(head->raw[at - 1]) && close_rows(head, at - 1))
		*from = at - 1;
	bool open = open_end(raw);
	while (*to < head->n && close_rows(head, *to - 1) &&
	       (open || trade_row(head, *to))) {
		(*to)++;
		open = false;
	}
	return true;
}

/* What the row says as a name or as part of an address. */
static char *row_text(const struct work *work, const struct head *head, size_t i,
		      bool name)
{
	return name ? without_registration(work->arena, head->name[i])
		    : address_clean(work->arena, head->line[i]);
}

/* The row up to the first label of something else ("..., Steuernummer: ..."). */
static struct span before_labels(const struct work *work, struct span span)
{
	for (size_t i = 0; i < work->n_marks; i++) {
		struct span s = work->marks[i].span;
		if (s.sheet == span.sheet && s.row == span.row && s.from > span.from &&
		    s.from < span.to && !work->marks[i].label->value)
			span.to = s.from;
	}
	return span;
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
		char *raw = row_text(work, head, i, name);
		if (text.len && *raw)
			strbuf_add(&text, name				   ? " "
					  : text.text[text.len - 1] == ',' ? " "
									   : ", ");
		strbuf_add(&text, raw);
		box = box_union(box, span_box(&work->layout, head->row[i]));
		float c = span_confidence(&work->layout, head->row[i]);
		reading = c < reading ? c : reading;
		span_use(work, before_labels(work, head->row[i]));
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

/* What may follow the place: the state's name, or the branch in brackets. */
static bool goes_on(const struct head *head, size_t place)
{
	size_t i = place + 1, len = strlen(head->line[place]);
	if (i >= head->n || address_contact(head->line[i]) ||
	    strchr(head->line[i], ':') || count(head->line[i], isdigit) > 0 ||
	    speaks_to_customers(head->line[i]) || !close_rows(head, place))
		return false;
	if (head->raw[i][0] == '(')
		return strchr(head->raw[i], ')') != NULL;
	return own_words(head->line[i]) <= 2 &&
	       ((len && head->line[place][len - 1] == ',') ||
		(lexicon_sets(head->line[i]) & ~(unsigned)LEX_COMMON));
}

/* Where the address ends: with the place and a state's name under it, or before what is
 * no address. */
static size_t address_end(const struct head *head, size_t start)
{
	size_t i = start;
	for (; i < head->n && i < start + 7; i++) {
		if (has_place(head->line[i]))
			return goes_on(head, i) ? i + 2 : i + 1;
		if (address_contact(head->line[i]) || registration_row(head->line[i]) ||
		    speaks_to_customers(head->line[i]))
			return i;
	}
	return i;
}

void find_merchant(struct work *work, const char *role)
{
	struct head head = {.n = 0};
	size_t from, to;
	read_head(work, &head);
	if (!find_name(&head, &from, &to))
		return;
	size_t start = address_start(&head, to);
	if (start == head.n && from > 0 && has_place(head.raw[from - 1]))
		start = address_start(&head, 0); /* the address stands above the name */
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
