/* truth.mjs - what really stands on the samples, and when two values are the same. */
import { readFileSync, existsSync } from 'node:fs';

export const keyOf = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

export function same(a, b) {
	const number = /^-?\d+(\.\d+)?$/;
	return number.test(a) && number.test(b) ? Number(a) === Number(b) : keyOf(a) === keyOf(b);
}

export function truthOf(folder, file) {
	const path = `${folder}/${file.replace(/\.[^.]*$/, '')}.truth.json`;
	return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}

/** Copies of one document (tests/desk/clone.sql) as papers of their own: each has its number, day
 * and member; else all the others would be suspected duplicates of it. */
export function numbered(truth, control) {
	const n = Number((control || '').match(/-C(\d+)$/)?.[1] || 0), fields = { ...truth.fields };
	if (!n)
		return truth;
	for (const path of ['number', 'insured/id'])
		if (fields[path])
			fields[path] += `${n}`;
	for (const path of ['issue_date', 'date'])
		if (fields[path])
			fields[path] = new Date(Date.parse(fields[path]) - n * 86400000).toISOString().slice(0, 10);
	return { ...truth, fields };
}

/** All that must be keyed of a document without any machine. */
export function charactersOf(truth) {
	const texts = [...Object.values(truth.fields),
		...(truth.lines || []).flatMap((line) => Object.values(line))];
	return texts.reduce((n, text) => n + [...String(text)].length, 0);
}
