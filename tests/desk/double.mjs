/* double.mjs - what the second and the third person do, with the keyboard alone, when they know
 * the truth: key the named fields blind, and decide between two values. */
import { look, same } from './browser.mjs';

/** Keys a blind form to its end; gives the keys pressed. */
export async function keyAgain(page, truth) {
	const first = await look(page);
	let keys = 0;
	for (let step = 0; step < 300; step++) {
		const seen = await look(page);
		if (seen.none || seen.number !== first.number)
			break;
		const want = seen.line < 0 ? truth.fields[seen.path]
			: truth.lines?.[seen.line]?.[seen.path.replace(/^[^/]*\//, '')];
		if (want !== undefined && !seen.value) {
			await page.keyboard.type(String(want));
			keys += [...String(want)].length;
		} else if (want === undefined && seen.line < 0) {
			await page.keyboard.press('F8');
			keys++;
			await page.waitForTimeout(30);
			continue;
		}
		await page.keyboard.press('Enter');
		keys++;
		await page.waitForTimeout(30);
	}
	return keys;
}

/** What two keyed differently: rows as their cells' texts, "" where one has none. */
export const differences = (page) => page.evaluate(() => [...document.querySelectorAll('.difference')].map((d) => ({
	title: d.querySelector('legend').textContent,
	row: !d.querySelector('.third'),
	snippet: Boolean(d.querySelector('.snippet')),
	values: [...d.querySelectorAll('.side:not(.third)')].map((side) => side.querySelector('i') ? ''
		: side.querySelector('.value').textContent),
})));

/** Decides all of them as the truth says: 1 or 2, and Enter in the end. */
export async function decide(page, value) {
	for (const d of await differences(page)) {
		const right = d.row ? (d.values[0] ? '1' : '2') : same(d.values[0], String(value)) ? '1' : '2';
		await page.keyboard.press(right);
		await page.waitForTimeout(100);
	}
	await page.keyboard.press('Enter');
}
