/* carousel.js - one field across many documents, cut-out by cut-out, one key each.
 *
 * A handful of documents is leased for the field at once and their cut-outs are fetched before
 * they are needed; while the clerk works, more are taken behind. An answer is sent when the
 * next one has been given, so that the last can be taken back. Nothing is shown of a document
 * but this one field, which is all that people with the right "snippet" may see. */
import { announce, clear, h, toast } from './dom.js';
import { t } from './texts.js';
import { get, post, persist, picture, Refused } from './api.js';
import { actionOf, keyOf, shownKey } from './keymap.js';

const AHEAD = 12, LOW = 5, SEND_MS = 4000, KEEP_MS = 4 * 60 * 1000;

export const stats = { shown: [], keys: 0, done: 0 };
window.carouselStats = stats;

export class Carousel {
	constructor(me) {
		this.me = me;
		this.queue = [];
		this.now = null;
		this.last = null;
		this.seen = new Set();
		this.sending = 0;
		this.done = 0;
		this.toast = toast();
		this.stage = h('div.carousel-stage');
		this.element = h('main.carousel', {}, this.stage, this.toast.element);
		this.onKey = (event) => this.key(event);
	}

	async open() {
		addEventListener('keydown', this.onKey);
		this.keeper = setInterval(() => this.keep(), KEEP_MS);
		await this.choose();
	}

	close() {
		removeEventListener('keydown', this.onKey);
		clearInterval(this.keeper);
		this.leave();
	}

	queueChanged() {
		if (!this.field)
			this.choose();
	}

	/* --- what to go through ------------------------------------------------------------- */

	async choose() {
		this.field = null;
		const rows = await get('/api/carousel').catch(() => []);
		if (this.field)
			return;
		clear(this.stage, h('section.card.carousel-list', {}, h('h1', {}, t('car.title')),
			h('p.quiet', {}, t('car.about')), rows.length === 0 ? h('p.big', {}, t('car.none')) :
				h('div.choices', {}, rows.map((row) => h('button.choice', { type: 'button',
					onclick: () => this.begin(row) }, h('span', {}, capital(row.title || row.path)),
				h('small', {}, `${row.type}, ${row.client}`), h('span.spring'),
				h('b', {}, t('car.n', { n: row.n })))))));
		this.stage.querySelector('.choice')?.focus();
	}

	async begin(row) {
		this.field = row;
		this.seen = new Set();
		this.done = 0;
		this.left = row.n;
		await this.fill();
		this.next();
	}

	/** More of them, before the last is shown. */
	fill() {
		if (this.filling || this.dry || !this.field)
			return this.filling;
		const { client, type, path } = this.field;
		this.filling = persist(() => post('/api/carousel/take',
			{ client, type, path, most: AHEAD, but: [...this.seen] }), () => {}).then((taken) => {
			this.filling = null;
			this.dry = taken.length === 0;
			for (const one of taken) {
				this.seen.add(one.task);
				one.picture = picture(`/api/tasks/${one.task}/snippet?path=${
					encodeURIComponent(path)}`).catch(() => null);
				this.queue.push(one);
			}
		}, () => {
			this.filling = null;
			this.dry = true;
		});
		return this.filling;
	}

	/* --- one after the other --------------------------------------------------------------- */

	async next(since) {
		if (this.queue.length < LOW)
			this.fill();
		if (this.queue.length === 0)
			await this.filling;
		this.now = this.queue.shift() || null;
		if (!this.now) {
			this.flush();
			this.dry = false;
			this.say(t('car.end', { n: this.done }));
			this.choose();
			return;
		}
		this.draw(since);
	}

	async draw(since) {
		const one = this.now;
		this.choice = 0;
		/* As high as what stands in it: nobody can say that a value is right whose end is hidden. */
		const input = h('textarea', { rows: 1, autocomplete: 'off', spellcheck: 'false',
			'aria-label': capital(this.field.title || this.field.path), oninput: () => this.grow() });
		input.value = one.kept ?? one.value ?? one.raw ?? '';
		const image = h('img', { alt: t('car.image', { title: this.field.title || this.field.path }) });
		this.input = input;
		const hint = (action, text) => h('span', {}, h('kbd', {}, shownKey(keyOf(action))), ` ${t(text)}`);
		clear(this.stage, h('section.card.carousel-one', {},
			h('div.docline', {}, h('h1', {}, capital(this.field.title || this.field.path)),
				h('span.spring'), h('span.quiet', {}, t('car.progress', { done: this.done,
					n: Math.max(this.left, this.done + 1) }))),
			h('div.cutout', {}, image), input, h('p.wrongly', { role: 'alert' }, one.wrong ? t('says.wrong') : ''),
			h('p.carousel-keys', {}, hint('next', 'car.right'), hint('aside', 'car.skip'),
				hint('absent', 'mark.absent'), hint('illegible', 'mark.illegible'),
				(one.alternatives || []).length ? hint('alternative', 'act.alternative') : null,
				this.last ? hint('undo', 'car.back') : null)));
		this.grow();
		input.focus();
		input.select();
		const url = await one.picture;
		if (url && this.now === one) {
			image.src = url;
			await image.decode().catch(() => {});
		}
		announce(`${capital(this.field.title || this.field.path)}: ${input.value}`);
		if (since !== undefined)
			stats.shown.push(performance.now() - since);
	}

	grow() {
		this.input.style.height = 'auto';
		this.input.style.height = `${this.input.scrollHeight + 2}px`;
	}

	key(event) {
		if (document.querySelector('dialog[open]') || !this.now)
			return;
		if (!['Control', 'Alt', 'Shift', 'Meta'].includes(event.key))
			stats.keys++;
		const acts = {
			next: () => this.answer(this.input.value, null),
			finish: () => this.answer(this.input.value, null),
			absent: () => this.answer('', 'absent'),
			illegible: () => this.answer('', 'illegible'),
			aside: () => this.skip(),
			alternative: () => this.other(1),
			'alternative.back': () => this.other(-1),
			undo: () => this.back(),
		};
		const act = acts[actionOf(event)];
		if (!act)
			return;
		event.preventDefault();
		act();
	}

	other(step) {
		const list = [this.now.value ?? '', ...(this.now.alternatives || []).map((a) => a.text)];
		this.choice = (this.choice + step + list.length) % list.length;
		this.input.value = list[this.choice];
		this.grow();
		this.input.select();
	}

	answer(typed, mark) {
		const value = typed.replace(/\s+/g, ' ').trim();
		if (value === '' && !mark)
			mark = 'absent';
		this.flush();
		this.last = { one: this.now, value, mark };
		this.timer = setTimeout(() => this.flush(), SEND_MS);
		this.done++;
		stats.done++;
		this.next(performance.now());
	}

	/** Back to the one before, while it has not been sent. */
	back() {
		if (!this.last)
			return;
		clearTimeout(this.timer);
		this.queue.unshift(this.now);
		this.now = this.last.one;
		this.now.kept = this.last.value;
		this.last = null;
		this.done--;
		this.draw();
	}

	skip() {
		this.flush();
		post('/api/tasks/release', { tasks: [this.now.task] }).catch(() => {});
		this.left--;
		this.next(performance.now());
	}

	flush() {
		clearTimeout(this.timer);
		if (!this.last)
			return;
		const { one, value, mark } = this.last;
		this.last = null;
		this.send(one, value, mark);
	}

	async send(one, value, mark) {
		this.sending++;
		try {
			const answer = await persist(() => post(`/api/tasks/${one.task}/field`,
				{ fence: one.fence, path: one.path, value, mark }), (is) => is && this.say(t('says.offline')));
			if (answer.outcome === 'wrong')
				this.again(one, value);
			else if (answer.outcome === 'late')
				this.say(t('car.late'));
		} catch (error) {
			if (error instanceof Refused)
				this.say(error.message);
		}
		this.sending--;
		dispatchEvent(new Event('counted'));
	}

	/** What cannot be a value of the field comes again. */
	again(one, value) {
		Object.assign(one, { kept: value, wrong: true });
		this.done--;
		this.queue.push(one);
		if (!this.now)
			this.next();
	}

	/* --- leases ------------------------------------------------------------------------------ */

	held() {
		return [this.now, this.last?.one, ...this.queue].filter(Boolean).map((one) => one.task);
	}

	keep() {
		const tasks = this.held();
		if (tasks.length > 0)
			post('/api/tasks/keep', { tasks }).catch(() => {});
	}

	leave() {
		this.flush();
		const tasks = [this.now, ...this.queue].filter(Boolean).map((one) => one.task);
		this.queue = [];
		this.now = null;
		if (tasks.length > 0)
			post('/api/tasks/release', { tasks }).catch(() => {});
	}

	say(text) {
		this.toast.say(text);
	}
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
