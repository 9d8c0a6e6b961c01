/* browser.mjs - Debian's Chromium with the page open, and a clerk who knows the truth.
 *
 * The clerk uses the keyboard alone. At each field the page brings him to, he compares what
 * stands in it with the truth: Enter when it is right, types it when it is wrong, F8 when the
 * paper has none, F2 when the page insists on a finding. */
import { createRequire } from 'node:module';
import { same } from './truth.mjs';

const require = createRequire(`${process.env.NODE_MODULES || '/usr/lib/node_modules'}/x.js`);
const { chromium } = require('playwright-core');

export { charactersOf, keyOf, numbered, same, truthOf } from './truth.mjs';

export const problems = [];

export async function start() {
	return chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
		args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });
}

export async function signIn(browser, url, login, password, options = {}) {
	const context = await browser.newContext({ viewport: { width: 1280, height: 800 },
		locale: 'en-US', ...options });
	const page = await context.newPage();
	page.on('pageerror', (error) => problems.push(error.stack));
	page.on('request', (request) => {
		if (!request.url().startsWith(new URL(url).origin) && !request.url().startsWith('blob:'))
			problems.push(`external request: ${request.url()}`);
	});
	page.on('dialog', (dialog) => problems.push(`a script ran: ${dialog.message()}`));
	await page.goto(url);
	await page.waitForSelector('#login');
	await page.fill('#login', login);
	await page.fill('#password', password);
	await page.keyboard.press('Enter');
	await page.waitForSelector('.dochead strong, .empty .big, .floor, .carousel');
	return page;
}

/** What the clerk sees: the document, and the field with the focus. */
export const look = (page) => page.evaluate(() => {
	const input = document.activeElement;
	const row = input?.closest('tbody tr');
	return {
		number: document.querySelector('.dochead strong')?.textContent || null,
		file: document.querySelector('.dochead .file')?.title || null,
		left: document.querySelector('.dochead .left')?.textContent || '',
		path: input?.dataset?.path || null,
		line: row ? [...row.parentNode.children].indexOf(row) : -1,
		value: input?.value ?? null,
		state: input?.closest('[data-state]')?.dataset.state || null,
		none: Boolean(document.querySelector('.empty .big')),
	};
});

function expected(truth, seen) {
	if (seen.line < 0)
		return truth.fields[seen.path];
	const column = seen.path.replace(/^[^/]*\//, '');
	return truth.lines?.[seen.line]?.[column] ?? truth.lines?.[seen.line]?.[seen.path];
}

function isUnscored(truth, seen) {
	return (truth.unscored || []).some((path) => seen.path === path || seen.path.startsWith(`${path}/`));
}

/** Works the document on the screen to its end; gives the keys pressed, and what was typed into
 * its header. */
export async function keyDocument(page, truth, options = {}) {
	const first = await look(page);
	const visits = new Map();
	const typed = {};
	let keys = 0;
	const press = async (key) => {
		keys++;
		await page.keyboard.press(key);
	};
	for (let step = 0; step < 400; step++) {
		const seen = await look(page);
		if (seen.number !== first.number || seen.none)
			return { ...first, keys, typed, outcome: 'finished' };
		const place = `${seen.path} ${seen.line}`;
		const times = (visits.get(place) || 0) + 1;
		visits.set(place, times);
		if (times > 6)
			break;
		const want = seen.path ? expected(truth, seen) : undefined;
		if (times > 3)
			await press('F2');
		else if (want === undefined && seen.value && seen.state === 'doubt' &&
			!isUnscored(truth, seen))
			await press('F8');
		else if (want !== undefined && (options.retype && times === 1 || !same(want, seen.value || ''))) {
			await page.keyboard.type(String(want));
			if (seen.line < 0)
				typed[seen.path] = String(want);
			keys += [...String(want)].length;
			await press('Enter');
		} else
			await press('Enter');
		if (options.pause || times > 1)
			await page.waitForTimeout(times > 1 ? 400 : options.pause);
	}
	return { ...first, keys, outcome: 'stuck', at: await look(page) };
}

/** What was finished has been sent and answered: it goes behind the next document. */
export async function handedIn(page) {
	for (let i = 0; i < 100 && await page.evaluate(() => window.deskNow.sending.size > 0); i++)
		await page.waitForTimeout(100);
}

/** Sets the document on the screen aside: Esc, what, why. */
export async function setAside(page, what, why) {
	await page.keyboard.press('Escape');
	await page.waitForSelector('dialog[open]');
	await page.keyboard.press(String(what));
	await page.waitForTimeout(120);
	await page.keyboard.press(String(why));
}
