/* Ink as connected components, the blobs, and some of them drawn alone.
 *
 * Pixels that touch, corners included, are one blob; labelling takes two looks at the
 * page. A page with more blobs than any print has (noise) keeps the first million. */
#include "form_parts.h"

#include <math.h>
#include <string.h>

static int root_of(int32_t *parent, int i)
{
	while (parent[i] != i)
		i = parent[i] = parent[parent[i]];
	return i;
}

/* First pass: provisional labels, neighbours to the left and above (eight ways). */
static int label_rows(const struct ink *ink, int32_t *label, int32_t *parent, int max)
{
	static const int dx[] = {-1, -1, 0, 1}, dy[] = {0, -1, -1, -1};
	int w = ink->plane.w, h = ink->plane.h, n = 0;
	int least = (int)ceilf(ink->threshold);
	for (int y = 0; y < h; y++)
		for (int x = 0; x < w; x++) {
			int mine = 0;
			if (ink->plane.px[(size_t)y * w + x] < least)
				continue;
			for (int k = 0; k < 4; k++) {
				int nx = x + dx[k], ny = y + dy[k];
				if (nx < 0 || nx >= w || ny < 0)
					continue;
				int other = label[(size_t)ny * w + nx];
				if (!other)
					continue;
				int root = root_of(parent, other);
				if (mine && root != mine)
					parent[root > mine ? root : mine] =
						root > mine ? mine : root;
				mine = mine && mine < root ? mine : root;
			}
			if (!mine && n + 1 < max) {
				mine = ++n;
				parent[n] = n;
			}
			label[(size_t)y * w + x] = mine;
		}
	return n;
}

void find_blobs(struct ink *ink, struct arena *arena)
{
	enum { MAX = 1 << 20 };
	AUTO_ARENA scratch = arena_new();
	int w = ink->plane.w, h = ink->plane.h;
	int32_t *parent = arena_alloc_n(scratch, MAX, sizeof(*parent));
	int32_t *name = arena_alloc_n(scratch, MAX, sizeof(*name));
	ink->label = arena_alloc_n(arena, (size_t)w * h, sizeof(*ink->label));
	label_rows(ink, ink->label, parent, MAX);
	for (int y = 0; y < h; y++)
		for (int x = 0; x < w; x++) {
			int32_t *label = &ink->label[(size_t)y * w + x];
			if (!*label)
				continue;
			int root = root_of(parent, *label);
			if (!name[root]) {
				*arena_push(arena, ink->blobs, ink->n_blobs,
					    ink->cap_blobs) =
					(struct blob){{x, y, 1, 1}, 0, 0};
				name[root] = (int32_t)ink->n_blobs;
			}
			*label = name[root];
			struct blob *b = &ink->blobs[*label - 1];
			b->box = box_union(b->box, (struct box){x, y, 1, 1});
			b->area++;
			uint8_t dark = ink->plane.px[(size_t)y * w + x];
			b->peak = dark > b->peak ? dark : b->peak;
		}
}

/* A blob with the soft edge around it, which no other blob claims. */
static void draw_blob(const struct ink *ink, const struct drawn_blob *d,
		      struct box frame, uint8_t *out)
{
	struct box b = ink->blobs[d->blob].box;
	int w = ink->plane.w, h = ink->plane.h, own = d->blob + 1;
	for (int y = b.y - 1; y <= box_bottom(b); y++)
		for (int x = b.x - 1; x <= box_right(b); x++) {
			bool mine = false;
			if (x < 0 || y < 0 || x >= w || y >= h)
				continue;
			int label = ink->label[(size_t)y * w + x];
			for (int k = 0; !label && !mine && k < 9; k++) {
				int nx = x + k % 3 - 1, ny = y + k / 3 - 1;
				mine = nx >= 0 && ny >= 0 && nx < w && ny < h &&
				       ink->label[(size_t)ny * w + nx] == own;
			}
			if (label != own && !mine)
				continue;
			uint8_t *to = &out[(size_t)(y + d->dy - frame.y) * frame.w + x +
					   d->dx - frame.x];
			uint8_t bright =
				(uint8_t)(255 - ink->plane.px[(size_t)y * w + x]);
			*to = bright < *to ? bright : *to;
		}
}

struct image *ink_draw(const struct ink *ink, const struct drawn_blob *blobs, size_t n,
		       double magnify, struct arena *scratch)
{
	enum { MARGIN = 6 };
	struct box frame = {0};
	for (size_t i = 0; i < n; i++) {
		struct box b = ink->blobs[blobs[i].blob].box;
		b.x += blobs[i].dx;
		b.y += blobs[i].dy;
		frame = box_union(frame, b);
	}
	frame.x -= MARGIN;
	frame.y -= MARGIN;
	frame.w += 2 * MARGIN;
	frame.h += 2 * MARGIN;
	uint8_t *out = arena_alloc_n(scratch, (size_t)frame.w * frame.h, 1);
	memset(out, 255, (size_t)frame.w * frame.h);
	for (size_t i = 0; i < n; i++)
		draw_blob(ink, &blobs[i], frame, out);
	AUTO_IMAGE plain = image_from_bytes(out, frame.w, frame.h, 200);
	return image_scale(plain, magnify, magnify);
}
