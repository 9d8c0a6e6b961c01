/* offers.js - what the page offers for a field before anybody has typed it: other readings,
 * what this supplier's earlier papers had, and what stands on the paper itself.
 *
 * Offers come in two ways. A list, most likely first, through which a chord steps. And, while
 * somebody types, the rest of the best offer that begins that way, in grey behind the caret:
 * one key takes it, anything else goes on typing. Neither ever changes a value by itself. */

/** Letters and digits alone: how what is typed is compared with what is printed. */
export const keyOf = (text) => text.toLowerCase().normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '');

const shapes = {
	date: /^(?=.*\d)[\p{L}\d]{1,9}([./\-’' ,]+[\p{L}\d]{1,9}){1,2}$|^\d{6}$|^\d{8}$/u,
	time: /^\d{1,2}[:.h]\d{2}/,
	amount: /^[^\p{L}\d]{0,3}\d[\d.,'’ ]*[.,]\d{2}\p{L}?$/u,
	percent: /^\d{1,2}([.,]\d+)?\s*%?$/,
	quantity: /^\d+([.,]\d+)?$/,
};
/* Rules and dust read as letters, one by one. */
function isNoise(text) {
	const words = text.split(/\s+/);
	return words.length > 4 && words.filter((word) => keyOf(word).length < 2).length > words.length / 2;
}

/** What else was read for a field, without what nobody can have written. */
export const readings = (evidence) => (evidence?.alternatives || []).map((a) => a.text).filter((text) => !isNoise(text));

const longTexts = ['text', 'party', 'address'];

/**
 * What a paper offers to a field of a kind.
 * @param {Array<Array<any>>} words  [text, x, y, w, h, line] in reading order
 * @returns {{lines: string[][], fitting: string[]}}
 */
export function paperOffers(words, kind) {
	const lines = [];
	let at = null;
	for (const word of words) {
		if (word[5] !== at)
			lines.push([]);
		at = word[5];
		lines.at(-1).push(word[0]);
	}
	const shape = shapes[kind];
	const fitting = !shape ? [] : [...new Set(words.map((w) => w[0]).filter((x) => shape.test(x)))];
	return { lines, fitting, long: longTexts.includes(kind) };
}

/** Positions in `text` up to which `n` letters and digits stand. */
function after(text, n) {
	let seen = 0, i = 0;
	for (const c of text) {
		if (seen >= n)
			break;
		seen += keyOf(c).length;
		i += c.length;
	}
	return i;
}

/* A blank that was typed already is not put twice. */
const joined = (typed, rest) => typed + (/\s$/.test(typed) ? rest.trimStart() : rest);

/**
 * The whole value that what is typed may be going to be; null when nothing begins so.
 * @param {string} typed
 * @param {{known: string[], lines: string[][], fitting: string[], long: boolean}} offers
 */
export function complete(typed, offers) {
	const key = keyOf(typed);
	if (!key)
		return null;
	const begins = (text) => {
		const k = keyOf(text);
		return k.length > key.length && k.startsWith(key);
	};
	for (const text of [...offers.known, ...(key.length > 1 ? offers.fitting : [])])
		if (begins(text))
			return joined(typed, text.slice(after(text, key.length)));
	return key.length < 2 ? null : fromLines(typed, key, offers);
}

/* The rest of a line that contains, from one of its words on, what was typed; a typed text
 * that ends with a line goes on with the next. Only long texts run over several words. */
function fromLines(typed, key, offers) {
	for (const [i, line] of offers.lines.entries())
		for (let from = 0; from < line.length; from++) {
			const text = offers.long ? line.slice(from).join(' ') : line[from];
			const k = keyOf(text);
			if (k.length > key.length && k.startsWith(key))
				return joined(typed, text.slice(after(text, key.length)));
			const next = offers.long && offers.lines[i + 1];
			if (next && k.length >= 3 && key.endsWith(k) && from === 0)
				return `${typed.replace(/[\s,]+$/, '')}, ${next.join(' ')}`;
		}
	return null;
}
