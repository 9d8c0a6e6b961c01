/* story.js - what happened to one document, and who looked at it, for whoever must be able to
 * trust it. */
import { h, clear } from './dom.js';
import { get } from './api.js';
import { t } from './texts.js';
import { card, table } from './table.js';

/** What happened to one document, and who looked at it. */
export class Story {
	constructor() {
		this.result = h('div');
		this.input = h('input', { id: 'story', autocomplete: 'off', placeholder: 'ACME-261122-0042' });
		this.element = h('main.floor', {}, card(t('floor.story'), null,
			h('form.search', { onsubmit: (event) => {
				event.preventDefault();
				this.find(this.input.value.trim());
			} }, h('label', { for: 'story' }, t('floor.story.find')), this.input), this.result));
	}

	async open() {
		this.input.focus();
	}

	async find(number) {
		const story = number ? await get(`/api/documents/${encodeURIComponent(number)}/story`)
			.catch(() => null) : null;
		if (!story) {
			clear(this.result, h('p.problem', { role: 'alert' }, t('floor.story.none')));
			return;
		}
		clear(this.result, h('p', {}, h('strong', {}, story.control_number), ' ',
			h('span.chip', {}, story.type || '–'), ' ', story.state),
		table([
			[t('floor.at'), (e) => new Date(e.at).toLocaleString()],
			[t('floor.what'), (e) => t(`event.${e.kind}`, e)],
			[t('floor.by'), (e) => e.by],
		], story.events), story.notes.map((n) => h('p.note', {}, h('b', {}, `${n.by}: `), n.text)));
	}
}
