/* arrange.js - the pages of a document as small pictures: dragged or moved by keys into another
 * order, turned, dropped, cut into several documents, joined with what arrived beside it.
 *
 * Nothing happens before it is confirmed, and no page is ever lost: what is dropped stays with
 * the document it came with. */
import { h, clear } from './dom.js';
import { t } from './texts.js';
import { get } from './api.js';
import { show } from './dialog.js';

/** A strip of pages; `cuts` holds the indices before which a new document begins. */
class Strip {
	constructor(task) {
		this.task = task;
		this.pages = task.pages.map((page) => ({ ...page, dropped: false }));
		this.cuts = new Set();
		this.at = 0;
		this.element = h('div.strip', { role: 'listbox', 'aria-label': t('arrange.title'), tabindex: '0', autofocus: true,
			'aria-describedby': 'arrange-keys' });
		this.element.addEventListener('keydown', (event) => this.key(event));
		this.draw();
	}

	draw() {
		let part = 0;
		clear(this.element, this.pages.map((page, i) => {
			if (this.cuts.has(i))
				part++;
			return this.tile(page, i, part);
		}));
		this.element.setAttribute('aria-activedescendant', `sheet-${this.at}`);
	}

	tile(page, i, part) {
		const says = [t('key.page', { n: page.position, of: this.pages.length }),
			this.cuts.size ? t('arrange.part', { n: part + 1 }) : '', page.dropped ? t('arrange.dropped') : '']
			.filter(Boolean).join(', ');
		const tile = h('figure.sheet', { id: `sheet-${i}`, role: 'option', draggable: 'true',
			'aria-selected': String(i === this.at), 'aria-label': says,
			class: `sheet part${part % 4}${page.dropped ? ' dropped' : ''}${this.cuts.has(i) ? ' cut' : ''}` },
		h('img', { alt: '', draggable: 'false',
			src: `/api/documents/${this.task.document}/pages/${page.position}/thumbnail` }),
		h('figcaption', {}, says));
		tile.querySelector('img').style.transform = `rotate(${page.rotation}deg)`;
		tile.addEventListener('click', () => this.go(i));
		tile.addEventListener('dragstart', (event) => event.dataTransfer.setData('text/plain', String(i)));
		tile.addEventListener('dragover', (event) => event.preventDefault());
		tile.addEventListener('drop', (event) => {
			event.preventDefault();
			this.move(Number(event.dataTransfer.getData('text/plain')), i);
		});
		return tile;
	}

	go(i) {
		this.at = Math.max(0, Math.min(this.pages.length - 1, i));
		this.draw();
		this.element.focus();
		this.element.children[this.at]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
	}

	move(from, to) {
		if (to < 0 || to >= this.pages.length || from === to || Number.isNaN(from))
			return;
		this.pages.splice(to, 0, ...this.pages.splice(from, 1));
		this.go(to);
	}

	toggleCut() {
		if (this.at > 0 && !this.cuts.delete(this.at))
			this.cuts.add(this.at);
		this.draw();
	}

	toggleDrop() {
		const page = this.pages[this.at];
		page.dropped = !page.dropped && this.pages.some((p) => p !== page && !p.dropped);
		this.draw();
	}

	turn() {
		const page = this.pages[this.at];
		page.rotation = (page.rotation + 90) % 360;
		this.draw();
	}

	key(event) {
		const acts = { ArrowRight: () => (event.altKey ? this.move(this.at, this.at + 1) : this.go(this.at + 1)),
			ArrowLeft: () => (event.altKey ? this.move(this.at, this.at - 1) : this.go(this.at - 1)),
			Home: () => this.go(0), End: () => this.go(this.pages.length - 1),
			' ': () => this.toggleCut(), Delete: () => this.toggleDrop(), r: () => this.turn() };
		if (!acts[event.key])
			return;
		event.preventDefault();
		acts[event.key]();
	}

	parts() {
		const parts = [[]];
		this.pages.forEach((page, i) => {
			if (this.cuts.has(i) && parts.at(-1).length > 0)
				parts.push([]);
			if (!page.dropped)
				parts.at(-1).push({ position: page.position, rotation: page.rotation });
		});
		return parts.filter((part) => part.length > 0);
	}
}

/** Resolves with {parts}, {others} or null. */
export function arrange(task) {
	const strip = new Strip(task);
	const tool = (text, key, act) => h('button.small', { type: 'button', onclick: () => {
		act();
		strip.element.focus();
	} }, t(text), ' ', h('kbd', {}, key));
	return show(t('arrange.title'), (close) => h('div.arrange', {},
		h('div.docline', {}, tool('arrange.cut', 'Space', () => strip.toggleCut()),
			tool('arrange.drop', 'Del', () => strip.toggleDrop()), tool('arrange.turn', 'R', () => strip.turn()),
			tool('arrange.left', 'Alt+←', () => strip.move(strip.at, strip.at - 1)),
			tool('arrange.right', 'Alt+→', () => strip.move(strip.at, strip.at + 1))),
		strip.element, h('p.quiet', { id: 'arrange-keys' }, t('arrange.keys')),
		h('div.buttons', {},
			h('button.primary', { type: 'button', onclick: () => close({ parts: strip.parts() }) }, t('dialog.ok')),
			h('button', { type: 'button', onclick: async () => {
				const others = await neighbours(task);
				if (others)
					close({ others });
			} }, t('arrange.join')),
			h('button', { type: 'button', onclick: () => close(null) }, t('dialog.cancel')))));
}

/** Which of the documents beside it belong to this one, in the order in which they are ticked. */
async function neighbours(task) {
	const list = await get(`/api/tasks/${task.task}/neighbours`).catch(() => []);
	const chosen = [];
	return show(t('arrange.join'), (close) => h('form.arrange', { onsubmit: (event) => {
		event.preventDefault();
		close(chosen.length > 0 ? chosen : null);
	} }, list.length === 0 ? h('p', {}, t('arrange.alone')) : h('div.choices', {}, list.map((one) => h('label.choice', {},
		h('input', { type: 'checkbox', onchange: (event) => {
			if (event.target.checked)
				chosen.push(one.document);
			else
				chosen.splice(chosen.indexOf(one.document), 1);
		} }), h('b', {}, one.control_number), h('span', {}, one.file || ''),
		h('small', {}, `${one.type || ''} · ${t('arrange.pages', { n: one.pages ?? '?' })}`)))),
	h('div.buttons', {}, h('button.primary', { type: 'submit' }, t('arrange.joinit')),
		h('button', { type: 'button', onclick: () => close(null) }, t('dialog.cancel')))));
}
