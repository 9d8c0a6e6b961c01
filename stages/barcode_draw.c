/* barcode_draw.c - codes for separator sheets: Code 128, Code 39, Interleaved 2 of 5,
 * patch codes; QR codes by libqrencode, which only this file sees.
 *
 * Each kind of bars is a table of its characters' widths and a rule of how they follow
 * one another. A text that a kind cannot say is refused with the reason. */
#include "barcode_draw.h"

#include <ctype.h>
#include <qrencode.h>
#include <string.h>

struct elements {
	struct arena *arena;
	uint8_t *list;
	size_t n, cap;
};

static void add(struct elements *e, int width)
{
	*arena_push(e->arena, e->list, e->n, e->cap) = (uint8_t)width;
}

/* Widths as digits: "212222". */
static void add_digits(struct elements *e, const char *widths)
{
	for (; *widths; widths++)
		add(e, *widths - '0');
}

/* --- Code 128 --- */

/* Characters 0 to 102, start B (104), stop (106), as bars and spaces of 1 to 4 modules.
 */
static const char *const code_128[] = {
	"212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312",
	"132212", "221213", "221312", "231212", "112232", "122132", "122231", "113222",
	"123122", "123221", "223211", "221132", "221231", "213212", "223112", "312131",
	"311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321",
	"232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
	"231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121",
	"313121", "211331", "231131", "213113", "213311", "213131", "311123", "311321",
	"331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224",
	"111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
	"122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
	"111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112",
	"421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113",
	"114311", "411113", "411311", "113141", "114131", "311141", "411131", "211412",
	"211214", "211232", "2331112"};
enum { START_B = 104, STOP = 106, CHECK_OF = 103 };

static enum rc draw_128(struct elements *e, const char *text, struct err *err)
{
	int sum = START_B;

	add_digits(e, code_128[START_B]);
	for (int i = 0; text[i]; i++) {
		if (text[i] < ' ' || text[i] > '~')
			return err_set(err, RC_FAIL,
				       "Code 128 has printable ASCII characters only");
		add_digits(e, code_128[text[i] - ' ']);
		sum += (i + 1) * (text[i] - ' ');
	}
	add_digits(e, code_128[sum % CHECK_OF]);
	add_digits(e, code_128[STOP]);
	return RC_OK;
}

/* --- Code 39 --- */

enum { WIDE = 3 };
static const char letters_39[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%*";
/* Nine elements each, 1 is wide. */
static const char *const code_39[] = {
	"000110100", "100100001", "001100001", "101100000", "000110001", "100110000",
	"001110000", "000100101", "100100100", "001100100", "100001001", "001001001",
	"101001000", "000011001", "100011000", "001011000", "000001101", "100001100",
	"001001100", "000011100", "100000011", "001000011", "101000010", "000010011",
	"100010010", "001010010", "000000111", "100000110", "001000110", "000010110",
	"110000001", "011000001", "111000000", "010010001", "110010000", "011010000",
	"010000101", "110000100", "011000100", "010101000", "010100010", "010001010",
	"000101010", "010010100"};

static void add_39(struct elements *e, const char *letter)
{
	for (const char *c = code_39[letter - letters_39]; *c; c++)
		add(e, *c == '1' ? WIDE : 1);
}

static enum rc draw_39(struct elements *e, const char *text, struct err *err)
{
	const char *star = strchr(letters_39, '*');

	add_39(e, star);
	for (; *text; text++) {
		const char *letter = strchr(letters_39, *text);
		if (!letter || letter == star)
			return err_set(err, RC_FAIL,
				       "Code 39 has A to Z, 0 to 9, blank and -.$/+%% "
				       "only");
		add(e, 1);
		add_39(e, letter);
	}
	add(e, 1);
	add_39(e, star);
	return RC_OK;
}

/* --- Interleaved 2 of 5 --- */

static const char *const code_i25[] = {"00110", "10001", "01001", "11000", "00101",
				       "10100", "01100", "00011", "10010", "01010"};

static enum rc draw_i25(struct elements *e, const char *text, struct err *err)
{
	size_t len = strlen(text);

	if (len % 2 != 0 || strspn(text, "0123456789") != len)
		return err_set(err, RC_FAIL,
			       "Interleaved 2 of 5 has an even number of digits only");
	add_digits(e, "1111");
	for (; *text; text += 2)
		for (int i = 0; i < 5; i++) {
			add(e, code_i25[text[0] - '0'][i] == '1' ? WIDE : 1);
			add(e, code_i25[text[1] - '0'][i] == '1' ? WIDE : 1);
		}
	add_digits(e, "311");
	return RC_OK;
}

/* --- patch codes --- */

static enum rc draw_patch(struct elements *e, const char *text, struct err *err)
{
	enum { NARROW_CIN = 8, WIDE_CIN = 20 };
	const char *bars = patch_bars(strlen(text) == 6 ? text[5] : 0);

	if (strncmp(text, "PATCH", 5) != 0 || !bars)
		return err_set(err, RC_FAIL,
			       "patch codes are PATCH1, PATCH2, PATCH3, PATCH4, PATCH6 "
			       "and PATCHT");
	for (int i = 0; i < 4; i++) {
		if (i > 0)
			add(e, NARROW_CIN);
		add(e, bars[i] == 'W' ? WIDE_CIN : NARROW_CIN);
	}
	return RC_OK;
}

/* --- QR --- */

static enum rc draw_qr(struct elements *e, const char *text, struct err *err)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);

	if (!code)
		return err_set(err, RC_FAIL, "too long for a QR code");
	for (int i = 0; i < code->width * code->width; i++)
		add(e, code->data[i] & 1);
	QRcode_free(code);
	return RC_OK;
}

/* --- the whole --- */

static enum rc (*const drawers[BARCODE_KINDS])(struct elements *e, const char *text,
					       struct err *err) = {
	[BARCODE_QR] = draw_qr,	  [BARCODE_128] = draw_128,	[BARCODE_39] = draw_39,
	[BARCODE_I25] = draw_i25, [BARCODE_PATCH] = draw_patch,
};

enum rc barcode_draw(enum barcode_kind kind, const char *text, struct arena *arena,
		     struct drawing *out, struct err *err)
{
	struct elements elements = {.arena = arena};

	if (!*text)
		return err_set(err, RC_FAIL, "a code must say something");
	enum rc rc = drawers[kind](&elements, text, err);
	*out = (struct drawing){kind, elements.list, elements.n};
	return rc;
}

int drawing_width(const struct drawing *drawing)
{
	int sum = 0;

	if (drawing->kind == BARCODE_QR)
		while ((size_t)(sum * sum) < drawing->n)
			sum++;
	for (size_t i = 0; drawing->kind != BARCODE_QR && i < drawing->n; i++)
		sum += drawing->elements[i];
	return sum;
}
