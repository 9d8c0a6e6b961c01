/* day.mjs - a day at the desk on real documents, told by tests/bench/day.sh: a carousel of many,
 * ten mixed exceptions keyed to ready with the keyboard alone, a question and its answer, a
 * rejection, a rescan, a lease that is lost, a browser that dies. */
import { keyDocument, look, problems, setAside, signIn, start, truthOf } from './browser.mjs';
import { ask, check, shot } from './tap.mjs';

const url = process.env.URL, folder = process.env.FOLDER;
const options = { viewport: { width: 1366, height: 768 }, locale: 'en-GB' };
const browser = await start();

/* --- a carousel of forty ----------------------------------------------------------------------- */
const sam = await signIn(browser, `${url}#carousel`, 'sam', 'secret of sam', options);
await sam.waitForSelector('.carousel .choice');
await sam.keyboard.press('Enter');
await sam.waitForSelector('.carousel-one');
let answered = 0;
for (; answered < 40; answered++) {
	for (let wait = 0; wait < 400 && !await sam.evaluate((n) => window.carouselStats.done === n &&
		document.querySelector('.cutout img')?.naturalWidth > 0 ||
		Boolean(document.querySelector('.carousel-list')), answered); wait++)
		await sam.waitForTimeout(20);
	if (await sam.locator('.carousel-list').count())
		break;
	if (answered === 3)
		await shot(sam, 'day-carousel');
	await sam.keyboard.press('Enter');
}
await sam.waitForTimeout(5000);
const shown = await sam.evaluate(() => [...window.carouselStats.shown].sort((a, b) => a - b));
console.log(`# ${answered} cut-outs, ${await sam.evaluate(() => window.carouselStats.keys)} keys; the next is there after ${
	Math.round(shown[Math.floor(shown.length / 2)])} ms (p95 ${Math.round(shown[Math.floor(shown.length * 0.95)])})`);
check(`a carousel of ${answered}`, answered === 40);
await sam.context().close();
await ask('settle');

/* --- put aside, and what becomes of it ------------------------------------------------------------ */
let jane = await signIn(browser, url, 'jane', 'secret of jane', options);
const fates = [[2, 'queried'], [5, 'rejected'], [6, 'rescan']];
for (const [key, state] of fates) {
	await jane.waitForTimeout(500);
	const { number } = await look(jane);
	await setAside(jane, key, 1);
	if (state === 'queried') {
		await jane.waitForTimeout(250);
		await jane.keyboard.press('Enter');
	}
	await jane.waitForTimeout(700);
	check(`one is ${state}`, await ask(`state ${number}`) === state);
	if (state === 'queried') {
		await ask(`answered ${number}`);
		check('and comes back when the answer is there', await ask(`state ${number}`) === 'exception');
	}
}

/* --- a lease goes, a browser dies -------------------------------------------------------------------- */
await jane.waitForTimeout(500);
await ask(`steal ${(await look(jane)).number}`);
await jane.keyboard.type('too late');
await jane.waitForTimeout(1600);
check('a lost lease is said, and the next document there', /kept aside/.test(await jane.locator('.toast').innerText()));
const before = await look(jane);
await jane.keyboard.press('Control+a'); /* the end of what came too late went here */
await jane.keyboard.type('before the crash');
await jane.waitForTimeout(2000);
await jane.context().close();
jane = await signIn(browser, url, 'jane', 'secret of jane', options);
await jane.waitForTimeout(700);
check('after a crash everything is there', (await look(jane)).number === before.number && await jane.evaluate(() =>
	[...document.querySelectorAll('input')].some((i) => i.value === 'before the crash')));
await jane.evaluate(() => [...document.querySelectorAll('input')].find((i) => i.value === 'before the crash').focus());
await jane.keyboard.press('Alt+Backspace');

/* --- ten, with the keyboard alone ----------------------------------------------------------------------- */
await ask('mix');
const keyed = new Set(), ready = new Set(), types = new Set();
let keys = 0;
for (let i = 0; i < 60 && ready.size < 10; i++) {
	await jane.waitForTimeout(400);
	const seen = await look(jane);
	if (seen.none || !seen.file)
		break;
	if (i === 1)
		await shot(jane, 'day-keying');
	types.add(await jane.evaluate(() => window.deskNow.work.type.name));
	const done = await keyDocument(jane, truthOf(folder, seen.file) || { fields: {} }, { pause: 40 });
	keys += done.keys;
	if (done.outcome === 'stuck')
		await setAside(jane, 1, 4);
	else
		keyed.add(seen.number);
	await ask('settle');
	for (const number of keyed)
		if (await ask(`state ${number}`) === 'ready')
			ready.add(number);
}
console.log(`# ${ready.size} ready with ${keys} keys; types ${[...types].join(', ')}; flips ${
	JSON.stringify(await jane.evaluate(() => window.deskStats.flips.map(Math.round)))} ms`);
check('ten exceptions keyed to ready with the keyboard alone', ready.size >= 10);
check('of more than one type', types.size > 1);
check('no script failed, none came from elsewhere', problems.length === 0);
problems.forEach((problem) => console.log(`# ${problem}`));
await browser.close();
process.exit(0);
