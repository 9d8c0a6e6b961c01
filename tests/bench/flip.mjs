/* flip.mjs URL LOGIN PASSWORD FOLDER SECONDS KEY-MS OUT - a clerk who knows the truth works in a
 * real browser while others do; prints how long the page took from the key that finished a
 * document until the next one was painted with its picture. What he typed goes to OUT, to be
 * compared with what the database has. */
import { writeFileSync } from 'node:fs';
import { keyDocument, look, numbered, problems, setAside, signIn, start, truthOf } from '../desk/browser.mjs';

const [,, url, login, password, folder, seconds, keyMs, out] = process.argv;
const browser = await start();
const page = await signIn(browser, url, login, password);

/* Watches from outside: from the last key before another document's number stands there until its
 * picture is decoded and a frame with it has been painted. */
await page.evaluate(() => {
	const flips = [], number = () => document.querySelector('.dochead strong')?.textContent;
	let since = 0, was = number();
	addEventListener('keydown', () => {
		since = performance.now();
	}, true);
	/* Called while the frame is made that shows it. */
	const shown = async (picture, key) => {
		const drawn = new Promise((done) => setTimeout(() => done(performance.now()), 0));
		const decoded = picture.decode().then(() => performance.now(), () => 0);
		if (await decoded <= await drawn)
			flips.push(await drawn - key);
		else
			requestAnimationFrame(() => setTimeout(() => flips.push(performance.now() - key), 0));
	};
	const frame = () => {
		const picture = document.querySelector('.paper img');
		if (number() && number() !== was && picture?.complete) {
			was = number();
			shown(picture, since);
		}
		requestAnimationFrame(frame);
	};
	requestAnimationFrame(frame);
	window.watchedFlips = flips;
});

const typed = new Map(), until = Date.now() + seconds * 1000;
let documents = 0, keys = 0;
while (Date.now() < until) {
	const seen = await look(page);
	if (seen.none || !seen.file) {
		await page.waitForTimeout(500);
		continue;
	}
	/* What came back was typed already. */
	const truth = numbered(truthOf(folder, seen.file) || { fields: {} }, seen.number);
	const done = await keyDocument(page, truth, { pause: Number(keyMs), retype: !typed.has(seen.number) });
	documents++;
	keys += done.keys;
	if (done.outcome === 'stuck') {
		typed.delete(seen.number);
		await setAside(page, 1, 1);
	} else
		typed.set(seen.number, { ...typed.get(seen.number), ...done.typed });
}
/* What was typed and sent last is the desk's before the browser goes; on a bad line that takes a
 * while. */
const isSent = () => page.evaluate(() => {
	const desk = window.deskNow;
	return desk.sending.size === 0 && desk.unsent().every((work) => !work.dirty && !work.saving);
});
for (const patience = Date.now() + 60000; !await isSent(); await page.waitForTimeout(200))
	if (Date.now() > patience) {
		console.log('# not all was sent within a minute');
		break;
	}
writeFileSync(out, JSON.stringify([...typed].map(([number, values]) => ({ number, typed: values }))));
const stats = await page.evaluate(() => ({ ...window.deskStats, watched: window.watchedFlips }));
const line = (name, list) => {
	const sorted = [...list].sort((a, b) => a - b);
	const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
	console.log(`${name}|${sorted.length}|${at(0.5).toFixed(1)}|${at(0.95).toFixed(1)}|` +
		`${(sorted.at(-1) ?? 0).toFixed(0)}`);
};
line('flip, as the page says', stats.flips);
line('flip, watched from outside', stats.watched);
line('to the next field', stats.fields);
line('validation, seen by the page', stats.validations);
console.log(`# ${documents} documents, ${keys} keys`);
problems.forEach((problem) => console.log(`# ${problem}`));
await browser.close();
