/* The typefaces themselves, by FreeType; the only file that sees it.
 *
 * A form filled on a computer is set in one of the standard faces of PDF, and what a
 * Linux, Windows or Mac prints for those has the same widths. The files are read into
 * memory when the faces are opened, so that drawing needs no file and works behind the
 * jail. A face that cannot be loaded is left out; only if none is there does opening
 * fail. */
#include "faces.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "glyph.h"

#define FOLDER "/usr/share/fonts/opentype/urw-base35/"

/* In the order in which they are tried: Helvetica, Courier. */
static const char *const files[] = {FOLDER "NimbusSans-Regular.otf",
				    FOLDER "NimbusMonoPS-Regular.otf"};
enum { MAX_FACES = sizeof(files) / sizeof(*files), MAX_BYTES = 4 << 20 };

struct faces {
	FT_Library library;
	FT_Face face[MAX_FACES];
	void *bytes[MAX_FACES];
	size_t n;
};

static void *read_whole(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return NULL;
	char *bytes = malloc(MAX_BYTES);
	if (!bytes)
		die("out of memory for typefaces");
	*len = fread(bytes, 1, MAX_BYTES, f);
	fclose(f);
	return bytes;
}

static void load(struct faces *faces, const char *path)
{
	size_t len = 0;
	void *bytes = read_whole(path, &len);
	if (!bytes)
		return;
	if (FT_New_Memory_Face(faces->library, bytes, (FT_Long)len, 0,
			       &faces->face[faces->n]) != 0) {
		free(bytes);
		return;
	}
	faces->bytes[faces->n++] = bytes;
}

enum rc faces_open(struct faces **out, struct err *err)
{
	struct faces *faces = calloc(1, sizeof(*faces));
	*out = NULL;
	if (!faces)
		die("out of memory for typefaces");
	if (FT_Init_FreeType(&faces->library) != 0) {
		free(faces);
		return err_set(err, RC_FAIL, "FreeType does not start");
	}
	for (size_t i = 0; i < MAX_FACES; i++)
		load(faces, files[i]);
	*out = faces;
	if (faces->n > 0)
		return RC_OK;
	faces_close(out);
	return err_set(err, RC_FAIL,
		       "no typeface in " FOLDER
		       ": install the package fonts-urw-base35");
}

void faces_close(struct faces **faces)
{
	for (size_t i = 0; *faces && i < (*faces)->n; i++) {
		FT_Done_Face((*faces)->face[i]);
		free((*faces)->bytes[i]);
	}
	if (*faces) {
		FT_Done_FreeType((*faces)->library);
		free(*faces);
	}
	*faces = NULL;
}

size_t faces_count(const struct faces *faces)
{
	return faces ? faces->n : 0;
}

/* FreeType's y runs up. */
static void take_pose(FT_Outline *outline, struct pose pose)
{
	if (pose.turn != 0) {
		FT_Fixed c = lroundf(cosf(pose.turn) * 65536),
			 s = lroundf(sinf(pose.turn) * 65536);
		FT_Matrix turn = {c, s, -s, c};
		FT_Outline_Transform(outline, &turn);
	}
	FT_Outline_Translate(outline, lroundf(pose.right * 64),
			     lroundf(-pose.down * 64));
}

bool face_draw(const struct faces *faces, size_t face, char c, float em_px,
	       struct pose pose, struct arena *arena, struct shape *out)
{
	FT_Face f = faces->face[face];
	FT_UInt index = FT_Get_Char_Index(f, (FT_ULong)(unsigned char)c);
	if (index == 0 ||
	    FT_Set_Char_Size(f, 0, (FT_F26Dot6)lroundf(em_px * 64), 72, 72) != 0 ||
	    FT_Load_Glyph(f, index, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP) != 0)
		return false;
	FT_GlyphSlot slot = f->glyph;
	float advance = (float)slot->linearHoriAdvance / 65536;
	if (slot->format == FT_GLYPH_FORMAT_OUTLINE)
		take_pose(&slot->outline, pose);
	if (FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL) != 0)
		return false;
	const FT_Bitmap *b = &slot->bitmap;
	int w = (int)b->width, h = (int)b->rows;
	if (w <= 0 || h <= 0 || w > GLYPH_MAX_W - 4 || h > GLYPH_MAX_H - 4 ||
	    b->pixel_mode != FT_PIXEL_MODE_GRAY)
		return false;
	*out = (struct shape){w,
			      h,
			      slot->bitmap_left,
			      -slot->bitmap_top,
			      advance,
			      arena_alloc_n(arena, (size_t)w * h, 1)};
	for (int y = 0; y < h; y++)
		memcpy(out->cover + (size_t)y * w, b->buffer + (ptrdiff_t)y * b->pitch,
		       (size_t)w);
	return true;
}
