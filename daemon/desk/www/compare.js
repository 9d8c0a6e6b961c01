/* compare.js - the third person's place: what two people keyed differently, one difference
 * after the other, with the paper beside it. 1 takes the first value, 2 the second; what is
 * typed is a third. Nobody is told who keyed what. */
import { announce, clear, h, toast } from './dom.js';
import { t } from './texts.js';
import { get, post, put, persist, Refused } from './api.js';
import { Pages, Viewer, snippet } from './viewer.js';
import { choose } from './dialog.js';

const KEEP_MS = 4 * 60 * 1000, DRAFT_MS = 600;
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** One difference: two values to choose from, and room for a third. */
class Difference {
	constructor(what, place) {
		this.what = what;
		this.place = place;
		this.take = null;
		this.element = this.build();
	}

	get title() {
		const { what } = this;
		const name = capital(what.row ? what.path.replace(/_/g, ' ') : what.title);
		const line = what.line || what.second_line;
		return line ? `${name}, ${t('key.row', { n: line })}` : name;
	}

	/** A value as it is shown: a row as its cells, nothing as words. */
	shown(value) {
		if (value === null || value === undefined || value === '')
			return h('i.quiet', {}, t(this.what.row ? 'compare.norow' : 'compare.nothing'));
		if (typeof value !== 'object')
			return h('span.value', {}, value);
		return h('span.value', {}, Object.entries(value).map(([column, text]) =>
			h('span.cell', {}, h('small', {}, capital(column.replace(/_/g, ' '))), text)));
	}

	build() {
		const name = `d-${this.place.task.task}-${this.what.id}`;
		this.radios = {};
		const choice = (take, key, content) => {
			this.radios[take] = h('input', { type: 'radio', name, value: take,
				onchange: () => this.decide(take), onfocus: () => this.place.focused(this) });
			return h('label.side', {}, this.radios[take], h('kbd', {}, key), content);
		};
		this.other = h('input', { autocomplete: 'off', spellcheck: 'false',
			'aria-label': `${this.title}: ${t('compare.other')}`,
			onfocus: () => this.place.focused(this), oninput: () => this.typed() });
		this.sign = h('span.sign', { role: 'img', hidden: true });
		this.beside = h('div.beside');
		return h('fieldset.difference', { 'data-state': 'open' },
			h('legend', {}, this.title, ' ', this.sign), this.beside,
			choice('first', '1', this.shown(this.what.first)),
			choice('second', '2', this.shown(this.what.second)),
			this.what.row ? null : h('label.side.third', {},
				this.radios.other = h('input', { type: 'radio', name, value: 'other',
					onchange: () => this.decide('other'), onfocus: () => this.place.focused(this) }),
				h('kbd', {}, '3'), this.other));
	}

	drawSnippet(pages) {
		const page = pages.pages.find((p) => p.number === this.what.page);
		const cut = snippet(page, this.what.box, 380, 60);
		if (cut)
			clear(this.beside, cut);
	}

	typed() {
		this.decide('other');
		this.wrong(false);
	}

	decide(take) {
		this.take = take;
		this.radios[take].checked = true;
		this.element.dataset.state = 'decided';
		this.sign.hidden = false;
		this.sign.textContent = '✓';
		this.sign.setAttribute('aria-label', t('compare.decided'));
		this.place.changed();
	}

	wrong(is) {
		this.other.setAttribute('aria-invalid', String(is));
		this.element.dataset.state = is ? 'wrong' : this.take ? 'decided' : 'open';
		if (is) {
			this.sign.hidden = false;
			this.sign.textContent = '!';
			this.sign.setAttribute('aria-label', t('says.wrong'));
		}
	}

	focus() {
		(this.radios[this.take] || this.radios.first).focus();
		this.element.scrollIntoView({ block: 'nearest' });
	}

	decision() {
		return this.take === 'other' ? { take: 'other', value: this.other.value }
			: { take: this.take };
	}

	restore(decision) {
		if (!decision)
			return;
		this.other.value = decision.value || '';
		this.decide(decision.take);
	}
}

export class Compare {
	constructor() {
		this.task = null;
		this.viewer = new Viewer((text) => this.fill(text), () => {});
		this.head = h('div.dochead');
		this.pane = h('div.pane');
		this.toast = toast();
		this.element = h('main.keying', {}, this.viewer.element,
			h('section.right', { 'aria-label': t('nav.compare') }, this.head, this.pane),
			this.toast.element);
		this.onKey = (event) => this.key(event);
	}

	async open() {
		addEventListener('keydown', this.onKey);
		this.keeper = setInterval(() => this.task && post('/api/tasks/keep',
			{ tasks: [this.task.task] }).catch(() => {}), KEEP_MS);
		this.drafter = setInterval(() => this.saveDraft(), DRAFT_MS);
		this.reasons = await get('/api/reasons');
		await this.next();
	}

	close() {
		removeEventListener('keydown', this.onKey);
		clearInterval(this.keeper);
		clearInterval(this.drafter);
		this.saveDraft();
	}

	queueChanged() {
		if (!this.task && !this.fetching)
			this.next();
	}

	/* --- from document to document ------------------------------------------------------ */

	async next() {
		this.fetching = true;
		this.pages?.release();
		this.task = await post('/api/tasks/take', { queues: ['arbitration'] })
			.catch((error) => {
				if (!(error instanceof Refused) || error.status !== 404)
					this.say(error.message);
				return null;
			});
		this.fetching = false;
		if (this.task)
			this.show();
		else
			this.drawEmpty();
	}

	show() {
		const { task } = this;
		this.dirty = false;
		this.pages = new Pages(task);
		this.differences = task.differences.map((what) => new Difference(what, this));
		clear(this.pane, h('div.differences', {}, this.differences.map((d) => d.element)));
		for (const d of this.differences)
			d.restore(task.draft?.decisions?.[d.what.id]);
		this.dirty = false;
		this.viewer.show(this.pages);
		this.drawHead();
		this.open1()?.focus();
		announce(`${task.control_number}, ${t('compare.left', { n: this.left().length })}`);
		this.pages.prefetch().then(() => this.differences.forEach((d) =>
			d.drawSnippet(this.pages)));
	}

	left() {
		return this.differences.filter((d) => !d.take || d.element.dataset.state === 'wrong');
	}

	open1() {
		return this.left()[0] || this.differences[0];
	}

	drawHead() {
		const { task } = this, n = this.left().length;
		clear(this.head, h('div.docline', {}, h('strong', {}, task.control_number),
			h('span.chip.queue', {}, t('compare.chip')),
			h('span.quiet.file', { title: task.file }, task.file || '')),
		h('div.docline', {}, h(`span.left${n ? '' : '.done'}`, {}, n ? t('compare.left', { n })
			: `✓ ${t('compare.done')}`), h('span.spring'),
		h('button.small', { type: 'button', onclick: () => this.setAside() }, t('key.aside'), ' ',
			h('kbd', {}, 'Esc')),
		h('button.small', { type: 'button', disabled: n > 0, onclick: () => this.finish() },
			t('key.finish'), ' ', h('kbd', {}, 'Ctrl+⏎'))),
		task.notes.map((note) => h('p.note', {}, h('b', {}, `${note.by}: `), note.text)));
	}

	drawEmpty() {
		clear(this.head);
		clear(this.pane, h('div.empty', {}, h('p.big', {}, t('compare.none')),
			h('p.quiet', {}, t('compare.none.more'))));
		clear(this.viewer.sheet);
		clear(this.viewer.bar);
		this.viewer.page = null;
	}

	/* --- deciding ------------------------------------------------------------------------- */

	focused(difference) {
		this.current = difference;
		const page = this.pages.pages.find((p) => p.number === difference.what.page);
		if (page && difference.what.box[2] > 0)
			this.viewer.zoomTo(page, difference.what.box);
		else
			this.viewer.mark([]);
	}

	changed() {
		this.dirty = true;
		this.drawHead();
	}

	fill(text) {
		const d = this.current;
		if (!d || d.what.row)
			return;
		d.other.value = text;
		d.typed();
	}

	key(event) {
		if (document.querySelector('dialog[open]') || !this.task)
			return;
		const d = this.current, typing = event.target === d?.other;
		if (event.key === 'Enter' && event.ctrlKey)
			this.finish();
		else if (event.key === 'Enter' && event.target.tagName !== 'BUTTON')
			this.onward();
		else if (event.key === 'Escape')
			this.setAside();
		else if (event.key === 'PageDown' || event.key === 'PageUp')
			this.viewer.step(event.key === 'PageDown' ? 1 : -1);
		else if (!typing && !event.altKey && !event.ctrlKey && '12'.includes(event.key) && d)
			this.choose(d, event.key === '1' ? 'first' : 'second');
		else if (!typing && event.key === '3' && d && !d.what.row)
			d.other.focus();
		else if (event.key === 'ArrowDown' || event.key === 'ArrowUp')
			this.move(event.key === 'ArrowDown' ? 1 : -1);
		else
			return;
		event.preventDefault();
	}

	choose(difference, take) {
		difference.decide(take);
		this.onward();
	}

	/** To what is not decided yet; when nothing is left, Enter finishes. */
	onward() {
		const at = this.differences.indexOf(this.current);
		const left = this.left();
		const next = left.find((d) => this.differences.indexOf(d) > at) || left[0];
		if (next)
			next.focus();
		else if (this.ready)
			this.finish();
		else
			this.current?.focus();
		/* The key that decides the last one shows it; the next Enter sends it. */
		this.ready = !next;
	}

	move(step) {
		const at = this.differences.indexOf(this.current);
		this.differences[Math.max(0, Math.min(at + step, this.differences.length - 1))].focus();
	}

	decisions() {
		return Object.fromEntries(this.differences.filter((d) => d.take)
			.map((d) => [d.what.id, d.decision()]));
	}

	async saveDraft() {
		if (!this.task || !this.dirty)
			return;
		this.dirty = false;
		const answer = await put(`/api/tasks/${this.task.task}/draft`,
			{ typed: { v: 1, decisions: this.decisions() } }).catch(() => null);
		if (answer?.outcome === 'late')
			this.lost();
	}

	lost() {
		this.say(t('says.late', { number: this.task.control_number }));
		this.next();
	}

	async finish() {
		if (this.left().length > 0 || this.sending) {
			this.open1().focus();
			return;
		}
		const { task } = this;
		this.sending = true;
		this.dirty = false;
		const answer = await persist(() => post(`/api/tasks/${task.task}/arbitrate`,
			{ fence: task.fence, decisions: this.decisions() }), (trouble) => trouble &&
			this.say(t('says.offline'))).catch((error) => ({ error }));
		this.sending = false;
		this.ready = false;
		if (answer.error)
			this.say(answer.error.message);
		else if (answer.outcome === 'wrong')
			this.showWrong(answer.wrong);
		else if (answer.outcome === 'late')
			this.lost();
		else
			this.after(t('says.submitted', { number: task.control_number }));
	}

	showWrong(ids) {
		for (const d of this.differences)
			d.wrong(ids.includes(String(d.what.id)));
		this.drawHead();
		const first = this.left()[0];
		first?.other.focus();
		this.say(t('says.wrong'));
	}

	after(text) {
		this.say(text);
		dispatchEvent(new Event('counted'));
		this.next();
	}

	async setAside() {
		const { task } = this;
		const reason = await choose(`${t('aside.skip')} – ${t('aside.reason')}`,
			this.reasons.filter((r) => r.kind === 'skip' && (!r.client || r.client === task.client))
				.map((r) => [r.code, r.text]));
		if (!reason)
			return;
		await post(`/api/tasks/${task.task}/skip`, { reason }).then(() =>
			this.after(t('says.left', { number: task.control_number, what: t('done.skip') })),
		(error) => this.say(error.message));
	}

	say(text) {
		this.toast.say(text);
	}
}
