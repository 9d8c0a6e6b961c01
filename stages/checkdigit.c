/* checkdigit.c - numbers that prove themselves: IBAN, NPI and VAT identifiers.
 *
 * A passed check digit is evidence that a number was read right, a failed one that it
 * was not; it is never proof and never a reason to refuse, since real papers carry
 * wrong numbers. Where a country's algorithm is not known for certain, or a number has
 * a form the algorithm does not cover, the answer is "none defined". Spaces, dots and
 * dashes, as people print them, do not matter. */
#include "schema.h"

#include <string.h>

#define LONGEST 40

/* Capital letters and digits alone; false when there are too many. */
static bool squeeze(const char *text, char out[LONGEST + 1])
{
	size_t n = 0;

	for (; *text; text++) {
		char c = *text;

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if ((c < 'A' || c > 'Z') && (c < '0' || c > '9'))
			continue;
		if (n == LONGEST)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return true;
}

static bool all_digits(const char *s, size_t n)
{
	return strlen(s) >= n && strspn(s, "0123456789") >= n;
}

static int value_of(const char *digits, size_t n)
{
	int value = 0;

	for (size_t i = 0; i < n; i++)
		value = value * 10 + (digits[i] - '0');
	return value;
}

static int weighted(const char *digits, const int *weights, size_t n)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (digits[i] - '0') * weights[i];
	return sum;
}

static int luhn_sum(const char *digits, size_t n)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++) {
		int d = digits[n - 1 - i] - '0';

		if (i % 2 == 1)
			d = d > 4 ? 2 * d - 9 : 2 * d;
		sum += d;
	}
	return sum;
}

/* ISO 7064 mod 97-10, letters counting A = 10 ... Z = 35. */
static int mod97(const char *s, size_t n, int so_far)
{
	for (size_t i = 0; i < n; i++) {
		bool digit = s[i] >= '0' && s[i] <= '9';
		int v = digit ? s[i] - '0' : s[i] - 'A' + 10;

		so_far = (so_far * (digit ? 10 : 100) + v) % 97;
	}
	return so_far;
}

/* --- bank accounts and providers -------------------------------------- */

static size_t iban_length(const char *country)
{
	/* SWIFT's registry: country and length. */
	static const char table[] =
		"AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 "
		"CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 "
		"GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 "
		"KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 "
		"MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 "
		"SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 "
		"VA22 VG24 XK20 ";

	for (const char *at = table; *at; at += 5)
		if (strncmp(at, country, 2) == 0)
			return (size_t)value_of(at + 2, 2);
	return 0;
}

static int iban_holds(const char *iban)
{
	size_t len = strlen(iban);

	if (len < 5 || len != iban_length(iban) || !all_digits(iban + 2, 2))
		return 0;
	return mod97(iban, 4, mod97(iban + 4, len - 4, 0)) == 1;
}

/* The US provider number: Luhn over 80840 and its ten digits. */
static int npi_holds(const char *npi)
{
	if (strlen(npi) != 10 || !all_digits(npi, 10))
		return 0;
	return (luhn_sum(npi, 10) + luhn_sum("808400000000000", 15)) % 10 == 0;
}

/* --- VAT identifiers, one function per country; `s` is what follows the country --- */

static int vat_at(const char *s)
{
	if (s[0] != 'U' || strlen(s) != 9 || !all_digits(s + 1, 8))
		return 0;
	return (luhn_sum(s + 1, 7) + 4 + s[8] - '0') % 10 == 0;
}

static int vat_be(const char *s)
{
	char padded[11] = "0";

	if (strlen(s) == 9)
		s = strcat(padded, s);
	if (strlen(s) != 10 || !all_digits(s, 10))
		return 0;
	return 97 - value_of(s, 8) % 97 == value_of(s + 8, 2);
}

static int vat_ch(const char *s) /* CHE123456788, with MWST, TVA or IVA behind it */
{
	static const int weights[] = {5, 4, 3, 2, 7, 6, 5, 4};

	if (s[0] != 'E' || !all_digits(s + 1, 9))
		return 0;
	return (11 - weighted(s + 1, weights, 8) % 11) % 11 == s[9] - '0';
}

static int vat_de(const char *s) /* ISO 7064 mod 11,10 */
{
	int product = 10;

	if (strlen(s) != 9 || !all_digits(s, 9))
		return 0;
	for (int i = 0; i < 8; i++) {
		int sum = (s[i] - '0' + product) % 10;

		product = 2 * (sum == 0 ? 10 : sum) % 11;
	}
	return (11 - product) % 10 == s[8] - '0';
}

static int vat_dk(const char *s)
{
	static const int weights[] = {2, 7, 6, 5, 4, 3, 2, 1};

	return strlen(s) == 8 && all_digits(s, 8) && weighted(s, weights, 8) % 11 == 0;
}

static int vat_ee(const char *s)
{
	static const int weights[] = {3, 7, 1, 3, 7, 1, 3, 7, 1};

	return strlen(s) == 9 && all_digits(s, 9) && weighted(s, weights, 9) % 10 == 0;
}

static int vat_el(const char *s)
{
	static const int weights[] = {256, 128, 64, 32, 16, 8, 4, 2};

	if (strlen(s) != 9 || !all_digits(s, 9))
		return 0;
	return weighted(s, weights, 8) % 11 % 10 == s[8] - '0';
}

static int vat_es(const char *s)
{
	static const char of_23[] = "TRWAGMYFPDXBNJZSQVHLCKE";
	const char *foreigner = s[0] ? strchr("XYZ", s[0]) : NULL;
	int control;

	if (strlen(s) != 9)
		return 0;
	if (all_digits(s, 8)) /* person: eight digits and a letter */
		return of_23[value_of(s, 8) % 23] == s[8];
	if (!all_digits(s + 1, 7))
		return 0;
	if (foreigner)
		return of_23[(value_of(s + 1, 7) +
			      (int)(foreigner[0] - 'X') * 10000000) %
			     23] == s[8];
	if (strchr("KLM", s[0]))
		return -1;
	/* company: a digit or, for some kinds, the letter that stands for it */
	char shifted[9] = {0};

	memcpy(shifted, s + 1, 7);
	shifted[7] = '0';
	control = (10 - luhn_sum(shifted, 8) % 10) % 10;
	return s[8] == '0' + control || s[8] == "JABCDEFGHI"[control];
}

static int vat_fi(const char *s)
{
	static const int weights[] = {7, 9, 10, 5, 8, 4, 2};

	if (strlen(s) != 8 || !all_digits(s, 8))
		return 0;
	return (11 - weighted(s, weights, 7) % 11) % 11 == s[7] - '0';
}

static int vat_fr(const char *s)
{
	if (strlen(s) != 11 || !all_digits(s + 2, 9))
		return 0;
	if (!all_digits(s, 2))
		return -1; /* keys with letters follow another rule */
	return (12 + 3 * (value_of(s + 2, 9) % 97)) % 97 == value_of(s, 2);
}

static int vat_gb(const char *s)
{
	static const int weights[] = {8, 7, 6, 5, 4, 3, 2};
	size_t len = strlen(s);
	int sum;

	if ((len != 9 && len != 12) || !all_digits(s, len))
		return len == 5 ? -1 : 0; /* GD and HA: government, health */
	sum = weighted(s, weights, 7) + value_of(s + 7, 2);
	return sum % 97 == 0 || (sum + 55) % 97 == 0;
}

static int vat_hu(const char *s)
{
	static const int weights[] = {9, 7, 3, 1, 9, 7, 3, 1};

	return strlen(s) == 8 && all_digits(s, 8) && weighted(s, weights, 8) % 10 == 0;
}

static int vat_ie(const char *s)
{
	static const int weights[] = {8, 7, 6, 5, 4, 3, 2};
	size_t len = strlen(s);
	int sum;

	if ((len != 8 && len != 9) || !all_digits(s, 7))
		return len == 8 ? -1 : 0; /* the old form has a letter second */
	sum = weighted(s, weights, 7);
	if (len == 9 && s[8] != 'W')
		sum += 9 * (s[8] - 'A' + 1);
	return s[7] == "WABCDEFGHIJKLMNOPQRSTUV"[sum % 23];
}

static int vat_it(const char *s)
{
	return strlen(s) == 11 && all_digits(s, 11) && luhn_sum(s, 11) % 10 == 0;
}

static int vat_lu(const char *s)
{
	return strlen(s) == 8 && all_digits(s, 8) &&
	       value_of(s, 6) % 89 == value_of(s + 6, 2);
}

static int vat_nl(const char *s)
{
	static const int weights[] = {9, 8, 7, 6, 5, 4, 3, 2};

	if (strlen(s) != 12 || !all_digits(s, 9) || s[9] != 'B' ||
	    !all_digits(s + 10, 2))
		return 0;
	if (weighted(s, weights, 8) % 11 == s[8] - '0')
		return 1;
	return mod97(s, 12, mod97("NL", 2, 0)) == 1; /* sole traders since 2020 */
}

static int vat_no(const char *s)
{
	static const int weights[] = {3, 2, 7, 6, 5, 4, 3, 2};

	if (!all_digits(s, 9))
		return 0;
	return (11 - weighted(s, weights, 8) % 11) % 11 == s[8] - '0';
}

static int vat_pl(const char *s)
{
	static const int weights[] = {6, 5, 7, 2, 3, 4, 5, 6, 7};

	return strlen(s) == 10 && all_digits(s, 10) &&
	       weighted(s, weights, 9) % 11 == s[9] - '0';
}

static int vat_pt(const char *s)
{
	static const int weights[] = {9, 8, 7, 6, 5, 4, 3, 2};
	int check;

	if (strlen(s) != 9 || !all_digits(s, 9))
		return 0;
	check = 11 - weighted(s, weights, 8) % 11;
	return (check > 9 ? 0 : check) == s[8] - '0';
}

static int vat_se(const char *s)
{
	return strlen(s) == 12 && all_digits(s, 12) && luhn_sum(s, 10) % 10 == 0;
}

static int vat_holds(const char *id)
{
	static const struct {
		const char *country;
		int (*holds)(const char *rest);
	} table[] = {
		{"AT", vat_at}, {"BE", vat_be}, {"CH", vat_ch}, {"DE", vat_de},
		{"DK", vat_dk}, {"EE", vat_ee}, {"EL", vat_el}, {"ES", vat_es},
		{"FI", vat_fi}, {"FR", vat_fr}, {"GB", vat_gb}, {"HU", vat_hu},
		{"IE", vat_ie}, {"IT", vat_it}, {"LU", vat_lu}, {"NL", vat_nl},
		{"NO", vat_no}, {"PL", vat_pl}, {"PT", vat_pt}, {"SE", vat_se},
		{"XI", vat_gb}, {"GR", vat_el},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strncmp(table[i].country, id, 2) == 0)
			return table[i].holds(id + 2);
	return -1;
}

int value_check_digit(enum kind kind, const char *canonical)
{
	char s[LONGEST + 1];

	if (kind != KIND_IBAN && kind != KIND_NPI && kind != KIND_VAT_ID)
		return -1;
	if (canonical == NULL || !squeeze(canonical, s))
		return 0;
	if (kind == KIND_IBAN)
		return iban_holds(s);
	return kind == KIND_NPI ? npi_holds(s) : vat_holds(s);
}
