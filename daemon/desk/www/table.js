/* table.js - tables, cards, and taking a table along as a file for a spreadsheet. */
import { h } from './dom.js';
import { t } from './texts.js';

/** Columns are [title, cell(row), class]. */
export function table(columns, rows) {
	return h('table.list', {}, h('thead', {}, h('tr', {},
		columns.map(([title, , kind]) => (title ? h('th', { scope: 'col', class: kind }, title)
			: h('td', { class: kind }))))),
	h('tbody', {}, rows.map((row) => h('tr', {}, columns.map(([, cell, kind]) =>
		h('td', { class: kind }, cell(row)))))));
}

/** A spreadsheet runs what begins like a formula, also behind blanks; a number is none. */
export function csvCell(value) {
	const text = value === null || value === undefined ? ''
		: typeof value === 'object' ? JSON.stringify(value) : String(value);
	const number = /^[+-]?\d+([.,]\d+)?$/.test(text);
	const safe = !number && /^[\s\u0000-\u001f]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text)
		? `'${text}` : text;
	return `"${safe.replace(/"/g, '""')}"`;
}

/** Rows as CSV (RFC 4180); the columns are all keys that some row has. */
export function csv(rows) {
	const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
	return [keys, ...rows.map((row) => keys.map((k) => row[k]))]
		.map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

export function exportButton(name, title, rows) {
	return h('button.small', { type: 'button', 'aria-label': `${t('floor.export')}: ${title}`,
		onclick: () => {
			/* With a mark at its beginning a spreadsheet knows that it is UTF-8. */
			const url = URL.createObjectURL(new Blob(['\ufeff', csv(rows())],
				{ type: 'text/csv;charset=utf-8' }));
			h('a', { href: url, download: `${name}.csv` }).click();
			setTimeout(() => URL.revokeObjectURL(url), 1000);
		} }, t('floor.export'));
}

export const card = (title, extra, ...content) => h('section.card', { 'aria-label': title },
	h('div.cardhead', {}, h('h2', {}, title), h('span.spring'), extra),
	h('div.scroll', { tabindex: '0', role: 'group', 'aria-label': title }, content));

export const tile = (n, text, bad) => h('div.tile', {}, h('b', { class: bad && n ? 'late' : null },
	bad && n ? `⚠ ${n}` : String(n ?? '–')), h('span.quiet', {}, text));

export const or = (value, unit) => (value === null || value === undefined ? '–'
	: `${value}${unit || ''}`);

export function age(since, now) {
	const minutes = Math.max(0, Math.round((new Date(now) - new Date(since)) / 60000));
	if (minutes < 60)
		return `${minutes} min`;
	const hours = Math.floor(minutes / 60);
	return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export const when = (iso) => new Date(iso).toLocaleString([], { month: 'short', day: 'numeric',
	hour: '2-digit', minute: '2-digit' });

/** The hour alone, short enough to stand below a bar. */
export const hourOf = (iso) => new Date(iso).toLocaleTimeString([], { hour: 'numeric' })
	.replace(/ Uhr$/, '');
