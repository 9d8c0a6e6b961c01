/* tap.mjs - how a story in the browser speaks with the shell that tells it: TAP lines, and
 * questions ("! what"), whose answer comes on standard input. SHOTS=DIR keeps pictures. */
import { createInterface } from 'node:readline';
import { faults } from './axe.mjs';

const said = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

export async function ask(what) {
	console.log(`! ${what}`);
	return (await said.next()).value;
}

export const check = (name, right) => console.log(`${right ? 'ok' : 'not ok'} ${name}`);

export async function axe(page, name) {
	const found = await faults(page);
	if (found.length)
		console.log(`# ${name}: ${found.join('; ')}`);
	check(`axe-core finds nothing wrong with ${name}`, found.length === 0);
}

export const shot = (page, name, options = {}) => process.env.SHOTS &&
	page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, ...options });
