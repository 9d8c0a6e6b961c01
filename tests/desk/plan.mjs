/* plan.mjs - the cheapest way, in keys and clicks, from what stands in a field to what should.
 *
 * Pure: it is told what the page offers (the value, other readings, the words of the paper,
 * what the page would complete) and gives the steps. Whoever carries them out counts what he
 * really presses, so a plan that was wrong costs what it costs. Punctuation and spaces that
 * nobody compares are left as they are. */
import { complete } from '../../daemon/desk/www/offers.js';

export const keyOf = (text) => text.toLowerCase().normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '');
const isNumber = (text) => /^-?\d+(\.\d+)?$/.test(text);
const isExact = (text) => isNumber(text) || /^\d{4}-\d\d-\d\d$/.test(text);
/* Of a number or date every sign counts; of a text, letters and digits. */
let strict = false;
const counts = (c) => strict || /[\p{L}\p{N}]/u.test(c);

/** A printed amount as a number, NaN when it is none. */
export function numberOf(text) {
	const bare = text.replace(/[^\d.,-]/g, '');
	const mark = Math.max(bare.lastIndexOf('.'), bare.lastIndexOf(','));
	const decimals = mark >= 0 && bare.length - mark - 1 !== 3 ? bare.slice(mark + 1) : '';
	const whole = (decimals ? bare.slice(0, mark) : bare).replace(/[.,]/g, '');
	return /\d/.test(bare) ? Number(`${whole || 0}.${decimals || 0}`) : NaN;
}
const fold = (c) => c.toLowerCase();

/* --- mending a text in place --------------------------------------------------------------- */

/* Fewest characters taken out and put in, each place where that happens costing one more. */
function diff(from, to) {
	const a = [...from], b = [...to], w = b.length + 1;
	const cost = [new Float64Array((a.length + 1) * w), new Float64Array((a.length + 1) * w)];
	const step = [new Uint8Array((a.length + 1) * w), new Uint8Array((a.length + 1) * w)];
	cost[0].fill(Infinity);
	cost[1].fill(Infinity);
	cost[0][0] = 0;
	/* state 0: on common ground; 1: within a change. step: where it came from. */
	const offer = (s, i, j, value, how) => {
		if (value < cost[s][i * w + j]) {
			cost[s][i * w + j] = value;
			step[s][i * w + j] = how;
		}
	};
	for (let i = 0; i <= a.length; i++)
		for (let j = 0; j <= b.length; j++)
			for (const s of [1, 0]) {
				const here = cost[s][i * w + j];
				if (here === Infinity)
					continue;
				if (s === 1)
					offer(0, i, j, here, 9);
				if (i < a.length && j < b.length && fold(a[i]) === fold(b[j]))
					offer(0, i + 1, j + 1, here, 1 + s * 10);
				if (i < a.length)
					offer(counts(a[i]) ? 1 : s, i + 1, j, here + (counts(a[i]) ? 1 + (s ? 0 : 1) : 0.01), 2 + s * 10);
				if (j < b.length)
					offer(counts(b[j]) ? 1 : s, i, j + 1, here + (counts(b[j]) ? 1 + (s ? 0 : 1) : 0.01), 3 + s * 10);
			}
	return { cost: cost[0][a.length * w + b.length], step, a, b, w };
}

/** Changes from right to left: [{at, take, put}], at: where the caret goes, behind `take`. */
export function mending(from, to) {
	strict = isExact(to);
	if (isNumber(to) && numberOf(from) === Number(to))
		return [];
	const { step, a, b, w } = diff(from, to);
	const blocks = [];
	let i = a.length, j = b.length, s = 0, open = null;
	const touch = () => {
		if (!open) {
			open = { at: i, take: 0, put: '' };
			blocks.push(open);
		}
		return open;
	};
	while (i > 0 || j > 0 || s > 0) {
		const how = step[s][i * w + j], before = how >= 11 ? 1 : 0;
		if (how === 9) {
			s = 1;
			continue;
		}
		if (how % 10 === 1) {
			open = null;
			i--, j--;
		} else if (how % 10 === 2) {
			if (counts(a[i - 1]))
				touch();
			if (open)
				open.take++;
			i--;
		} else {
			if (counts(b[j - 1]))
				touch();
			if (open)
				open.put = b[j - 1] + open.put;
			j--;
		}
		s = before;
	}
	/* What is not compared need not be taken out at the edges of a change. */
	for (const block of blocks)
		while (block.take > 0 && block.at - block.take < a.length && !counts(a[block.at - block.take]))
			block.take--;
	return blocks;
}

/** Keys to take out what stands before the caret: single ones, whole words, or all to the edge. */
export function takeOut(text, at, take) {
	const n = [...text].length;
	if (take === 0)
		return [];
	if (at >= n && take > 2)
		return ['tail'];
	if (at - take <= 0 && take > 2)
		return ['head'];
	return Array(take).fill('Backspace');
}

export function mendingCost(from, to) {
	if (isNumber(to) && numberOf(from) === Number(to))
		return 0;
	let n = 0;
	for (const { at, take, put } of mending(from, to)) {
		const out = takeOut(from, at, take);
		n += 1 + (out[0] === 'tail' || out[0] === 'head' ? 2 : out.length) + [...put].length;
	}
	return n;
}

/* --- typing, with what the page completes ---------------------------------------------------- */

/** Types and accepts completions; gives the steps: one character or 'accept' each. */
export function typing(want, offers) {
	const target = keyOf(want), steps = [];
	let typed = '';
	for (let k = 0; k < 400 && keyOf(typed) !== target; k++) {
		const whole = typed && complete(typed, offers);
		if (whole && target.startsWith(keyOf(whole)) &&
			keyOf(whole).length > keyOf(typed).length + 1) {
			steps.push('accept');
			typed = whole;
			continue;
		}
		/* The next character of the truth that is still missing. */
		const rest = restOf(want, keyOf(typed).length);
		if (!rest)
			return null;
		steps.push(rest[0]);
		typed += rest[0];
	}
	return steps;
}

function restOf(want, done) {
	const chars = [...want];
	let n = 0, i = 0;
	while (i < chars.length && n < done)
		n += counts(chars[i++]) ? keyOf(chars[i - 1]).length : 0;
	while (i < chars.length && !counts(chars[i]))
		i++;
	return chars.slice(i);
}

/* --- choosing words on the paper ---------------------------------------------------------------- */

/** Words as the page has them: [text, x, y, w, h, line]. Rectangles worth dragging over. */
export function picks(words, want) {
	const target = keyOf(want), out = [];
	const lines = new Map();
	for (const word of words) {
		if (!lines.has(word[5]))
			lines.set(word[5], []);
		lines.get(word[5]).push(word);
	}
	const list = [...lines.values()];
	const consider = (chosen) => {
		const box = boxOf(chosen);
		const got = words.filter((w) => meets(w, box));
		const text = got.map((w) => w[0]).join(' ');
		const size = keyOf(text).length;
		if (size >= target.length * 0.6 && size <= target.length * 1.6 + 3 && alike(text, want))
			out.push({ box, text, one: got.length === 1 });
	};
	list.forEach((line, a) => {
		for (let i = 0; i < line.length; i++)
			for (let j = i; j < line.length && j < i + 12; j++)
				consider(line.slice(i, j + 1));
		for (let b = a + 1; b < Math.min(list.length, a + 5); b++)
			consider(list.slice(a, b + 1).flat());
	});
	return out;
}

function boxOf(words) {
	const left = Math.min(...words.map((w) => w[1])), top = Math.min(...words.map((w) => w[2]));
	return [left, top, Math.max(...words.map((w) => w[1] + w[3])) - left,
		Math.max(...words.map((w) => w[2] + w[4])) - top];
}

/* A hand stays a little inside of what it wants. */
function meets([, x, y, w, h], [bx, by, bw, bh]) {
	const inset = Math.min(8, bw / 3, bh / 3);
	return x < bx + bw - inset && x + w > bx + inset && y < by + bh - inset && y + h > by + inset;
}
export const dragOf = ([x, y, w, h]) => {
	const inset = Math.min(8, w / 3, h / 3) + 6;
	return [x + Math.min(inset, w / 2), y + Math.min(inset, h / 2),
		x + w - Math.min(inset, w / 2), y + h - Math.min(inset, h / 2)];
};

function alike(a, b) {
	const grams = (t) => {
		const k = keyOf(t);
		return new Set([...k].map((_, i) => k.slice(i, i + 2)));
	};
	const ga = grams(a), gb = grams(b);
	let common = 0;
	for (const g of ga)
		common += gb.has(g);
	return common >= 0.5 * Math.max(ga.size, gb.size);
}

/* --- the cheapest --------------------------------------------------------------------------------- */

/** state: {value, others: [text], words, offers, shorthand}; want: the true value as text. */
export function plan(state, want) {
	const ways = [];
	strict = isExact(want);
	const typed = !strict && typing(want, state.offers) || [...want];
	ways.push({ how: 'type', cost: typed.length, steps: typed });
	ways.push({ how: 'type', cost: [...state.shorthand].length, steps: [...state.shorthand] });
	if (state.value)
		ways.push({ how: 'mend', cost: mendingCost(state.value, want), from: state.value });
	state.others.forEach((text, i) => ways.push({ how: 'other', presses: i + 1, from: text,
		cost: i + 1 + mendingCost(text, want) }));
	for (const pick of picks(state.words, want))
		ways.push({ how: 'pick', box: pick.box, one: pick.one, from: pick.text,
			cost: 1.4 + mendingCost(pick.text, want) });
	return ways.sort((x, y) => x.cost - y.cost)[0];
}
