/* beside.js - what lies beside a document: the one it may be a duplicate of, what somebody saved
 * too late, and the suppliers that are known. Each is a dialog that gives back what was chosen. */
import { h } from './dom.js';
import { t } from './texts.js';
import { get } from './api.js';
import { show } from './dialog.js';
import { keyOf } from './offers.js';

/** Both papers side by side, values that differ marked by sign and colour. */
export async function showTwin(work) {
	const twin = await get(`/api/tasks/${work.task.task}/twin`).catch(() => null);
	if (!twin)
		return null;
	const mine = Object.fromEntries([...work.form.headers.values()].map((c) => [c.type.path, c.value]));
	const rows = work.type.fields.filter((f) => !f.table && (mine[f.path] || twin.values[f.path]));
	const paper = (document, pages, title) => h('figure', {}, h('figcaption', {}, title),
		pages.length ? h('img', { alt: title, src: `/api/documents/${document}/pages/${pages[0].position}/picture` })
			: h('p', {}, t('key.nopicture')));
	return show(t('twin.title', { number: twin.control_number }), (close) => h('div.twins', {},
		h('div.papers', {}, paper(work.task.document, work.task.pages, work.task.control_number),
			paper(twin.document, twin.pages, `${twin.control_number} (${twin.state})`)),
		h('table.list', {}, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, ''),
			h('th', { scope: 'col' }, work.task.control_number), h('th', { scope: 'col' }, twin.control_number))),
		h('tbody', {}, rows.map((f) => {
			const same = keyOf(mine[f.path] || '') === keyOf(twin.values[f.path] || '');
			return h(same ? 'tr' : 'tr.differs', {}, h('th', { scope: 'row' }, f.title),
				h('td', {}, mine[f.path] || '–'),
				h('td', {}, `${same ? '= ' : '≠ '}${twin.values[f.path] || '–'}`));
		}))),
		h('button.primary', { type: 'button', autofocus: true, onclick: () => close(true) }, t('help.close'))));
}

/** The values of a late save to take over, or null. */
export function showLate(work, late) {
	const said = Object.entries(late.values);
	const text = (value) => (Array.isArray(value) ? t('late.rows', { n: value.length }) : value || '–');
	return show(t('late.title', { by: late.by, at: new Date(late.at).toLocaleString() }), (close) => h('div', {},
		h('table.list', {}, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, ''),
			h('th', { scope: 'col' }, t('late.theirs')), h('th', { scope: 'col' }, t('late.here')))),
		h('tbody', {}, said.map(([path, value]) => h('tr', {}, h('th', { scope: 'row' },
			work.form.headers.get(path)?.type.title || path), h('td', {}, text(value)),
		h('td', {}, work.form.headers.get(path)?.value || '–'))))),
		h('div.buttons', {},
			h('button.primary', { type: 'button', onclick: () => close(late.values) }, t('late.take')),
			h('button', { type: 'button', onclick: () => close(null) }, t('dialog.cancel')))));
}

/** Suppliers that are known, each with its values by path; a name that fits none is proposed. */
export function chooseSupplier(work) {
	const known = new Map();
	for (const [path, list] of Object.entries(work.task.known || {}))
		for (const [value, supplier] of list) {
			if (!known.has(supplier))
				known.set(supplier, {});
			known.get(supplier)[path] = known.get(supplier)[path] || value;
		}
	const named = nameField(work);
	if (!named)
		return null;
	const all = [...known.values()].filter((values) => values[named]);
	return show(t('supplier.title'), (close) => {
		const input = h('input', { autofocus: true, 'aria-label': t('supplier.find'), autocomplete: 'off',
			placeholder: t('supplier.find') });
		const list = h('div.choices', {});
		const fill = () => {
			const key = keyOf(input.value);
			const fits = all.filter((v) => keyOf(Object.values(v).join(' ')).includes(key)).slice(0, 9);
			list.replaceChildren(...fits.map((values) => h('button.choice', { type: 'button',
				onclick: () => close(values) }, h('span', {}, values[named]),
			h('small', {}, Object.entries(values).filter(([path]) => path !== named).map(([, v]) => v)
				.join(' · ').slice(0, 90)))),
			...(input.value.trim() ? [h('button.choice', { type: 'button',
				onclick: () => close({ [named]: input.value.trim() }) },
			h('span', {}, t('supplier.propose', { name: input.value.trim() })))] : []));
		};
		input.addEventListener('input', fill);
		fill();
		return h('form.ask', { onsubmit: (event) => {
			event.preventDefault();
			list.querySelector('button')?.click();
		} }, input, list);
	});
}

/* The party whose papers these are: the one field that known suppliers differ in by name. */
function nameField(work) {
	const paths = Object.keys(work.task.known || {});
	const party = work.type.fields.filter((f) => f.kind === 'party' && f.identity);
	return party[0]?.path || paths.find((path) => work.type.fields.some((f) => f.path === path &&
		f.kind === 'party')) || work.type.fields.find((f) => f.kind === 'party' && !f.table)?.path;
}
