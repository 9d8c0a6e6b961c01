/* codes.c - tables of codes and the ways people print them: currencies, countries,
 * states of the USA, lengths of IBANs, shapes of VAT ids, units of measure. No table is
 * complete; what is not in it is "unknown" and the caller keeps the printed text. */
#include "value.h"

#include <string.h>

#include "text.h"

/* ISO 4217 */
static const char currencies[][4] = {
	"AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM",
	"BBD", "BDT", "BGN", "BHD", "BIF", "BMD", "BND", "BOB", "BRL", "BSD", "BTN",
	"BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC", "CUP",
	"CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD",
	"FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL",
	"HRK", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD",
	"JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK",
	"LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT",
	"MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO",
	"NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG",
	"QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD",
	"SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS",
	"TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU",
	"UZS", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XOF", "XPF", "YER", "ZAR",
	"ZMW", "ZWL",
};

/* Symbols, longest first where one starts another. */
static const struct {
	const char *symbol, *code;
} symbols[] = {
	{"US$", "USD"},	    {"C$", "CAD"},     {"CA$", "CAD"},	  {"A$", "AUD"},
	{"AU$", "AUD"},	    {"S$", "SGD"},     {"HK$", "HKD"},	  {"NZ$", "NZD"},
	{"R$", "BRL"},	    {"\u20ac", "EUR"}, {"$", "USD"},	  {"\u00a3", "GBP"},
	{"\u00a5", "JPY"},  {"\u20b9", "INR"}, {"\u20a9", "KRW"}, {"\u20bd", "RUB"},
	{"\u20ba", "TRY"},  {"\u20aa", "ILS"}, {"\u0e3f", "THB"}, {"z\u0142", "PLN"},
	{"K\u010d", "CZK"}, {"RM", "MYR"},     {"Rs.", "INR"},	  {"Rs", "INR"},
	{"Fr.", "CHF"},	    {"SFr.", "CHF"},   {"sFr.", "CHF"},	  {"Euro", "EUR"},
	{"EURO", "EUR"},    {"euros", "EUR"},  {"Euros", "EUR"},  {"euro", "EUR"},
	{"Rp", "IDR"},
};

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Capitals for every code, any case for those that people write in running text. */
static const char *iso_currency(const char *s)
{
	static const char common[][4] = {"EUR", "USD", "GBP", "CHF"};
	if (!letter(s[0]) || !letter(s[1]) || !letter(s[2]) || letter(s[3]))
		return NULL;
	for (size_t i = 0; i < sizeof currencies / sizeof *currencies; i++)
		if (strncmp(s, currencies[i], 3) == 0)
			return currencies[i];
	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		if (strncasecmp(s, common[i], 3) == 0)
			return common[i];
	return NULL;
}

const char *currency_scan(const char *s, size_t *len)
{
	const char *code = NULL;
	*len = 0;
	for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
		size_t n = strlen(symbols[i].symbol);
		bool word = letter(symbols[i].symbol[n - 1]);
		if (n > *len && text_starts(s, symbols[i].symbol) &&
		    !(word && letter(s[n]))) {
			*len = n;
			code = symbols[i].code;
		}
	}
	const char *iso = iso_currency(s);
	if (!iso || *len >= 3)
		return code;
	*len = 3;
	return iso;
}

bool currency_common(const char *code)
{
	static const char common[] =
		"EUR USD GBP CHF CAD AUD NZD SGD HKD MYR INR PLN CZK "
		"SEK NOK DKK JPY CNY ZAR BRL MXN HUF RON THB AED ";
	return strstr(common, code) != NULL;
}

static const struct {
	const char *name, *code;
} countries[] = {
	{"germany", "DE"},
	{"deutschland", "DE"},
	{"allemagne", "DE"},
	{"alemania", "DE"},
	{"austria", "AT"},
	{"osterreich", "AT"},
	{"autriche", "AT"},
	{"switzerland", "CH"},
	{"schweiz", "CH"},
	{"suisse", "CH"},
	{"suiza", "CH"},
	{"france", "FR"},
	{"frankreich", "FR"},
	{"francia", "FR"},
	{"spain", "ES"},
	{"espana", "ES"},
	{"spanien", "ES"},
	{"espagne", "ES"},
	{"italy", "IT"},
	{"italia", "IT"},
	{"italien", "IT"},
	{"italie", "IT"},
	{"netherlands", "NL"},
	{"the netherlands", "NL"},
	{"nederland", "NL"},
	{"niederlande", "NL"},
	{"pays-bas", "NL"},
	{"paises bajos", "NL"},
	{"belgium", "BE"},
	{"belgie", "BE"},
	{"belgien", "BE"},
	{"belgique", "BE"},
	{"belgica", "BE"},
	{"luxembourg", "LU"},
	{"luxemburg", "LU"},
	{"portugal", "PT"},
	{"ireland", "IE"},
	{"irland", "IE"},
	{"irlande", "IE"},
	{"united kingdom", "GB"},
	{"great britain", "GB"},
	{"england", "GB"},
	{"scotland", "GB"},
	{"wales", "GB"},
	{"uk", "GB"},
	{"grossbritannien", "GB"},
	{"royaume-uni", "GB"},
	{"reino unido", "GB"},
	{"denmark", "DK"},
	{"danmark", "DK"},
	{"danemark", "DK"},
	{"sweden", "SE"},
	{"sverige", "SE"},
	{"schweden", "SE"},
	{"norway", "NO"},
	{"norge", "NO"},
	{"norwegen", "NO"},
	{"finland", "FI"},
	{"suomi", "FI"},
	{"finnland", "FI"},
	{"poland", "PL"},
	{"polska", "PL"},
	{"polen", "PL"},
	{"czech republic", "CZ"},
	{"czechia", "CZ"},
	{"tschechien", "CZ"},
	{"slovakia", "SK"},
	{"hungary", "HU"},
	{"ungarn", "HU"},
	{"romania", "RO"},
	{"bulgaria", "BG"},
	{"greece", "GR"},
	{"croatia", "HR"},
	{"hrvatska", "HR"},
	{"slovenia", "SI"},
	{"estonia", "EE"},
	{"latvia", "LV"},
	{"lithuania", "LT"},
	{"iceland", "IS"},
	{"malta", "MT"},
	{"cyprus", "CY"},
	{"united states", "US"},
	{"usa", "US"},
	{"u.s.a.", "US"},
	{"united states of america", "US"},
	{"estados unidos", "US"},
	{"etats-unis", "US"},
	{"canada", "CA"},
	{"kanada", "CA"},
	{"mexico", "MX"},
	{"brazil", "BR"},
	{"brasil", "BR"},
	{"argentina", "AR"},
	{"chile", "CL"},
	{"colombia", "CO"},
	{"peru", "PE"},
	{"australia", "AU"},
	{"australien", "AU"},
	{"new zealand", "NZ"},
	{"malaysia", "MY"},
	{"singapore", "SG"},
	{"india", "IN"},
	{"indien", "IN"},
	{"china", "CN"},
	{"hong kong", "HK"},
	{"japan", "JP"},
	{"korea", "KR"},
	{"taiwan", "TW"},
	{"thailand", "TH"},
	{"vietnam", "VN"},
	{"indonesia", "ID"},
	{"philippines", "PH"},
	{"turkey", "TR"},
	{"turkei", "TR"},
	{"israel", "IL"},
	{"south africa", "ZA"},
	{"egypt", "EG"},
	{"morocco", "MA"},
	{"tunisia", "TN"},
	{"united arab emirates", "AE"},
	{"liechtenstein", "LI"},
	{"monaco", "MC"},
	{"andorra", "AD"},
	{"serbia", "RS"},
	{"ukraine", "UA"},
	{"russia", "RU"},
	{"russland", "RU"},
};

const char *country_code(const char *folded)
{
	for (size_t i = 0; i < sizeof countries / sizeof *countries; i++)
		if (strcmp(folded, countries[i].name) == 0)
			return countries[i].code;
	if (strlen(folded) != 2)
		return NULL;
	for (size_t i = 0; i < sizeof countries / sizeof *countries; i++)
		if (text_equal_nocase(folded, countries[i].code))
			return countries[i].code;
	return NULL;
}

bool us_state(const char *code)
{
	static const char states[] = "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA "
				     "KS KY LA ME MD MA MI MN "
				     "MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI "
				     "SC SD TN TX UT VT VA WA "
				     "WV WI WY AS GU MP PR VI AA AE AP ";
	if (strlen(code) != 2)
		return false;
	for (const char *s = states; *s; s += 3)
		if (strncmp(s, code, 2) == 0)
			return true;
	return false;
}

static const struct {
	char country[3];
	unsigned char length;
} ibans[] = {
	{"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20},
	{"BE", 16}, {"BG", 22}, {"BH", 22}, {"BR", 29}, {"BY", 28}, {"CH", 21},
	{"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DK", 18}, {"DO", 28},
	{"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18}, {"FO", 18}, {"FR", 27},
	{"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27}, {"GT", 28},
	{"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26},
	{"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32},
	{"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"MC", 27}, {"MD", 24},
	{"ME", 22}, {"MK", 19}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NL", 18},
	{"NO", 15}, {"PK", 24}, {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29},
	{"RO", 24}, {"RS", 22}, {"SA", 24}, {"SC", 31}, {"SE", 24}, {"SI", 19},
	{"SK", 24}, {"SM", 27}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22},
	{"VG", 24}, {"XK", 20},
};

int iban_length(const char *country)
{
	for (size_t i = 0; i < sizeof ibans / sizeof *ibans; i++)
		if (strncmp(country, ibans[i].country, 2) == 0)
			return ibans[i].length;
	return 0;
}

/* 9 a digit, A a letter, X either; alternatives are rows of their own. */
static const char *const vat_shapes[] = {
	"ATU99999999",	   "BE9999999999",    "BG999999999",
	"BG9999999999",	   "CHE999999999",    "CHE999999999MWST",
	"CHE999999999TVA", "CHE999999999IVA", "CY99999999A",
	"CZ99999999",	   "CZ999999999",     "CZ9999999999",
	"DE999999999",	   "DK99999999",      "EE999999999",
	"EL999999999",	   "ESX9999999X",     "FI99999999",
	"FRXX999999999",   "GB999999999",     "GB999999999999",
	"GBGD999",	   "GBHA999",	      "HR99999999999",
	"HU99999999",	   "IE9X99999A",      "IE9999999AA",
	"IT99999999999",   "LT999999999",     "LT999999999999",
	"LU99999999",	   "LV99999999999",   "MT99999999",
	"NL999999999B99",  "NO999999999",     "NO999999999MVA",
	"PL9999999999",	   "PT999999999",     "RO99",
	"RO999",	   "RO9999",	      "RO99999",
	"RO999999",	   "RO9999999",	      "RO99999999",
	"RO999999999",	   "RO9999999999",    "SE999999999999",
	"SI99999999",	   "SK9999999999",    "XI999999999",
};

static bool shape_fits(const char *shape, const char *s)
{
	/* The country's own letters first, literally. */
	size_t i = 2;
	if (strncmp(shape, s, 2) != 0)
		return false;
	for (; shape[i]; i++) {
		bool is_digit = s[i] >= '0' && s[i] <= '9';
		bool is_letter = s[i] >= 'A' && s[i] <= 'Z';
		switch (shape[i]) {
		case '9':
			if (!is_digit)
				return false;
			break;
		case 'A':
			if (!is_letter)
				return false;
			break;
		case 'X':
			if (!is_digit && !is_letter)
				return false;
			break;
		default:
			if (s[i] != shape[i])
				return false;
		}
	}
	return s[i] == 0;
}

bool vat_id_matches(const char *compact)
{
	for (size_t i = 0; i < sizeof vat_shapes / sizeof *vat_shapes; i++)
		if (shape_fits(vat_shapes[i], compact))
			return true;
	return false;
}

static const struct {
	const char *printed, *code;
} units[] = {
	{"stk", "H87"},	     {"stck", "H87"},	  {"stuck", "H87"},
	{"stueck", "H87"},   {"st", "H87"},	  {"st.", "H87"},
	{"stk.", "H87"},     {"piece", "H87"},	  {"pieces", "H87"},
	{"pc", "H87"},	     {"pcs", "H87"},	  {"pcs.", "H87"},
	{"pce", "H87"},	     {"piece(s)", "H87"}, {"each", "EA"},
	{"ea", "EA"},	     {"unit", "C62"},	  {"units", "C62"},
	{"unit(s)", "C62"},  {"einheit", "C62"},  {"einheiten", "C62"},
	{"unite", "C62"},    {"unites", "C62"},	  {"unidad", "C62"},
	{"unidades", "C62"}, {"ud", "C62"},	  {"uds", "C62"},
	{"ud.", "C62"},	     {"uds.", "C62"},	  {"pza", "H87"},
	{"pieza", "H87"},    {"piezas", "H87"},	  {"h", "HUR"},
	{"hr", "HUR"},	     {"hrs", "HUR"},	  {"std", "HUR"},
	{"std.", "HUR"},     {"stunde", "HUR"},	  {"stunden", "HUR"},
	{"hour", "HUR"},     {"hours", "HUR"},	  {"heure", "HUR"},
	{"heures", "HUR"},   {"hora", "HUR"},	  {"horas", "HUR"},
	{"min", "MIN"},	     {"minute", "MIN"},	  {"minuten", "MIN"},
	{"minutes", "MIN"},  {"day", "DAY"},	  {"days", "DAY"},
	{"tag", "DAY"},	     {"tage", "DAY"},	  {"jour", "DAY"},
	{"jours", "DAY"},    {"dia", "DAY"},	  {"dias", "DAY"},
	{"week", "WEE"},     {"woche", "WEE"},	  {"wochen", "WEE"},
	{"weeks", "WEE"},    {"month", "MON"},	  {"months", "MON"},
	{"monat", "MON"},    {"monate", "MON"},	  {"mois", "MON"},
	{"mes", "MON"},	     {"meses", "MON"},	  {"year", "ANN"},
	{"jahr", "ANN"},     {"jahre", "ANN"},	  {"years", "ANN"},
	{"kg", "KGM"},	     {"kgs", "KGM"},	  {"kilo", "KGM"},
	{"g", "GRM"},	     {"gr", "GRM"},	  {"gramm", "GRM"},
	{"t", "TNE"},	     {"to", "TNE"},	  {"lb", "LBR"},
	{"lbs", "LBR"},	     {"l", "LTR"},	  {"ltr", "LTR"},
	{"liter", "LTR"},    {"litre", "LTR"},	  {"litres", "LTR"},
	{"ml", "MLT"},	     {"m", "MTR"},	  {"mtr", "MTR"},
	{"meter", "MTR"},    {"lfm", "MTR"},	  {"cm", "CMT"},
	{"mm", "MMT"},	     {"km", "KMT"},	  {"m2", "MTK"},
	{"m\u00b2", "MTK"},  {"qm", "MTK"},	  {"m3", "MTQ"},
	{"m\u00b3", "MTQ"},  {"kwh", "KWH"},	  {"set", "SET"},
	{"sets", "SET"},     {"satz", "SET"},	  {"box", "XBX"},
	{"boxes", "XBX"},    {"bx", "XBX"},	  {"karton", "XCT"},
	{"kart", "XCT"},     {"carton", "XCT"},	  {"ctn", "XCT"},
	{"pack", "XPK"},     {"pak", "XPK"},	  {"pkg", "XPK"},
	{"paket", "XPK"},    {"fl", "XBO"},	  {"flasche", "XBO"},
	{"bottle", "XBO"},   {"paar", "PR"},	  {"pair", "PR"},
	{"rolle", "XRO"},    {"roll", "XRO"},	  {"psch", "LS"},
	{"pausch", "LS"},    {"pauschal", "LS"},  {"pauschale", "LS"},
	{"forfait", "LS"},   {"lump sum", "LS"},
};

const char *unit_code(const char *folded)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strcmp(folded, units[i].printed) == 0)
			return units[i].code;
	return NULL;
}
