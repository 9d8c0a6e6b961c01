/* lost.mjs TYPED KEYED - which typed values the database does not have. KEYED: control number
 * to the values of its keyings. */
import { readFileSync } from 'node:fs';
import { same } from '../desk/truth.mjs';

const [typed, keyed] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
let values = 0, lost = 0;
for (const document of typed)
	for (const [path, value] of Object.entries(document.typed)) {
		values++;
		const found = (keyed[document.number] || []).some((k) => same(value, k[path] ?? ''));
		if (!found) {
			lost++;
			console.log(`# ${document.number} ${path}: typed "${value}", kept ` +
				JSON.stringify((keyed[document.number] || []).map((k) => k[path])));
		}
	}
console.log(`typed values ${values}, lost ${lost}`);
process.exitCode = lost ? 1 : 0;
