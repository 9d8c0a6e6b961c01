/* story.mjs - a day at the desk, told by test_desk_page.sh: a first document by hand, a crash
 * of the browser, a crash of the desk, all the rest by a clerk who knows the truth, two clerks
 * at once, a supervisor, and axe-core's opinion of every place. */
import { handedIn, keyDocument, look, problems, setAside, signIn, start, truthOf } from './browser.mjs';
import { ask, axe, check } from './tap.mjs';

const url = process.env.URL, folder = 'tests/samples/documents';
const states = async () => JSON.parse(await ask('states'));
const pause = (page, ms) => page.waitForTimeout(ms);


const browser = await start();
let page = await signIn(browser, url, 'jane', 'secret of jane');
await pause(page, 800);

/* --- keys ---------------------------------------------------------------------------------- */
const first = await look(page);
check('the first field that needs a person has the focus', ['doubt', 'missing', 'finding', 'wrong']
	.includes(first.state));
check('its evidence is boxed on the paper', await page.locator('.box').count() === 1);
check('a doubtful field shows its own snippet', await page.locator('.field[data-state="doubt"] .snippet').count() > 0);
await axe(page, 'the keying page');
await page.keyboard.press('F1');
await page.waitForSelector('dialog[open]');
check('F1 shows the keys', (await page.locator('dialog .keys dt').count()) > 20);
await axe(page, 'the sheet of keys');
await page.keyboard.press('Escape');

/* --- a line is deleted by mistake ---------------------------------------------------------------- */
const inLine = (value) => page.evaluate((typed) => [...document.querySelectorAll('tbody input')]
	.some((i) => i.value === typed), value);
await page.evaluate(() => window.deskNow.work.form.tables[0].rows[0].cells[0].input.select());
await page.keyboard.type('typed in a line');
await page.keyboard.press('Control+Delete');
check('a line can be deleted', !await inLine('typed in a line'));
await page.keyboard.press('Alt+Backspace');
check('and comes back with what was typed in it', await inLine('typed in a line'));
await page.keyboard.press('Alt+Backspace');
check('and once more the same key takes that back', !await inLine('typed in a line'));
await page.evaluate(() => document.querySelector('[data-state="doubt"] input').focus());

await page.keyboard.type('typed before the crash');
await pause(page, 1000);

/* --- the browser dies ------------------------------------------------------------------------ */
await page.context().close();
page = await signIn(browser, url, 'jane', 'secret of jane');
await pause(page, 800);
const again = await look(page);
check('after a crash of the browser the same document is there', again.number === first.number);
check('and what was typed until a second before', await page.evaluate(() =>
	[...document.querySelectorAll('input')].some((i) => i.value === 'typed before the crash')));
await page.evaluate(() => [...document.querySelectorAll('input')]
	.find((i) => i.value === 'typed before the crash').focus());
await page.keyboard.press('Alt+Backspace');

/* --- one clerk, two tabs ------------------------------------------------------------------------- */
const tab = await page.context().newPage();
await tab.goto(url);
await tab.waitForSelector('.dochead strong');
check('a second tab shows the same document', (await look(tab)).number === (await look(page)).number);
const [one, other] = await page.evaluate(() => [...window.deskNow.work.form.headers.values()]
	.filter((c) => c.type.kind === 'text' || c.type.kind === 'party').slice(0, 2).map((c) => c.type.path));
await tab.locator(`input[data-path="${one}"]`).fill('typed in the second tab');
await pause(tab, 1500);
await page.locator(`input[data-path="${other}"]`).fill('typed in the first');
await pause(page, 1500);
await tab.close();
const both = await page.evaluate(async () =>
	(await (await fetch(`/api/tasks/${window.deskNow.work.task.task}`)).json()).draft?.values);
check('what is typed in two tabs is kept from both', both?.[one] === 'typed in the second tab' &&
	both?.[other] === 'typed in the first');
for (const path of [one, other]) {
	await page.locator(`input[data-path="${path}"]`).focus();
	await page.keyboard.press('Alt+Backspace');
}

/* --- the desk dies, in the middle of the work ------------------------------------------------- */
const truth = truthOf(folder, (await look(page)).file);
await ask('kill-desk');
const during = await keyDocument(page, truth, { pause: 20 });
check('a document is keyed to its end while the desk is down', during.outcome === 'finished');
await page.waitForSelector('.dochead strong', { timeout: 30000 });
for (let i = 0; i < 100 && !await page.evaluate(() => fetch('/api/session').then((a) => a.ok, () => false)); i++)
	await pause(page, 200);
/* Not checked beforehand, it may come back with what is still to be settled. */
for (let i = 0; i < 300 && !await page.evaluate(() => fetch('/').then(() => true, () => false)); i++)
	await pause(page, 100);
/* --- two clerks -------------------------------------------------------------------------------- */
const tom = await signIn(browser, url, 'tom', 'secret of tom');
await pause(tom, 500);
check('two clerks never see one document', (await look(tom)).number !== (await look(page)).number);
await setAside(tom, 1, 1);
await pause(tom, 600);
check('a skipped document is gone from the page', await tom.locator('.toast').isVisible());
await tom.context().close();

/* --- finished in haste ---------------------------------------------------------------------------- */
const hasty = await page.evaluate(() => {
	const cell = window.deskNow.work.form.cells().find((c) => c.type.kind === 'date');
	cell.input.focus();
	return { task: window.deskNow.work.task.task, path: cell.type.path };
});
await page.keyboard.type('99');
await page.keyboard.press('Control+Enter');
await handedIn(page);
await pause(page, 1500);
check('what comes back is a draft to its last key', await page.evaluate(async ({ task, path }) =>
	(await (await fetch(`/api/tasks/${task}`)).json()).draft?.values[path] === '99', hasty));

/* --- the rest, by the keyboard alone ------------------------------------------------------------ */
let keys = 0, worked = 0;
for (let i = 0; i < 20; i++) {
	const seen = await look(page);
	if (seen.none || !seen.file)
		break;
	const done = await keyDocument(page, truthOf(folder, seen.file) || { fields: {} }, { pause: 20 });
	keys += done.keys;
	worked++;
	if (done.outcome === 'stuck') {
		console.log(`stuck: ${JSON.stringify(done)}`);
		await setAside(page, 1, 1);
	}
	await handedIn(page);
	await ask('settle');
	await pause(page, 700);
}
console.log(`${worked} documents with ${keys} keys; flips ${JSON.stringify(await page.evaluate(() =>
	window.deskStats.flips.map(Math.round)))} ms`);
const now = await states();
const ready = now.filter((s) => s.state === 'ready').length;
console.log(now.map((s) => `${s.file} ${s.state}`).join(', '));
check('every exception that was keyed is ready', now.filter((s) => s.keyings > 0)
	.every((s) => s.state === 'ready') && ready >= 4);
check('what was finished while the desk was down is not lost', now.some((s) =>
	s.file === during.file && s.keyings > 0));
check('with fewer than twelve keys a document', keys / Math.max(1, worked) < 12);

/* --- the supervisor -------------------------------------------------------------------------------- */
const sue = await signIn(browser, `${url}#floor`, 'sue', 'secret of sue');
await sue.waitForSelector('.floor .tile');
check('the supervisor sees who keyed how much', (await sue.locator('.floor').innerText()).includes('jane'));
await axe(sue, 'the floor');
check('a clerk has no floor', await page.evaluate(async () => (await fetch('/api/floor')).status) === 404);
const dark = await signIn(browser, url, 'sue', 'secret of sue', { colorScheme: 'dark',
	viewport: { width: 683, height: 384 } });
await axe(dark, 'the keying page, dark, at 200 %');

check('no script failed, none came from elsewhere, none of a document ran', problems.length === 0);
problems.forEach((problem) => console.log(problem));
await browser.close();
process.exit(0);
