/* dialog.js - one modal dialog at a time, by keyboard: digits choose, Esc goes back. */
import { h } from './dom.js';
import { t } from './texts.js';

/** Shows content in a dialog; resolves with what close(value) was given, or null for Esc. */
export function show(title, build) {
	const before = document.activeElement;
	return new Promise((resolve) => {
		const dialog = h('dialog', { 'aria-label': title });
		const close = (value) => {
			dialog.returnValue = '';
			dialog.close();
			dialog.remove();
			before?.focus?.({ preventScroll: true });
			resolve(value ?? null);
		};
		dialog.append(h('h2', {}, title), build(close));
		dialog.addEventListener('cancel', (event) => {
			event.preventDefault();
			close(null);
		});
		document.body.append(dialog);
		dialog.showModal();
		(dialog.querySelector('[autofocus]') ||
			dialog.querySelector('button, input, textarea'))?.focus();
	});
}

/** A numbered list: a digit or Enter chooses. Items: [value, text, hint]. */
export function choose(title, items) {
	return show(title, (close) => {
		const buttons = items.map(([value, text, hint], i) => h('button.choice',
			{ type: 'button', onclick: () => close(value) },
			h('kbd', {}, i < 9 ? String(i + 1) : ' '), h('span', {}, text),
			hint ? h('small', {}, hint) : null));
		const list = h('div.choices', {}, buttons, h('p.quiet', {}, t('aside.back')));
		list.addEventListener('keydown', (event) => {
			const at = buttons.indexOf(document.activeElement);
			const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
			if (step)
				buttons[(at + step + buttons.length) % buttons.length].focus();
			else if (/^[1-9]$/.test(event.key) && buttons[event.key - 1])
				buttons[event.key - 1].click();
			else
				return;
			event.preventDefault();
		});
		return list;
	});
}

/** Asks for a text (or a number); null for Esc. */
export function ask(title, attributes, tag) {
	return show(title, (close) => {
		const input = h(tag || 'input', { autofocus: true, 'aria-label': title,
			...attributes });
		return h('form.ask', { onsubmit: (event) => {
			event.preventDefault();
			close(input.value);
		} }, input, h('div.buttons', {},
			h('button.primary', { type: 'submit' }, t('dialog.ok')),
			h('button', { type: 'button', onclick: () => close(null) },
				t('dialog.cancel'))));
	});
}
