/* axe.mjs - what axe-core says of a page, against WCAG 2.2 A and AA. */
import { readFileSync } from 'node:fs';

const source = () => readFileSync(`${process.env.NODE_MODULES}/axe-core/axe.min.js`, 'utf8');

/** Texts of what is wrong; none is right. */
export async function faults(page) {
	await page.evaluate(source()).catch(() => {});
	return page.evaluate(async () => (await window.axe.run(document, {
		runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })).violations
		.map((v) => `${v.id}: ${v.nodes[0].target} (${v.nodes.length})`));
}
