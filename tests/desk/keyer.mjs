/* keyer.mjs - what the keying page does beside keying, told by test_desk_keyer_page.sh: carousel
 * by keyboard alone, completion, pages cut and joined, a key changed, a late save taken over. */
import { look, problems, signIn, start } from './browser.mjs';
import { ask, axe, check, shot } from './tap.mjs';

const url = process.env.URL;

const browser = await start();
const small = { viewport: { width: 1366, height: 768 } };

/* --- carousel, by somebody who sees nothing else -------------------------------------------------- */
const sam = await signIn(browser, `${url}#carousel`, 'sam', 'secret of sam', small);
await sam.waitForSelector('.carousel .choice');
await axe(sam, 'the choice of a field');
check('who sees cut-outs has no keying page', await sam.locator('nav a').count() === 1);
await sam.keyboard.press('Enter');
await sam.waitForSelector('.cutout img[src^="blob:"]');
await axe(sam, 'a cut-out');
await shot(sam, 'carousel');
const waiting = Number(await ask('waiting'));
await sam.keyboard.press('Enter');
await sam.waitForTimeout(300);
const second = await sam.evaluate(() => document.querySelector('.carousel-one textarea')?.value ?? null);
if (second !== null) {
	await sam.keyboard.press('Alt+Backspace');
	await sam.waitForTimeout(200);
	check('the last answer can be taken back', await sam.evaluate(() => window.carouselStats.done) === 1);
	await sam.keyboard.press('Enter');
}
for (let i = 0; i < 20 && await sam.locator('.carousel-one').count(); i++) {
	await sam.keyboard.press('Enter');
	await sam.waitForTimeout(250);
}
await sam.waitForSelector('.carousel-list');
await sam.waitForTimeout(600);
await ask('settle');
check('what was gone through is keyed', Number(await ask('keyed')) > 0 && waiting > 0);
await sam.context().close();

/* --- typing with what the page completes -------------------------------------------------------------- */
const jane = await signIn(browser, url, 'jane', 'secret of jane', small);
await jane.waitForTimeout(800);
const offered = await jane.evaluate(() => {
	const cell = [...window.deskNow.work.form.headers.values()].find((c) => c.type.kind === 'party');
	const line = window.deskNow.work.form.paperOf('party').lines.find((l) => l.join(' ').length > 12);
	cell.input.focus();
	cell.input.select();
	return line?.join(' ') || '';
});
await jane.keyboard.type(offered.slice(0, 5));
check('the rest of a line of the paper is offered', await jane.locator('.offers:not([hidden])').count() === 1);
await shot(jane, 'completion');
await axe(jane, 'what is offered');
await jane.keyboard.press('ArrowRight');
check('one key takes it', await jane.evaluate(() => document.activeElement.value) === offered);
await jane.keyboard.press('Home');
await jane.keyboard.press('ArrowRight');
check('within a text the same key moves', await jane.evaluate(() => document.activeElement.selectionStart) === 1);
await jane.keyboard.press('Alt+Backspace');

/* --- keys ------------------------------------------------------------------------------------------------ */
await jane.keyboard.press('F1');
await jane.waitForSelector('dialog[open]');
const button = jane.locator('dialog dt button', { hasText: 'F9' });
await button.click();
await jane.keyboard.press('x');
check('a character cannot become a key', await button.innerText() === 'F9');
await button.click();
await jane.keyboard.press('Enter');
check('nor one that does something else', await jane.locator('dialog dt button', { hasText: 'F9' }).count() === 1);
await button.click();
await jane.keyboard.press('Alt+y');
check('a free chord can', await jane.locator('dialog dt button', { hasText: 'Alt+Y' }).count() === 1);
await jane.locator('dialog input[type=checkbox]').check();
await jane.keyboard.press('Escape');

/* --- pages ------------------------------------------------------------------------------------------------ */

for (let i = 0; i < 6 && (await look(jane)).file !== 'three.tif'; i++) {
	await jane.keyboard.press('Escape');
	await jane.waitForSelector('dialog[open]');
	await jane.keyboard.press('1');
	await jane.waitForTimeout(250);
	await jane.keyboard.press('1');
	await jane.waitForTimeout(900);
}
check('the document with three pages is there', (await look(jane)).file === 'three.tif');
const number = (await look(jane)).number;
await jane.keyboard.press('Alt+p');
await jane.waitForSelector('.strip .sheet');
await jane.waitForTimeout(500);
await axe(jane, 'the pages');
await jane.keyboard.press('ArrowRight');
await jane.keyboard.press('Alt+ArrowRight');
const order = async () => (await jane.locator('.sheet').allInnerTexts()).map((x) => x.match(/\d/)[0]).join('');
check('a page is moved by keys', await order() === '132');
await jane.locator('.sheet').nth(2).dragTo(jane.locator('.sheet').nth(0));
check('or dragged with the mouse', await order() === '213');
await jane.locator('.sheet').nth(0).dragTo(jane.locator('.sheet').nth(2));
check('and back', await order() === '132');
await jane.locator('.sheet').nth(2).click();
await jane.keyboard.press(' ');
check('and a new document begun', await jane.locator('.sheet.cut').count() === 1);
await shot(jane, 'pages');
await jane.locator('.arrange button.primary').click();
await jane.waitForTimeout(1200);
check('it is cut', await ask(`state ${number}`) === 'split');
await jane.context().close();
check('no script failed, none came from elsewhere', problems.length === 0);
problems.forEach((problem) => console.log(`# ${problem}`));
await browser.close();
process.exit(0);
