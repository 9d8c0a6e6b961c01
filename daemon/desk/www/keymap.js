/* keymap.js - which key does what, as a table that the help sheet shows and a person may
 * change. No default types a character in a field and none belongs to a browser: plain
 * letters and digits stay for typing. */
import { h } from './dom.js';
import { t } from './texts.js';

/** action, group, usual key; `Enter` is the key's name as KeyboardEvent.key has it */
export const actions = [
	['next', 'keying', 'Enter'],
	['field', 'keying', 'NumpadAdd'],
	['finish', 'keying', 'Ctrl+Enter'],
	['printed', 'keying', 'F2'],
	['illegible', 'keying', 'F4'],
	['absent', 'keying', 'F8'],
	['complete', 'keying', 'ArrowRight'],
	['alternative', 'keying', 'Alt+ArrowDown'],
	['alternative.back', 'keying', 'Alt+ArrowUp'],
	['copy', 'keying', 'F9'],
	['undo', 'keying', 'Alt+Backspace'],
	['row.add', 'lines', 'Insert'],
	['row.delete', 'lines', 'Ctrl+Delete'],
	['aside', 'document', 'Escape'],
	['note', 'document', 'Alt+n'],
	['type', 'document', 'Alt+t'],
	['supplier', 'document', 'Alt+l'],
	['pages', 'document', 'Alt+p'],
	['twin', 'document', 'Alt+u'],
	['late', 'document', 'Alt+k'],
	['help', 'document', 'F1'],
	['page.next', 'picture', 'PageDown'],
	['page.before', 'picture', 'PageUp'],
	['zoom.in', 'picture', 'Alt++'],
	['zoom.out', 'picture', 'Alt+-'],
	['fit', 'picture', 'Alt+0'],
	['rotate', 'picture', 'Alt+r'],
	['contrast', 'picture', 'Alt+c'],
];

const mouse = [
	['mouse.click', 'Click'], ['mouse.shift', 'Shift+Click'], ['mouse.drag', 'Drag'],
	['mouse.row', 'Ctrl+Click'], ['mouse.wheel', 'Wheel'],
];

let bound = new Map();

export function bindKeys(changed) {
	bound = new Map();
	for (const [action, , usual] of actions)
		bound.set((changed && changed[action]) || usual, action);
}

export function keyOf(action) {
	for (const [key, bound_action] of bound)
		if (bound_action === action)
			return key;
	return '';
}

/** "Ctrl+Shift+Enter"; the keypad's plus has a name of its own */
export function chord(event) {
	const name = event.code === 'NumpadAdd' ? 'NumpadAdd' : event.key;
	return (event.ctrlKey ? 'Ctrl+' : '') + (event.altKey ? 'Alt+' : '') +
		(event.shiftKey && name.length > 1 ? 'Shift+' : '') + name;
}

export function actionOf(event) {
	return bound.get(chord(event));
}

const shownNames = {
	NumpadAdd: 'Keypad +', ArrowDown: '↓', ArrowUp: '↑', ArrowRight: '→', ArrowLeft: '←', Escape: 'Esc',
	PageDown: 'Page ↓', PageUp: 'Page ↑', Delete: 'Del', Insert: 'Ins',
	Backspace: '⌫',
};

export function shownKey(key) {
	return key.replace(/\+Enter$/, '+⏎')
		.replace(/[A-Za-z]{4,}$/, (name) => shownNames[name] || name)
		.replace(/\+([a-z])$/, (_, letter) => `+${letter.toUpperCase()}`);
}

const editing = ['Backspace', 'Delete', 'Home', 'End', 'Tab', 'Shift+Tab', 'ArrowLeft', 'ArrowUp',
	'ArrowDown', 'Escape', 'Ctrl+a', 'Ctrl+c', 'Ctrl+v', 'Ctrl+x', 'Ctrl+z', 'Ctrl+t', 'Ctrl+n', 'Ctrl+w'];

/* A plain character would type and act at once, and what edits a text must go on doing so. */
function fits(key) {
	return [...key].length > 1 && !/^Shift\+.$/u.test(key) && !editing.includes(key) && !bound.has(key);
}

function keyButton(action, changed, save) {
	const button = h('button.key', { type: 'button' }, shownKey(keyOf(action)));
	button.addEventListener('click', () => {
		button.classList.add('waits');
		button.textContent = '…';
		const take = (event) => {
			if (['Control', 'Alt', 'Shift', 'Meta'].includes(event.key))
				return;
			event.preventDefault();
			event.stopPropagation();
			removeEventListener('keydown', take, true);
			const key = chord(event);
			if (fits(key)) {
				changed[action] = key;
				bindKeys(changed);
				save(changed);
			}
			button.classList.remove('waits');
			button.textContent = shownKey(keyOf(action));
		};
		addEventListener('keydown', take, true);
	});
	return button;
}

function groupTable(group, changed, save) {
	return h('section', {}, h('h3', {}, t(`group.${group}`)), h('dl.keys', {},
		actions.filter((a) => a[1] === group).map(([action]) => [
			h('dt', {}, keyButton(action, changed, save)),
			h('dd', {}, t(`act.${action}`))])));
}

/** The sheet of keys, as the content of a dialog. */
export function keySheet(changed, save) {
	const groups = ['keying', 'lines', 'document', 'picture'];
	return h('div.sheet-of-keys', {},
		h('p.quiet', {}, t('help.remap')),
		h('div.columns', {}, groups.map((g) => groupTable(g, changed, save)),
			h('section', {}, h('h3', {}, t('group.mouse')), h('dl.keys', {},
				mouse.map(([text, name]) => [h('dt', {}, h('kbd', {}, name)),
					h('dd', {}, t(text))])))),
		h('button', { type: 'button', onclick: () => {
			for (const key of Object.keys(changed))
				delete changed[key];
			bindKeys(changed);
			save(changed);
		} }, t('help.reset')));
}
