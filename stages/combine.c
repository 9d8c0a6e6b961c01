/* combine.c - one reading out of several, word by word.
 *
 * Words of different readings that stand in the same place form a slot; a reading may
 * have cut it into other words ("SDN BHD", "SDNBHD"), so a slot holds some words of
 * each. Readings vote with the engine's confidence for the text of the slot: fully for
 * what they read themselves, a little for what looks like it. So two that agree outvote
 * a third, and of two that differ the surer one wins. What lost stays as alternative.
 *
 * Print that the first reading has not seen at all is added only when a later one is
 * quite sure of it, or two saw the same. Nothing here fails. */
#include "combine.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum { READINGS_MAX = 8 };
/* Words that nobody else has seen need this much to be believed. */
#define ADD_ALONE_MIN 0.70f
#define ADD_TOGETHER_MIN 0.30f
/* Two that are half sure weigh less than one that is quite sure. */
#define BELIEF 1.5f
/* What a reading gives to a text that is nearly its own, at most. */
#define LIKENESS_SHARE 0.5f

struct piece { /* a word of one of the readings */
	const struct word *word;
	size_t reading;
	size_t slot; /* union-find: the piece that stands for the slot */
};

struct vote {		  /* what one reading has in a slot */
	const char *text; /* words joined by spaces; NULL: nothing */
	const char *key;  /* without spaces */
	const struct piece **pieces;
	size_t n;
	float confidence, score;
};

/* --- slots --- */

static size_t slot_of(struct piece *pieces, size_t at)
{
	while (pieces[at].slot != at) {
		pieces[at].slot = pieces[pieces[at].slot].slot;
		at = pieces[at].slot;
	}
	return at;
}

static int32_t shared(int32_t a, int32_t a_len, int32_t b, int32_t b_len)
{
	int32_t from = a > b ? a : b;
	int32_t to = a + a_len < b + b_len ? a + a_len : b + b_len;
	return to > from ? to - from : 0;
}

/* A box of twice the height spans two lines: whatever it holds is something else. */
static bool same_place(struct box a, struct box b)
{
	int32_t low = a.h < b.h ? a.h : b.h, high = a.h < b.h ? b.h : a.h;
	int32_t narrow = a.w < b.w ? a.w : b.w;
	if (high > low * 9 / 4 + 4)
		return false;
	return shared(a.y, a.h, b.y, b.h) * 2 > low &&
	       shared(a.x, a.w, b.x, b.w) * 5 > narrow * 2;
}

static int by_top(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;
	if (x->word->box.y != y->word->box.y)
		return x->word->box.y < y->word->box.y ? -1 : 1;
	if (x->reading != y->reading)
		return x->reading < y->reading ? -1 : 1;
	return (x->word > y->word) - (x->word < y->word);
}

static void join_slots(struct piece *pieces, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pieces[i].slot = i;
	for (size_t i = 0; i < n; i++) {
		struct box box = pieces[i].word->box;
		for (size_t k = i + 1; k < n && pieces[k].word->box.y < box_bottom(box);
		     k++) {
			if (pieces[i].reading != pieces[k].reading &&
			    same_place(box, pieces[k].word->box))
				pieces[slot_of(pieces, k)].slot = slot_of(pieces, i);
		}
	}
}

/* --- votes --- */

static int by_order(const void *a, const void *b)
{
	const struct piece *x = *(const struct piece *const *)a;
	const struct piece *y = *(const struct piece *const *)b;
	if (x->word->line != y->word->line)
		return x->word->line < y->word->line ? -1 : 1;
	return (x->word->box.x > y->word->box.x) - (x->word->box.x < y->word->box.x);
}

static char *without_spaces(struct arena *arena, const char *text)
{
	char *key = arena_strdup(arena, text), *to = key;
	for (const char *p = key; *p; p++)
		if (*p != ' ')
			*to++ = *p;
	*to = '\0';
	return key;
}

static void cast_vote(struct vote *vote, struct arena *arena)
{
	struct strbuf text;
	double sum = 0, letters = 0;
	if (vote->n == 0)
		return;
	qsort(vote->pieces, vote->n, sizeof(struct piece *), by_order);
	strbuf_init(&text, arena);
	for (size_t i = 0; i < vote->n; i++) {
		const struct word *word = vote->pieces[i]->word;
		double len = (double)strlen(word->text);
		strbuf_addf(&text, "%s%s", i ? " " : "", word->text);
		sum += len * (double)word->confidence;
		letters += len;
	}
	vote->text = text.text;
	vote->key = without_spaces(arena, text.text);
	vote->confidence = (float)(sum / letters);
}

/* 1 for the same letters, less than LIKENESS_SHARE for others. */
static float likeness(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);
	int longer = (int)(la > lb ? la : lb), most = longer / 2;
	if (strcmp(a, b) == 0)
		return 1;
	int distance = text_distance(a, b, most);
	if (distance > most)
		return 0;
	float same = 1 - (float)distance / (float)longer;
	return LIKENESS_SHARE * same * same;
}

static size_t count_votes(struct vote *votes, const struct reading *readings, size_t n)
{
	size_t best = n;
	for (size_t i = 0; i < n; i++) {
		struct vote *vote = &votes[i];
		vote->score = 0;
		for (size_t k = 0; vote->text && k < n; k++)
			if (votes[k].text)
				vote->score += readings[k].weight *
					       powf(votes[k].confidence, BELIEF) *
					       likeness(vote->key, votes[k].key);
		/* Of equals the surer one: it decides where the spaces are. */
		if (vote->text &&
		    (best == n || vote->score > votes[best].score + 1e-6f ||
		     (vote->score > votes[best].score - 1e-6f &&
		      vote->confidence > votes[best].confidence)))
			best = i;
	}
	return best;
}

static struct box slot_box(const struct vote *vote)
{
	struct box box = {0};
	for (size_t i = 0; i < vote->n; i++)
		box = box_union(box, vote->pieces[i]->word->box);
	return box;
}

static bool covers(const struct reading *reading, struct box box)
{
	int32_t x = box.x + box.w / 2, y = box.y + box.h / 2;
	for (size_t i = 0; i < reading->n_regions; i++) {
		struct box in = reading->regions[i];
		if (x >= in.x && x < box_right(in) && y >= in.y && y < box_bottom(in))
			return true;
	}
	return false;
}

/* --- the winner's words --- */

struct added { /* a line that only a later reading has */
	size_t reading;
	uint16_t line, number;
};

struct result {
	struct arena *arena, *scratch;
	const struct piece *pieces;
	size_t n_pieces;
	const struct word **first_of; /* by slot: a word of the first reading in it */
	struct added *added;
	size_t n_added, cap_added;
	const struct reading *readings;
	size_t n_readings;
	struct word *words;
	size_t n, cap;
	uint16_t next_line; /* for print that no line of the first reading continues */
	uint16_t next_block;
};

static bool has_print(const char *text)
{
	size_t n = 0;
	for (; *text; text++)
		n += isalnum((unsigned char)*text) || (unsigned char)*text >= 0x80;
	return n >= 2;
}

/* The nearest word of the first reading at the same height. */
static const struct word *level_with(const struct reading *first, struct box box)
{
	const struct word *best = NULL;
	int32_t nearest = 0;
	for (size_t i = 0; i < first->n; i++) {
		struct box b = first->words[i].box;
		int32_t low = b.h < box.h ? b.h : box.h;
		int32_t off = abs(2 * b.y + b.h - 2 * box.y - box.h);
		int32_t gap = abs(2 * b.x + b.w - 2 * box.x - box.w);
		if (off * 2 > low || (best && gap >= nearest))
			continue;
		best = &first->words[i];
		nearest = gap;
	}
	return best;
}

/* Ink that the first reading has taken for something else, in other pieces. */
static bool taken(const struct result *result, struct box box)
{
	const struct reading *first = &result->readings[0];
	for (size_t i = 0; i < first->n; i++) {
		struct box b = first->words[i].box;
		int32_t across = shared(box.x, box.w, b.x, b.w);
		int32_t down = shared(box.y, box.h, b.y, b.h);
		int32_t low = box.h < b.h ? box.h : b.h;
		if (across * 4 > box.w && down * 3 > low)
			return true;
	}
	return false;
}

static bool believable(const struct result *result, const struct vote *votes,
		       size_t best)
{
	size_t agreed = 0;
	if (votes[0].text)
		return true;
	for (size_t k = 0; k < result->n_readings; k++)
		agreed += votes[k].text && strcmp(votes[k].key, votes[best].key) == 0;
	return has_print(votes[best].key) && !taken(result, slot_box(&votes[best])) &&
	       votes[best].confidence >=
		       (agreed > 1 ? ADD_TOGETHER_MIN : ADD_ALONE_MIN);
}

/* The word of the first reading whose line a new word continues: one that stands beside
 * a word which the new word's own reading has on the same line. */
static const struct word *neighbour(const struct result *result,
				    const struct piece *piece)
{
	const struct word *best = NULL;
	int32_t nearest = 0;
	for (size_t i = 0; i < result->n_pieces; i++) {
		const struct piece *other = &result->pieces[i];
		if (other->reading != piece->reading ||
		    other->word->line != piece->word->line ||
		    !result->first_of[other->slot])
			continue;
		int32_t gap = abs(other->word->box.x - piece->word->box.x);
		if (!best || gap < nearest) {
			best = result->first_of[other->slot];
			nearest = gap;
		}
	}
	return best;
}

/* The line of a new word that continues none: the same for all of its reading's line.
 */
static uint16_t new_line(struct result *result, const struct piece *piece)
{
	for (size_t i = 0; i < result->n_added; i++) {
		const struct added *added = &result->added[i];
		if (added->reading == piece->reading &&
		    added->line == piece->word->line)
			return added->number;
	}
	uint16_t number = result->next_line;
	*arena_push(result->scratch, result->added, result->n_added,
		    result->cap_added) =
		(struct added){piece->reading, piece->word->line, number};
	if (result->next_line < UINT16_MAX)
		result->next_line++;
	return number;
}

static void place_word(struct result *result, const struct vote *first,
		       const struct piece *piece, struct word *word)
{
	const struct word *line =
		first->text ? first->pieces[0]->word : neighbour(result, piece);
	if (!line)
		line = level_with(&result->readings[0], word->box);
	if (line) {
		word->block = line->block;
		word->line = line->line;
		word->height = line->height ? line->height : word->height;
		return;
	}
	word->block = result->next_block;
	word->line = new_line(result, piece);
}

static void add_alternatives(struct result *result, const struct vote *votes,
			     size_t best, size_t at, struct word *word)
{
	size_t cap = 0;
	word->alternatives = NULL;
	word->n_alternatives = 0;
	for (size_t k = 0; k < result->n_readings; k++) {
		const struct vote *vote = &votes[k];
		bool whole = votes[best].n == 1;
		if (!vote->text || (!whole && vote->n != votes[best].n))
			continue;
		const char *text = whole ? vote->text : vote->pieces[at]->word->text;
		bool known = strcmp(text, word->text) == 0;
		for (size_t i = 0; i < word->n_alternatives; i++)
			known |= strcmp(text, word->alternatives[i].text) == 0;
		if (!known)
			*arena_push(result->arena, word->alternatives,
				    word->n_alternatives, cap) =
				(struct alternative){text, vote->confidence};
	}
}

static void emit(struct result *result, const struct vote *votes, size_t best)
{
	const struct vote *vote = &votes[best];
	struct box box = slot_box(vote);
	unsigned covering = 0, agreed = 0;
	float surest = 0;

	for (size_t k = 0; k < result->n_readings; k++) {
		covering += covers(&result->readings[k], box) || votes[k].text;
		if (!votes[k].text || strcmp(votes[k].key, vote->key) != 0)
			continue;
		agreed++;
		surest = votes[k].confidence > surest ? votes[k].confidence : surest;
	}
	for (size_t i = 0; i < vote->n; i++) {
		struct word word = *vote->pieces[i]->word;
		place_word(result, &votes[0], vote->pieces[i], &word);
		word.readings = (uint8_t)covering;
		word.agreed = (uint8_t)agreed;
		if (vote->n == 1)
			word.confidence = surest;
		add_alternatives(result, votes, best, i, &word);
		*arena_push(result->arena, result->words, result->n, result->cap) =
			word;
	}
}

static int by_slot(const void *a, const void *b)
{
	const struct piece *x = *(const struct piece *const *)a;
	const struct piece *y = *(const struct piece *const *)b;
	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	return (x->reading > y->reading) - (x->reading < y->reading);
}

/* The pieces of one slot, sorted by reading. */
static void settle_slot(struct result *result, const struct piece **pieces, size_t n)
{
	struct vote votes[READINGS_MAX] = {0};
	for (size_t i = 0; i < n; i++) {
		struct vote *vote = &votes[pieces[i]->reading];
		if (!vote->pieces)
			vote->pieces = &pieces[i];
		vote->n++;
	}
	for (size_t k = 0; k < result->n_readings; k++)
		cast_vote(&votes[k], result->arena);
	size_t best = count_votes(votes, result->readings, result->n_readings);
	if (best < result->n_readings && believable(result, votes, best))
		emit(result, votes, best);
}

/* --- the whole --- */

static int by_line(const void *a, const void *b)
{
	const struct word *x = a, *y = b;
	if (x->block != y->block)
		return x->block < y->block ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->box.x != y->box.x)
		return x->box.x < y->box.x ? -1 : 1;
	return (x->box.y > y->box.y) - (x->box.y < y->box.y);
}

static struct piece *take_pieces(const struct reading *readings, size_t n,
				 struct arena *scratch, size_t *n_pieces)
{
	size_t all = 0;
	for (size_t k = 0; k < n; k++)
		all += readings[k].n;
	struct piece *pieces = arena_alloc_n(scratch, all + 1, sizeof(*pieces));
	*n_pieces = 0;
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < readings[k].n; i++)
			pieces[(*n_pieces)++] = (struct piece){
				.word = &readings[k].words[i], .reading = k};
	return pieces;
}

void readings_combine(const struct reading *readings, size_t n, struct arena *arena,
		      struct word **words, size_t *n_words)
{
	AUTO_ARENA scratch = arena_new();
	size_t n_pieces;
	struct result result = {
		.arena = arena, .scratch = scratch, .readings = readings};

	bug_on(n == 0);
	result.n_readings = n < READINGS_MAX ? n : READINGS_MAX;
	struct piece *pieces =
		take_pieces(readings, result.n_readings, scratch, &n_pieces);
	qsort(pieces, n_pieces, sizeof(*pieces), by_top);
	join_slots(pieces, n_pieces);
	const struct piece **sorted =
		arena_alloc_n(scratch, n_pieces + 1, sizeof(struct piece *));
	result.first_of = arena_alloc_n(scratch, n_pieces + 1, sizeof(struct word *));
	for (size_t i = 0; i < n_pieces; i++) {
		pieces[i].slot = slot_of(pieces, i);
		sorted[i] = &pieces[i];
		if (pieces[i].reading == 0)
			result.first_of[pieces[i].slot] = pieces[i].word;
	}
	result.pieces = pieces;
	result.n_pieces = n_pieces;
	for (size_t i = 0; i < readings[0].n; i++) {
		const struct word *word = &readings[0].words[i];
		if (word->line >= result.next_line && word->line < UINT16_MAX)
			result.next_line = (uint16_t)(word->line + 1);
		if (word->block >= result.next_block && word->block < UINT16_MAX)
			result.next_block = (uint16_t)(word->block + 1);
	}
	qsort(sorted, n_pieces, sizeof(*sorted), by_slot);
	for (size_t i = 0, k; i < n_pieces; i = k) {
		for (k = i + 1; k < n_pieces && sorted[k]->slot == sorted[i]->slot; k++)
			;
		settle_slot(&result, sorted + i, k - i);
	}
	qsort(result.words, result.n, sizeof(*result.words), by_line);
	*words = result.words;
	*n_words = result.n;
}
