/* measure.mjs URL LOGIN PASSWORD TRUTH-FOLDER - a perfect clerk works all that waits; prints
 * keys per document, what that saves of the characters of the truth, and how fast pages flip.
 * Documents that need no person count as saved in whole when `straight` names how many
 * characters they hold (STRAIGHT=n). */
import { charactersOf, keyDocument, look, problems, setAside, signIn, start, truthOf } from './browser.mjs';

const [,, url, login, password, folder] = process.argv;
const browser = await start();
const page = await signIn(browser, url, login, password);
let keys = 0, characters = Number(process.env.STRAIGHT || 0), documents = 0;
const seenBefore = new Map();

for (;;) {
	await page.waitForSelector('.dochead strong, .empty .big');
	const seen = await look(page);
	if (seen.none)
		break;
	const truth = seen.file && truthOf(folder, seen.file);
	const times = (seenBefore.get(seen.number) || 0) + 1;
	seenBefore.set(seen.number, times);
	if (!truth || times > 3) {
		console.log(`${seen.number} ${seen.file}: set aside (${truth ? 'comes back' : 'no truth'})`);
		await setAside(page, 1, 1);
		await page.waitForTimeout(300);
		continue;
	}
	await page.waitForTimeout(250);
	const done = await keyDocument(page, truth, { pause: 30 });
	const size = times === 1 ? charactersOf(truth) : 0;
	keys += done.keys;
	characters += size;
	documents += times === 1 ? 1 : 0;
	console.log(`${seen.number} ${seen.file}: ${done.keys} keys for ${size} characters, ${done.outcome}` +
		(done.at ? ` at ${done.at.path} (${done.at.state})` : ''));
	if (done.outcome === 'stuck')
		await setAside(page, 1, 1);
	await page.waitForTimeout(500);
}
const stats = await page.evaluate(() => window.deskStats);
const at = (list, share) => {
	const sorted = [...list].sort((a, b) => a - b);
	return sorted.length ? Math.round(sorted[Math.min(sorted.length - 1,
		Math.floor(sorted.length * share))]) : 0;
};
console.log(JSON.stringify({ documents, keys, characters,
	keys_per_document: Math.round(10 * keys / Math.max(1, documents)) / 10,
	saved: Math.round(1000 * (1 - keys / Math.max(1, characters))) / 1000,
	flips: stats.flips.length, flip_ms: { p50: at(stats.flips, 0.5), p95: at(stats.flips, 0.95) },
	field_ms: { p50: at(stats.fields, 0.5), p95: at(stats.fields, 0.95) },
	validate_ms: { p50: at(stats.validations, 0.5), p95: at(stats.validations, 0.95) },
	problems }, null, 1));
await browser.close();
process.exitCode = problems.length ? 1 : 0;
