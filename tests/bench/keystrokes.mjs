/* keystrokes.mjs URL LOGIN PASSWORD TRUTH-FOLDER - a perfect clerk works all that waits, through
 * the real page, and the keys and clicks he needs are counted against the characters of the
 * truth. tests/bench/keystrokes.sh starts the desk for it.
 *
 * He leaves no value wrong that the truth knows: where the page asks, he answers; where it does
 * not ask and a value is wrong, he goes there with a click and mends it. Of all ways he takes
 * the one with the fewest keys: mending in place, another reading, words chosen on the paper,
 * typing with what the page completes. A click, a drag and a chord count one each. */
import { appendFileSync, readFileSync, readdirSync } from 'node:fs';
import { charactersOf, look, problems, setAside, signIn, start, truthOf } from '../desk/browser.mjs';
import { dragOf, keyOf, mending, numberOf, plan, takeOut } from '../desk/plan.mjs';

const [,, url, login, password, folder] = process.argv;
const log = process.env.KEYS_TSV;
const number = /^-?\d+(\.\d+)?$/;
const same = (a, b) => number.test(a) && number.test(b) ? Number(a) === Number(b) : keyOf(a) === keyOf(b);

let keys = 0, spent = new Map(), where = '';
function count(n, what) {
	keys += n;
	const name = `${where}\t${what}`;
	spent.set(name, (spent.get(name) || 0) + n);
}
async function press(page, key, what) {
	count(1, what || key);
	await page.keyboard.press(key);
}

/* --- what he sees ------------------------------------------------------------------------ */

const cellsOf = (page) => page.evaluate(() => [...document.querySelectorAll('.form input[data-path]')]
	.map((input, index) => {
		const row = input.closest('tbody tr');
		return { index, path: input.dataset.path, line: row ? [...row.parentNode.children].indexOf(row) : -1,
			value: input.value, needs: Boolean(input.closest('.needs')),
			state: input.closest('[data-state]')?.dataset.state, hidden: input.readOnly };
	}));

/** What the page offers for the field with the focus. */
const offeredTo = (page) => page.evaluate(async () => {
	const cell = window.deskNow?.work?.form.current;
	if (!cell)
		return null;
	const offers = await window.deskNow.offersOf(cell);
	const shown = window.deskNow.viewer.page;
	return { others: cell.others(), offers, kind: cell.type.kind,
		words: shown ? await window.deskNow.work.pages.wordsOf(shown) : [] };
});

function wanted(truth, cell) {
	if (cell.line < 0)
		return truth.fields[cell.path];
	const column = cell.path.replace(/^[^/]*\//, '');
	return truth.lines?.[cell.line]?.[column] ?? truth.lines?.[cell.line]?.[cell.path];
}

/* What no truth of the folder ever names is nothing it could know. */
const vocabulary = new Set(readdirSync(folder).filter((f) => f.endsWith('.truth.json')).flatMap((f) => {
	const truth = JSON.parse(readFileSync(`${folder}/${f}`, 'utf8'));
	return [...Object.keys(truth.fields), ...(truth.lines || []).flatMap((line) => Object.keys(line))];
}));

function unscored(truth, cell) {
	if (!vocabulary.has(cell.path) && !vocabulary.has(cell.path.replace(/^[^/]*\//, '')))
		return true;
	const table = cell.path.split('/')[0], column = cell.path.replace(/^[^/]*\//, '');
	return (truth.unscored || []).some((path) => path === cell.path || cell.path.startsWith(`${path}/`) ||
		cell.line >= 0 && (path === table || path === `${table}[${cell.line + 1}]/${column}`));
}

/** 'right', 'wrong' (with what it should be), 'surplus', or 'unknown' to the truth. */
function judge(truth, cell) {
	const want = wanted(truth, cell);
	if (unscored(truth, cell) || cell.hidden)
		return ['unknown'];
	if (cell.line >= 0 && !(truth.lines || []).some((l) => cell.path.replace(/^[^/]*\//, '') in l || cell.path in l))
		return cell.value ? ['surplus'] : ['right'];
	if (want === undefined)
		return cell.value ? ['surplus'] : ['right'];
	return same(want, cell.value) ? ['right'] : ['wrong', want];
}

/* --- what he does -------------------------------------------------------------------------- */

/* Dates as fast keyers type them; amounts without what goes without saying. */
function shorthand(kind, want) {
	const date = /^(\d\d)(\d\d)-(\d\d)-(\d\d)$/.exec(want);
	if (kind === 'date' && date)
		return date[4] + date[3] + date[2];
	if (kind === 'time')
		return want;
	if (['amount', 'quantity', 'percent'].includes(kind) && number.test(want))
		return want.includes('.') ? want.replace(/\.?0+$/, '') || '0' : want;
	return want;
}

async function caretTo(page, at) {
	const place = await page.evaluate((n) => {
		const input = document.activeElement, style = getComputedStyle(input);
		const pen = document.createElement('canvas').getContext('2d');
		pen.font = style.font;
		const box = input.getBoundingClientRect(), all = pen.measureText(input.value).width;
		const inner = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
		const start = style.textAlign === 'right' ? Math.max(0, inner - all) : 0;
		const x = parseFloat(style.paddingLeft) + start + pen.measureText(input.value.slice(0, n)).width -
			input.scrollLeft;
		return { x: box.left + x, y: box.top + box.height / 2, fits: x >= 0 && x <= input.clientWidth };
	}, at);
	if (!place.fits) {
		await press(page, at > 20 ? 'End' : 'Home', 'caret');
		if (await page.evaluate((n) => document.activeElement.selectionStart !== n, at))
			return caretByKeys(page, at);
		return;
	}
	count(1, 'caret');
	await page.mouse.click(place.x, place.y);
	await caretByKeys(page, at);
}

async function caretByKeys(page, at) {
	for (let k = 0; k < 200; k++) {
		const now = await page.evaluate(() => document.activeElement.selectionStart);
		if (now === at)
			return;
		await press(page, now < at ? 'ArrowRight' : 'ArrowLeft', 'caret');
	}
}

async function mend(page, want) {
	const from = await page.evaluate(() => document.activeElement.value);
	for (const { at, take, put } of mending(from, want)) {
		const chars = [...from], n = chars.slice(0, at).join('').length;
		await caretTo(page, n);
		const out = takeOut(from, at, take);
		if (out[0] === 'tail' || out[0] === 'head') {
			await caretTo(page, out[0] === 'tail' ? chars.slice(0, at - take).join('').length : n);
			await press(page, out[0] === 'tail' ? 'Shift+End' : 'Shift+Home', 'mend');
			await press(page, 'Delete', 'mend');
		} else
			for (const key of out)
				await press(page, key, 'mend');
		await type(page, [...put]);
	}
}

async function type(page, steps) {
	for (const step of steps) {
		if (step === 'accept')
			await press(page, 'ArrowRight', 'complete');
		else {
			count(1, 'typed');
			await page.keyboard.type(step);
		}
	}
}

async function pick(page, box, one) {
	const onScreen = () => page.evaluate(([x1, y1, x2, y2]) => {
		const sheet = document.querySelector('.paper'), area = sheet.getBoundingClientRect();
		const port = document.querySelector('.port').getBoundingClientRect();
		const scale = area.width / parseFloat(sheet.style.width);
		const at = [area.left + x1 * scale, area.top + y1 * scale, area.left + x2 * scale, area.top + y2 * scale];
		return { at, seen: at[0] > port.left && at[1] > port.top && at[2] < port.right && at[3] < port.bottom };
	}, dragOf(box));
	let to = await onScreen();
	if (!to.seen) {
		await press(page, 'Alt+0', 'whole page');
		await page.waitForTimeout(120);
		to = await onScreen();
	}
	count(1, 'pick');
	if (one) {
		await page.mouse.click((to.at[0] + to.at[2]) / 2, (to.at[1] + to.at[3]) / 2);
	} else {
		await page.mouse.move(to.at[0], to.at[1]);
		await page.mouse.down();
		await page.mouse.move((to.at[0] + to.at[2]) / 2, (to.at[1] + to.at[3]) / 2);
		await page.mouse.move(to.at[2], to.at[3]);
		await page.mouse.up();
	}
	await page.waitForTimeout(40);
}

const valueNow = (page) => page.evaluate(() => document.activeElement.value);

/** Makes the field with the focus say `want`. */
async function put(page, want) {
	const offered = await offeredTo(page);
	const value = await valueNow(page);
	if (process.env.PLAIN) /* without what the page offers: other readings, else typed anew */
		Object.assign(offered, { words: [], offers: { known: [], lines: [], fitting: [] } });
	const way = plan({ value: process.env.PLAIN ? '' : value, ...offered, shorthand: shorthand(offered.kind, want) }, want);
	if (way.how === 'other') {
		for (let i = 0; i < way.presses; i++)
			await press(page, 'Alt+ArrowDown', 'other reading');
		await mend(page, want);
	} else if (way.how === 'pick') {
		await pick(page, way.box, way.one);
		await mend(page, want);
	} else if (way.how === 'mend') {
		await mend(page, want);
	} else {
		/* Coming to a field selects it, so that typing replaces. */
		if (await page.evaluate(() => document.activeElement.selectionEnd -
			document.activeElement.selectionStart < document.activeElement.value.length))
			await press(page, 'Control+a', 'select');
		await type(page, way.steps);
	}
	const got = await valueNow(page);
	const fine = number.test(want) ? numberOf(got) === Number(want) : same(got, want) || keyOf(got) === keyOf(shorthand(offered.kind, want));
	if (process.env.VERBOSE)
		console.log(`  ${where}: "${value}" -> "${want}" by ${way.how} (${way.cost})${fine ? '' : `, but got "${got}"`}`);
	if (fine)
		return;
	await press(page, 'Control+a', 'again');
	await type(page, [...want]);
}

async function goTo(page, cell) {
	const input = page.locator('.form input[data-path]').nth(cell.index);
	if (await input.evaluate((e) => e === document.activeElement))
		return;
	count(1, 'go there');
	await input.click();
}

async function setType(page, truth) {
	const now = await page.evaluate(() => window.deskNow?.work?.type.name);
	if (!now || now === truth.type)
		return;
	where = 'type';
	const names = await page.evaluate(() => window.deskNow.work.types.map((x) => x.name));
	await press(page, 'Alt+t', 'type');
	await page.waitForSelector('dialog[open]');
	await press(page, String(names.indexOf(truth.type) + 1), 'type');
	await page.waitForTimeout(150);
}

/* Lines of the paper that are no lines of the form, and the other way round. */
async function setRows(page, truth) {
	if ((truth.unscored || []).includes('lines') || !truth.lines?.length && !truth.fields)
		return;
	const rows = async () => {
		const out = [];
		for (const cell of await cellsOf(page))
			if (cell.line >= 0)
				(out[cell.line] = out[cell.line] || []).push(cell);
		return out;
	};
	const likeness = (row, line) => row.reduce((n, cell) => {
		const want = line[cell.path.replace(/^[^/]*\//, '')] ?? line[cell.path];
		return n + (want !== undefined && cell.value && same(want, cell.value) ? 1 : 0);
	}, 0);
	where = 'lines';
	for (let i = 0, now = await rows(); i < Math.max(now.length, truth.lines.length); i++, now = await rows()) {
		const line = truth.lines[i];
		if (!line) {
			await goTo(page, now.at(-1)[0]);
			await press(page, 'Control+Delete', 'delete line');
			i--;
			continue;
		}
		const row = now[i];
		const later = now.findIndex((r, k) => k > i && likeness(r, line) > 1);
		if (row && likeness(row, line) <= 1 && later > i && now.length > truth.lines.length) {
			await goTo(page, row[0]);
			await press(page, 'Control+Delete', 'delete line');
			i--;
			continue;
		}
		const meant = row ? truth.lines.findIndex((l, k) => k > i && likeness(row, l) > 1) : -1;
		if (!row || likeness(row, line) === 0 && meant > i && now.length < truth.lines.length)
			await addRow(page, now, i);
	}
}

async function addRow(page, now, at) {
	if (now.length === 0) {
		count(1, 'add line');
		await page.locator('.tablehead button').first().click();
		return;
	}
	await goTo(page, now[Math.max(0, at - 1)][0]);
	await press(page, 'Insert', 'add line');
	if (at === 0) { /* below the first: what stood there moves up by one keying more */
		count(1, 'add line');
	}
}

/* --- a document ------------------------------------------------------------------------------ */

async function mendUnasked(page, truth) {
	for (let guard = 0; guard < 80; guard++) {
		const cell = (await cellsOf(page)).find((c) => !c.needs && ['wrong', 'surplus'].includes(judge(truth, c)[0]) &&
			!done.has(`${c.path} ${c.line}`));
		if (!cell)
			return;
		done.add(`${cell.path} ${cell.line}`);
		where = `${cell.path} unasked`;
		await goTo(page, cell);
		const [what, want] = judge(truth, cell);
		if (what === 'surplus')
			await press(page, 'F8', 'not on paper');
		else
			await put(page, want);
	}
}

let done = new Set();

async function work(page, truth) {
	const first = await look(page);
	const visits = new Map();
	done = new Set();
	await setType(page, truth);
	await setRows(page, truth);
	await mendUnasked(page, truth);
	for (let step = 0; step < 300; step++) {
		const seen = await look(page);
		if (seen.number !== first.number || seen.none)
			return 'finished';
		const cells = await cellsOf(page);
		const at = await page.evaluate(() => [...document.querySelectorAll('.form input[data-path]')]
			.indexOf(document.activeElement));
		const cell = cells[at];
		const place = cell ? `${cell.path} ${cell.line}` : 'none';
		const times = (visits.get(place) || 0) + 1;
		visits.set(place, times);
		where = cell ? cell.path : 'document';
		if (times > 6)
			return `stuck at ${place} (${cell?.state})`;
		let [what, want] = cell ? judge(truth, cell) : ['unknown'];
		if (cell?.state === 'wrong' && what === 'right')
			[what, want] = ['wrong', wanted(truth, cell)];
		/* The paper says what the truth does not know: anything of the kind will do. */
		if (what === 'unknown' && cell && !cell.value && cell.state === 'missing' && times === 2) {
			const kind = await page.evaluate(() => window.deskNow.work.form.current.type.kind);
			await type(page, [...({ date: '010120', amount: '1', currency: 'EUR', time: '1200' }[kind] || 'unknown')]);
		}
		if (times > 2)
			await press(page, 'F2', 'as printed');
		else if (what === 'surplus')
			await press(page, 'F8', 'not on paper');
		else if (what === 'wrong' && times === 1) {
			await put(page, want);
			await press(page, 'Enter', 'enter');
		} else
			await press(page, 'Enter', what === 'right' ? 'confirm' : 'enter');
		await page.waitForTimeout(times > 1 ? 350 : 60);
	}
	return 'endless';
}

/* --- all of them ------------------------------------------------------------------------------- */

const browser = await start();
const page = await signIn(browser, url, login, password, { viewport: { width: 1366, height: 768 },
	locale: 'en-GB' });
const totals = new Map(), before = new Map();
let characters = 0, documents = 0;
for (;;) {
	await page.waitForSelector('.dochead strong, .empty .big');
	const seen = await look(page);
	if (seen.none)
		break;
	const truth = seen.file && truthOf(folder, seen.file);
	const times = (before.get(seen.number) || 0) + 1;
	before.set(seen.number, times);
	if (!truth || times > 3) {
		console.log(`${seen.file}: set aside (${truth ? 'comes back' : 'no truth'})`);
		await setAside(page, 1, 1);
		await page.waitForTimeout(300);
		continue;
	}
	await page.waitForTimeout(250);
	keys = 0;
	spent = new Map();
	const outcome = await work(page, truth);
	const size = times === 1 ? charactersOf(truth) : 0;
	characters += size;
	documents += times === 1 ? 1 : 0;
	for (const [name, n] of spent) {
		totals.set(name, (totals.get(name) || 0) + n);
		if (log)
			appendFileSync(log, `${seen.file}\t${name}\t${n}\n`);
	}
	console.log(`${seen.file}: ${keys} keys for ${size} characters${outcome === 'finished' ? '' : `, ${outcome}`}`);
	if (outcome !== 'finished')
		await setAside(page, 1, 1);
	await page.waitForTimeout(400);
}
const all = [...totals.values()].reduce((a, b) => a + b, 0);
const by = (part) => {
	const sums = new Map();
	for (const [name, n] of totals)
		sums.set(name.split('\t')[part], (sums.get(name.split('\t')[part]) || 0) + n);
	return Object.fromEntries([...sums].sort((a, b) => b[1] - a[1]).slice(0, 14));
};
console.log(`worked ${JSON.stringify({ documents, keys: all, characters, fields: by(0), what: by(1), problems })}`);
await browser.close();
process.exitCode = problems.length ? 1 : 0;
