/* floor.mjs - a supervisor's morning, told by test_desk_floor.sh: what waits and will be late,
 * steering, figures, files for spreadsheets; then small, dark and German; and nothing of what
 * papers and people say ever runs. "! sql ..." on standard output asks the database. */
import { readFileSync } from 'node:fs';
import { look, problems, signIn, start } from './browser.mjs';
import { ask, axe, check, shot } from './tap.mjs';

const url = process.env.URL;
const sql = async (text) => {
	return (await ask(`sql ${text.replace(/\s+/g, ' ')}`)).trim();
};
const shoot = (page, name) => shot(page, name, { fullPage: true });
const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1 &&
	[...document.querySelectorAll('.card, .tile, .top')].every((e) =>
		e.getBoundingClientRect().right <= innerWidth + 1));
/* The page's policy forbids what waitForFunction does. */
const until = async (page, what, argument) => {
	for (let i = 0; i < 150; i++) {
		if (await page.evaluate(what, argument))
			return;
		await page.waitForTimeout(100);
	}
	throw new Error(`never came: ${what}`);
};
const go = async (page, place) => {
	await page.evaluate((hash) => {
		location.hash = hash;
	}, place);
	await page.waitForSelector(place === 'audit' ? '#story' : '.floor .card');
	await page.waitForTimeout(300);
};
const download = async (page, name) => {
	const [file] = await Promise.all([page.waitForEvent('download'),
		page.locator(`button[aria-label="Export (CSV): ${name}"]`).click()]);
	return readFileSync(await file.path(), 'utf8');
};

const browser = await start();
const sue = await signIn(browser, `${url}#floor`, 'sue', 'secret of sue', { viewport: { width: 1366, height: 768 } });
await sue.waitForSelector('.floor .tile');

/* --- what waits ---------------------------------------------------------------------------- */
const words = () => sue.locator('.floor').innerText();
check('the floor has a row for every kind of thing that waits', (await sue.locator('section[aria-label="Queues"] tbody tr')
	.count()) === Number(await sql(`select count(*) from (select distinct client, queue, reason, (select type from
		intray.document d where d.id = t.document) from intray.task t where state = 'open') q`)));
const forecast = sue.locator('section[aria-label="Forecast by client"] tbody tr').first();
check('forty in four hours are ten an hour', (await forecast.locator('td').nth(3).innerText()) === '10');
check('at that pace some of what is due will be late', /⚠ \d+/.test(await forecast.locator('td').nth(5).innerText()));
check('and most of what is due later than that will not', Number((await forecast.locator('td').nth(5).innerText())
	.replace(/\D/g, '')) <= Number(await sql("select count(*) from intray.task where state = 'open'")));
check('charts say in words what they show', (await sue.locator('.chart svg[role="img"]').first()
	.getAttribute('aria-label')).includes('Due in the next 24 hours'));
await axe(sue, 'the floor');
await shoot(sue, 'floor');

/* --- steering ------------------------------------------------------------------------------- */
const first = sue.locator('section[aria-label="Waiting"] tbody tr').first();
const number = await first.locator('td').first().innerText();
const held = (column) => sql(`select ${column} from intray.task t join intray.document d on d.id = t.document
	left join intray.person p on p.account = t.account where d.control_number = '${number}' and t.state = 'open'`);
await first.locator('select').selectOption({ label: 'jane <b onclick=alert(2)>' });
await until(sue, (n) => [...document.querySelectorAll('section[aria-label="Waiting"] tbody tr')]
	.some((row) => row.cells[0].innerText === n && row.cells[5].innerText.startsWith('jane')), number);
check('what is given is with that person', (await held('p.login')) === 'jane');
await sue.locator(`button[aria-label="Take away: ${number}"]`).click();
await until(sue, (n) => ![...document.querySelectorAll('button')]
	.some((b) => b.getAttribute('aria-label') === `Take away: ${n}`), number);
check('what is taken away is with nobody', (await held('p.login')) === '');
const last = sue.locator('section[aria-label="Waiting"] tbody tr').last();
const hurried = await last.locator('td').first().innerText();
await last.locator('button[aria-label^="First"]').click();
await until(sue, (n) => document.querySelector('section[aria-label="Waiting"] tbody tr').cells[0]
	.innerText === n || document.querySelector(`button[aria-label="Normal: ${n}"]`), hurried);
check('what is to be first is due now', (await sql(`select t.due <= now() from intray.task t join intray.document d
	on d.id = t.document where d.control_number = '${hurried}' and t.state = 'open'`)) === 't');
check('each of it is written down', Number(await sql("select count(distinct cause) from intray.event where kind = 'floor'")) === 3);

/* --- live ------------------------------------------------------------------------------------- */
const before = await words();
await sql("update intray.task set lease_until = now() + interval '1 hour', account = (select account from intray.person where login = 'tom') where id = (select min(id) from intray.task where state = 'open'); notify intray_task");
await until(sue, (text) => document.querySelector('.floor').innerText !== text, before);
await sue.waitForTimeout(500);
check('who takes something appears without anybody asking', /tom <b onclick=alert\(2\)>[^\n]*\s+ACME-/.test(await words()));

/* --- files for a spreadsheet ------------------------------------------------------------------ */
const file = await download(sue, 'Waiting');
check('a table can be taken along', file.split('\r\n').length > 30 && file.includes('control_number'));
check('no cell of it is a formula', !/(^|,)"[=+@-](?!\d+(\.\d+)?")/m.test(file) && file.includes(`"'=HYPERLINK(""`));

/* --- figures ------------------------------------------------------------------------------------ */
await go(sue, 'figures');
const figures = () => sue.locator('.floor').innerText();
check('people stand by name', /jane <b onclick/.test(await figures()));
check('averages are of documents and fields', (await sue.locator('section[aria-label="People"] tbody tr').first()
	.innerText()).replace(/\s+/g, ' ').includes('20 s 10 3 91.7 %'));
check('the share that needed nobody is told', (await figures()).includes('71.4 %'));
await axe(sue, 'the figures');
await shoot(sue, 'figures');
await sql("update intray.client set clerk_figures = 'pseudonyms'");
await sue.locator('#span').selectOption('7');
await until(sue, () => /Clerk [0-9A-F]{5}/.test(document.querySelector('.floor').innerText));
check('or by another name', !(await figures()).includes('jane'));
await go(sue, 'floor');
await sue.waitForTimeout(800);
check('then no figure stands beside a name', !(await words()).includes('Keyed today'));
await sql("update intray.client set clerk_figures = 'off'");
await go(sue, 'figures');
await sue.waitForTimeout(800);
check('or not at all', !/Clerk [0-9A-F]{5}|jane/.test(await figures()));
await sql("update intray.client set clerk_figures = 'names'");

/* --- a document's history ----------------------------------------------------------------------- */
await go(sue, 'audit');
await sue.fill('#story', number);
await sue.keyboard.press('Enter');
await sue.waitForSelector('.list tbody tr');
check('the history says who steered', (await sue.locator('.floor').innerText()).includes('supervisor: given'));
await axe(sue, 'the history');

/* --- small, dark, German ------------------------------------------------------------------------- */
await sue.setViewportSize({ width: 683, height: 384 });
for (const place of ['floor', 'figures', 'audit']) {
	await go(sue, place);
	check(`${place} at 200 % needs no scrolling sideways`, await wide(sue));
}
await axe(sue, 'the history at 200 %');
const dark = await signIn(browser, `${url}#floor`, 'sue', 'secret of sue', { colorScheme: 'dark', locale: 'de-DE',
	viewport: { width: 1366, height: 768 } });
await dark.waitForSelector('.floor .tile');
check('in German it is German', (await dark.locator('.floor').innerText()).includes('Warteschlangen'));
await axe(dark, 'the floor, dark, in German');
await shoot(dark, 'floor-dark');
await go(dark, 'figures');
await axe(dark, 'the figures, dark, in German');
await shoot(dark, 'figures-dark');

/* --- what papers and people say ------------------------------------------------------------------- */
const jane = await signIn(browser, url, 'jane', 'secret of jane');
await jane.waitForTimeout(800);
check('a file is called as it is called', /^<img src=x|receipt/.test((await look(jane)).file));
for (let i = 0; i < 12; i++)
	await jane.keyboard.press('Tab');
await jane.mouse.move(900, 300);
const texts = await jane.evaluate(() => [...document.querySelectorAll('input')].map((i) => i.value).join(' ') +
	document.body.innerText);
check('markup is shown as text', texts.includes('<svg onload=alert(3)>') || texts.includes('<svg'));
for (const page of [sue, dark, jane])
	check('and makes no element', await page.evaluate(() => document.querySelectorAll(
		'svg[onload], [onmouseover], [onclick], img[src="x"]').length) === 0);
check('a script from elsewhere is stopped by the page\'s policy', await jane.evaluate(() => new Promise((resolve) => {
	addEventListener('securitypolicyviolation', () => resolve(true));
	const script = document.createElement('script');
	script.textContent = 'window.ran = true';
	document.body.append(script);
	setTimeout(() => resolve(!window.ran), 500);
})));
check('no script failed, none came from elsewhere, none of a document ran', problems.length === 0);
problems.forEach((problem) => console.log(problem));
await browser.close();
process.exit(0);
