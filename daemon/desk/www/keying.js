/* keying.js - the clerk's place: one document after another, without ever waiting.
 *
 * While a document is keyed, the next one is taken, its pictures are fetched and decoded
 * and its fields are built; finishing swaps them in and sends the values behind. Who was
 * faster than his line once, gets another one ahead from then on. What the check does not
 * accept comes back as the document after. Values are saved as a draft
 * within a second, so nothing that was typed is ever lost. */
import { announce, clear, h, toast } from './dom.js';
import { t } from './texts.js';
import { get, post, put, persist, Refused } from './api.js';
import { Pages, Viewer } from './viewer.js';
import { Form } from './form.js';
import { SecondForm } from './second.js';
import { actionOf, keySheet, keyOf, shownKey } from './keymap.js';
import { choose, ask, show } from './dialog.js';
import { arrange } from './arrange.js';
import { chooseSupplier, showLate, showTwin } from './beside.js';

const DRAFT_MS = 800, EFFORT_MS = 5000, CHECK_MS = 500, MAX_AHEAD = 3, KEEP_MS = 4 * 60 * 1000, IDLE_MS = 30 * 1000, UNSEEN_MS = 200;

/* For measuring: how long flips took, and what was counted. */
export const stats = { flips: [], fields: [], validations: [], keystrokes: 0, documents: 0 };
window.deskStats = stats;

/** A document that is or will be on the screen. */
class Work {
	constructor(task, types, hooks) {
		this.task = task;
		this.types = types;
		this.hooks = hooks;
		this.pages = new Pages(task);
		this.effort = { keystrokes: 0, fields: 0, active_ms: 0 };
		this.saved = 0;
		this.asType = null;
		this.build(task.type);
		this.form.restore(task.draft);
		this.fetched = false;
		this.ready = this.pages.prefetch().then(() => {
			this.fetched = true;
			this.form.drawSnippets();
		});
	}

	build(name) {
		const type = this.types.find((x) => x.name === name) ||
			this.types.find((x) => x.fallback) || this.types[0];
		this.type = type;
		this.form = new (this.hooks.form || Form)(this.task, type, this.pages, {
			focused: (cell) => this.hooks.focused(this, cell),
			changed: (cell) => this.hooks.changed(this, cell),
			full: (cell) => this.hooks.full(this, cell),
			settle: (finding) => this.hooks.settle(this, finding) });
	}

	body() {
		return { fence: this.task.fence, values: this.form.values(), marks: this.form.marks(),
			printed: [...this.form.printed], overrides: this.form.overrides, as_type: this.asType, order: dateOrder };
	}

	takeEffort() {
		const effort = this.effort;
		this.effort = { keystrokes: 0, fields: 0, active_ms: 0 };
		this.counted = performance.now();
		return effort;
	}

	/** With a draft, which comes every second, counts go along now and then. */
	effortNow() {
		return performance.now() - (this.counted ?? -EFFORT_MS) < EFFORT_MS ? undefined : this.takeEffort();
	}
}

/* Of a date the document leaves open: as the clerk's language writes it. */
const dateOrder = new Intl.DateTimeFormat(navigator.language)
	.formatToParts(new Date(2000, 1, 3)).find((p) => p.type !== 'literal')?.type === 'month'
	? 'mdy' : 'dmy';

export class Keying {
	constructor(me, saveSettings) {
		this.me = me;
		this.saveSettings = saveSettings;
		this.types = new Map();
		this.work = null;
		this.ahead = [];
		this.wanted = 1;
		this.returned = [];
		this.sending = new Set();
		this.before = null;
		this.viewer = new Viewer((text, append) => this.fill(text, append),
			(words, page) => this.fillRow(words, page), () => this.turned());
		this.head = h('div.dochead');
		this.pane = h('div.pane');
		this.toast = toast();
		this.element = h('main.keying', {}, this.viewer.element,
			h('section.right', { 'aria-label': t('nav.key') }, this.head, this.pane), this.toast.element);
		this.onKey = (event) => this.key(event);
		window.deskNow = this;
		this.lastActive = 0;
	}

	async open() {
		addEventListener('keydown', this.onKey);
		addEventListener('pagehide', this.onHide = () => this.letGo());
		this.tabs = new BroadcastChannel('intray.drafts');
		this.tabs.onmessage = ({ data }) => this.hear(data);
		this.tabs.postMessage({ hello: true });
		this.keeper = setInterval(() => this.keep(), KEEP_MS);
		this.drafter = setInterval(() => this.unsent().forEach((work) => this.saveDraft(work)), DRAFT_MS);
		this.reasons = await get('/api/reasons');
		if (!this.work)
			await this.flip();
	}

	close() {
		removeEventListener('keydown', this.onKey);
		removeEventListener('pagehide', this.onHide);
		clearInterval(this.keeper);
		clearInterval(this.drafter);
		this.saveDraft();
		this.tabs?.close();
	}

	/** A draft is saved whole: what was typed in another tab of this browser becomes part of the
	 * one here, or the next draft from here would be without it. Tabs hold the same tasks. */
	hear({ hello, task, typed }) {
		if (hello && !this.company)
			this.tabs.postMessage({ hello: true });
		this.company = true;
		this.unsent().find((work) => work.task.task === task)?.form.catchUp(typed);
	}

	/** The queue has changed: look, if there is nothing to do here. */
	queueChanged() {
		if (!this.work && !this.fetching)
			this.flip();
		else if (this.work)
			this.prepare();
	}

	/* --- from document to document ------------------------------------------------------ */

	async typesOf(client) {
		if (!this.types.has(client))
			this.types.set(client, get(`/api/types/${client}`).then((a) => a.types));
		return this.types.get(client);
	}

	holds() {
		return [this.work, ...this.ahead, ...this.returned, ...this.sending].filter(Boolean)
			.map((work) => work.task.task);
	}

	async take(path) {
		const task = await persist(() => post(path || '/api/tasks/take',
			{ but: this.holds(), queues: this.queues })
			.catch((error) => {
				if (error instanceof Refused && error.status === 404)
					return null;
				throw error;
			}), (trouble) => this.trouble(trouble));
		if (!task)
			return null;
		return new Work(task, await this.typesOf(task.client), {
			form: this.formOf(task),
			focused: (work, cell) => this.focused(work, cell),
			changed: (work) => this.changed(work),
			full: (work, cell) => this.full(work, cell),
			settle: (work, finding) => this.settle(work, finding) });
	}

	/** How a document's fields are shown: for a second key without what was read. */
	formOf(task) {
		return task.only ? SecondForm : Form;
	}

	/** Takes the next documents beside the one on the screen. */
	prepare() {
		if (this.preparing || this.ahead.length >= this.wanted)
			return this.preparing;
		this.preparing = this.take().then((work) => {
			this.preparing = null;
			if (work)
				this.ahead.push(work);
			if (work && this.work)
				this.prepare();
		}, () => {
			this.preparing = null;
		});
		return this.preparing;
	}

	/** Puts the next document on the screen; `since`: when the key was pressed. */
	async flip(since) {
		const ready = this.returned.shift() || this.ahead.shift();
		if (since !== undefined && !ready?.fetched)
			this.wanted = Math.min(MAX_AHEAD, this.wanted + 1);
		if (ready) {
			this.put(ready, since);
			return;
		}
		this.work = null;
		this.drawEmpty(true);
		this.fetching = this.prepare();
		await this.fetching;
		this.fetching = null;
		if (this.work)
			return;
		const work = this.returned.shift() || this.ahead.shift();
		if (work)
			this.put(work, since);
		else
			this.drawEmpty(false);
	}

	put(work, since) {
		this.work = work;
		/* First of all: once something has changed, asking would lay all out. */
		if (this.pane.scrollTop > 0)
			this.pane.scrollTop = 0;
		this.viewer.show(work.pages);
		clear(this.pane, work.form.element);
		this.drawHead();
		const first = work.form.cells().find((c) => c.name === work.task.draft?.at) ||
			work.form.needs()[0] || work.form.cells()[0];
		first?.input.focus();
		announce(`${work.task.control_number}, ${work.type.title}`);
		this.measure(stats.flips, since);
		if (work.task.draft)
			this.validate(work);
		painted().then(() => this.prepare());
	}

	/** Until the picture is really there, as an eye would say. */
	measure(into, since) {
		if (since === undefined)
			return;
		painted().then(() => into.push(performance.now() - since));
	}

	drawEmpty(loading) {
		clear(this.head);
		clear(this.pane, h('div.empty', {}, loading ? h('p', {}, t('key.loading')) : [
			h('p.big', {}, t('key.none')), h('p.quiet', {}, t('key.none.more'))]));
		clear(this.viewer.sheet);
		clear(this.viewer.bar);
		this.viewer.page = null;
	}

	drawHead() {
		const work = this.work;
		if (!work)
			return;
		this.left = h('span.left');
		this.drawLeft();
		const due = new Date(work.task.due), late = due < new Date();
		const first = work.task.queue === 'exception';
		const button = (text, action) => h('button.small', { type: 'button', tabindex: '-1',
			onmousedown: (e) => e.preventDefault(), onclick: () => this.act(action) },
		text, ' ', h('kbd', {}, shownKey(keyOf(action))));
		clear(this.head, h('div.docline', {},
			h('strong', {}, work.task.control_number),
			h('span.chip', {}, work.type.title),
			first ? null : h('span.chip.queue', {}, t(`queue.${work.task.queue}`)),
			h('span.quiet.file', { title: work.task.file }, work.task.file || ''),
			h(`span.due${late ? '.late' : ''}`, {}, late ? `⚠ ${t('key.late')}`
				: t('key.due', { time: shortTime(due) }))),
		h('div.docline', {},
			this.left, h('span.spring'),
			first ? button(t('key.type'), 'type') : null, button(t('key.note'), 'note'),
			button(t('key.aside'), 'aside'), button(t('key.finish'), 'finish')),
		work.task.only ? h('p.note', {}, t('second.hint')) : null,
		work.task.refused ? h('p.refused', {}, t('key.refused', { text: work.task.refused.text })) : null,
		(work.task.late || []).slice(0, 1).map((late) => h('p.note', {}, t('late.there', { by: late.by,
			at: shortTime(new Date(late.at)) }), ' ', button(t('late.look'), 'late'))),
		work.form.findings.some((f) => f.code === 'duplicate')
			? h('p.note', {}, t('twin.there'), ' ', button(t('twin.look'), 'twin')) : null,
		work.task.notes.map((n) => h('p.note', {}, h('b', {}, `${n.by}: `), n.text)));
	}

	/** How much is left: the one thing of the head that a keystroke changes. */
	drawLeft() {
		const { form } = this.work, needs = form.needs().length + form.unsettled().length;
		const text = needs ? t('key.left', { n: needs }) : `✓ ${t('key.left.none')}`;
		if (this.left.textContent === text)
			return;
		this.left.textContent = text;
		this.left.classList.toggle('done', needs === 0);
	}

	/* --- what happens in the fields ------------------------------------------------------- */

	focused(work, cell) {
		if (work !== this.work)
			return;
		work.effort.fields++;
		this.checkNow(work);
		const since = performance.now();
		const page = work.form.pageOf(cell);
		if (page && cell.evidence.box[2] > 0)
			this.viewer.zoomTo(page, cell.evidence.box);
		else
			this.viewer.mark([]);
		cell.holder?.scrollIntoView({ block: 'nearest' });
		this.measure(stats.fields, since);
	}

	changed(work) {
		work.dirty = true;
		if (work === this.work)
			this.drawLeft();
		clearTimeout(this.checkTimer);
		this.checkTimer = setTimeout(() => this.checkNow(work), CHECK_MS);
	}

	/** What was changed is looked at when the field is left, or when nothing is typed for a while. */
	checkNow(work) {
		clearTimeout(this.checkTimer);
		if (this.checkTimer)
			this.validate(work);
		this.checkTimer = null;
	}

	/** One question at a time; what changed meanwhile is asked about next. */
	async validate(work) {
		if (work.asking) {
			work.askAgain = true;
			return;
		}
		const version = work.form.version, since = performance.now();
		work.asking = true;
		const answer = await post(`/api/tasks/${work.task.task}/validate`, work.body())
			.catch(() => null);
		work.asking = false;
		stats.validations.push(performance.now() - since);
		if (answer?.outcome === 'checked' && !work.sent) {
			work.form.canonical(answer.values, version);
			work.form.judge(answer.findings, answer.wrong, version);
			if (work === this.work)
				this.drawHead();
		} else if (answer?.outcome === 'late') {
			this.lost(work);
		}
		if (work.askAgain) {
			work.askAgain = false;
			this.validate(work);
		}
	}

	/** Those that somebody has typed in and that are his still. */
	unsent() {
		return [this.work, ...this.returned].filter((work) => work && !work.sent);
	}

	async saveDraft(work = this.work) {
		if (!work?.dirty || work.sent || work.saving)
			return;
		work.dirty = false;
		work.saving = true;
		const typed = work.form.draft();
		this.tabs?.postMessage({ task: work.task.task, typed });
		const answer = await put(`/api/tasks/${work.task.task}/draft`,
			{ typed, effort: work.effortNow() }).catch(() => null);
		work.saving = false;
		if (!answer)
			work.dirty = true;
		else if (answer.outcome === 'late')
			this.lost(work);
	}

	lost(work) {
		if (work.sent)
			return;
		work.sent = true;
		this.returned = this.returned.filter((other) => other !== work);
		this.say(t('says.late', { number: work.task.control_number }));
		if (work === this.work)
			this.flip();
	}

	/* --- keys --------------------------------------------------------------------------------- */

	key(event) {
		if (document.querySelector('dialog[open]') || !this.work)
			return;
		if (!['Control', 'Alt', 'Shift', 'Meta'].includes(event.key))
			this.count();
		const outside = !(event.target instanceof HTMLInputElement);
		if (actionOf(event) === 'complete' && !this.work.form.completion.take())
			return;
		const action = outside && event.key === '?' ? 'help' : actionOf(event);
		if (action) {
			event.preventDefault();
			this.act(action, performance.now());
		} else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
			this.moveInColumn(event, event.key === 'ArrowDown' ? 1 : -1);
		}
	}

	count() {
		const now = performance.now();
		const effort = this.work.effort;
		effort.keystrokes++;
		stats.keystrokes++;
		if (now - this.lastActive < IDLE_MS)
			effort.active_ms += Math.round(now - this.lastActive);
		this.lastActive = now;
	}

	act(action, since) {
		const form = this.work?.form, cell = form?.current;
		const acts = {
			next: () => this.goOn(cell, since),
			field: () => this.goTo(cell, (f) => f.after(cell)),
			finish: () => this.finish(since),
			printed: () => this.asPrinted(cell, since),
			illegible: () => this.withMark(cell, 'illegible', since),
			absent: () => this.withMark(cell, 'absent', since),
			alternative: () => cell?.alternative(1),
			'alternative.back': () => cell?.alternative(-1),
			copy: () => this.copy(cell),
			undo: () => this.work.form.undo(cell),
			'row.add': () => this.addRow(cell),
			'row.delete': () => this.deleteRow(cell),
			aside: () => this.setAside(),
			note: () => this.writeNote(),
			type: () => this.changeType(),
			supplier: () => this.setSupplier(),
			pages: () => this.arrangePages(),
			twin: () => this.besideTwin(),
			late: () => this.takeLate(),
			help: () => this.help(),
			'page.next': () => this.viewer.step(1),
			'page.before': () => this.viewer.step(-1),
			'zoom.in': () => this.viewer.zoom(1.3),
			'zoom.out': () => this.viewer.zoom(1 / 1.3),
			fit: () => this.viewer.fit(),
			rotate: () => this.viewer.rotate(),
			contrast: () => this.viewer.nextContrast(),
		};
		acts[action]?.();
	}

	/** Enter: this one is right; where next? */
	goOn(cell, since) {
		const form = this.work.form;
		cell?.confirm();
		const next = form.nextNeed(cell);
		if (next && next !== cell) {
			next.input.focus();
			return;
		}
		if (next === cell || form.unsettled().length > 0) {
			this.insist(cell);
			return;
		}
		this.finish(since);
	}

	/** Something is left that Enter cannot settle: say what can. */
	insist(cell) {
		this.checkNow(this.work);
		if (this.work.form.why) {
			this.say(this.work.form.why(cell));
			return;
		}
		const what = this.work.form.unsettled()[0]?.text ||
			cell?.flags[0]?.text || t('says.wrong');
		this.say(`${what} ${t('key.confirm')}: ${shownKey(keyOf('printed'))}, ` +
			`${t('key.aside')}: ${shownKey(keyOf('aside'))}`);
	}

	goTo(cell, where) {
		cell?.confirm();
		const next = where(this.work.form);
		if (next)
			next.input.focus();
		else
			this.goOn(cell);
	}

	asPrinted(cell, since) {
		const form = this.work.form;
		const said = cell ? cell.flags.filter((f) => f.kind === 'document') : [];
		const all = said.length > 0 ? said : form.unsettled();
		cell?.confirm();
		const asks = all.some((finding) => this.work.task.overrides?.[finding.code]);
		this.settleAll(this.work, all).then((settled) => settled &&
			this.goOn(cell, asks ? undefined : since));
	}

	async settleAll(work, findings) {
		for (const finding of findings)
			if (!await this.settle(work, finding))
				return false;
		return true;
	}

	/** "As printed", if the client's profile lets a person say so; true when it did. */
	async settle(work, finding) {
		const rule = work.task.overrides?.[finding.code];
		if (rule === 'never') {
			this.say(t('override.never', { text: finding.text }));
			return false;
		}
		if (rule === 'reason') {
			const why = await choose(`${finding.text} – ${t('aside.reason')}`, this.reasonsOf('override', work));
			if (!why)
				return false;
			work.form.overrides[finding.name] = why;
		}
		work.form.confirm(finding);
		return true;
	}

	reasonsOf(kind, work) {
		return this.reasons.filter((r) => r.kind === kind && (!r.client || r.client === work.task.client))
			.map((r) => [r.code, r.text]);
	}

	/** A value of fixed length is there. */
	full(work, cell) {
		if (this.me.settings.advance && work === this.work)
			this.goOn(cell, performance.now());
	}

	withMark(cell, mark, since) {
		if (!cell)
			return;
		cell.set('', mark);
		this.goOn(cell, since);
	}

	fill(text, append) {
		const cell = this.work?.form.current;
		if (!cell)
			return;
		text = asPrinted(text, cell.type.kind);
		cell.set(append && cell.value ? `${cell.value} ${text}` : text, 'mouse');
	}

	/** A row of print into the line: every word goes to the column it stands in. */
	fillRow(words, page) {
		const cell = this.work?.form.current;
		if (!cell?.row || words.length === 0)
			return;
		const spans = columnSpans(cell.row.table, page);
		const texts = new Map();
		for (const word of words) {
			const middle = word[1] + word[3] / 2;
			const column = spans.reduce((best, s) =>
				Math.abs(s.middle - middle) < Math.abs(best.middle - middle) ? s : best, spans[0]);
			if (column)
				texts.set(column.index, [...(texts.get(column.index) || []), word[0]]);
		}
		for (const [index, list] of texts)
			cell.row.cells[index].set(asPrinted(list.join(' '), cell.row.cells[index].type.kind), 'mouse');
	}

	copy(cell) {
		if (!cell)
			return;
		const value = cell.row ? this.above(cell) : this.before?.[cell.type.path];
		if (value)
			cell.set(value, 'copy');
		else
			this.say(t('says.nothing'));
	}

	above(cell) {
		const rows = cell.row.table.rows;
		const row = rows[rows.indexOf(cell.row) - 1];
		return row?.cells[cell.row.cells.indexOf(cell)].value;
	}

	addRow(cell) {
		const table = cell?.row?.table || this.work.form.tables[0];
		table?.add(cell?.row);
	}

	deleteRow(cell) {
		if (!cell?.row)
			return;
		cell.row.table.remove(cell.row);
		this.say(t('says.row', { key: shownKey(keyOf('undo')) }));
	}

	moveInColumn(event, step) {
		const cell = this.work.form.current;
		if (!cell?.row || event.altKey || event.ctrlKey)
			return;
		const rows = cell.row.table.rows;
		const row = rows[rows.indexOf(cell.row) + step];
		event.preventDefault();
		if (row)
			row.cells[cell.row.cells.indexOf(cell)].input.focus();
	}

	/** For measuring: what the page offers for a field. */
	offersOf(cell) {
		return this.work.form.offersOf(cell);
	}

	/* --- out of the queue -------------------------------------------------------------------- */

	finish(since) {
		const work = this.work;
		if (!work)
			return;
		/* Nobody will ask again what was overlooked here. */
		const open = work.task.queue === 'exception' ? [] : work.form.needs();
		if (open.length > 0) {
			open[0].input.focus();
			this.insist(open[0]);
			return;
		}
		stats.documents++;
		this.remember(work);
		this.send(work);
		this.flip(since);
	}

	remember(work) {
		this.before = {};
		for (const cell of work.form.headers.values())
			this.before[cell.type.path] = cell.value;
	}

	/** Behind the next document, which is on the screen first. */
	async send(work) {
		work.sent = true;
		this.sending.add(work);
		const number = work.task.control_number;
		await painted();
		work.sends = true;
		const body = { ...work.body(), effort: work.takeEffort() };
		try {
			const answer = await persist(() => post(`/api/tasks/${work.task.task}/submit`, body),
				(trouble) => this.trouble(trouble));
			this.sending.delete(work);
			if (answer.outcome === 'findings')
				this.comesBack(work, answer);
			else
				this.done(work, answer.outcome === 'late' ? t('says.late', { number })
					: t('says.submitted', { number }));
		} catch (error) {
			this.sending.delete(work);
			this.comesBack(work, null);
			this.say(`${number}: ${error.message}`);
		}
	}

	done(work, text) {
		this.say(text);
		work.pages.release();
		dispatchEvent(new Event('counted'));
	}

	/** What the check did not accept is the next document, as it was left; until then it is a draft
	 * to its last key. */
	comesBack(work, answer) {
		work.sent = work.sends = false;
		if (answer) {
			work.form.judge(answer.findings, answer.wrong, work.form.version);
			this.say(t('says.returned', { number: work.task.control_number }));
		}
		this.returned.push(work);
		if (!this.work)
			this.flip();
	}

	async setAside() {
		const work = this.work, number = work.task.control_number;
		const kinds = work.task.queue === 'exception'
			? ['skip', 'query', 'postpone', 'escalate', 'reject', 'rescan'] : ['skip', 'escalate'];
		const kind = await choose(t('aside.title', { number }),
			kinds.map((k) => [k, t(`aside.${k}`)]));
		if (!kind)
			return;
		const reason = await choose(`${t(`aside.${kind}`)} – ${t('aside.reason')}`,
			this.reasonsOf(kind, work));
		if (!reason)
			return;
		const body = { reason };
		if (kind === 'query' || kind === 'postpone') {
			const days = Number(await ask(t('aside.days'), { type: 'number', min: 1, max: 365,
				value: kind === 'query' ? 14 : 1 }));
			if (!days)
				return;
			body.days = days;
			body.until = new Date(Date.now() + days * 86400000).toISOString();
		}
		this.leave(work, kind, body);
	}

	async leave(work, kind, body) {
		work.sent = work.sends = true;
		this.sending.add(work);
		this.flip(performance.now());
		try {
			await persist(() => post(`/api/tasks/${work.task.task}/${kind}`, body),
				(trouble) => this.trouble(trouble));
			this.done(work, t('says.left', { number: work.task.control_number,
				what: t(`done.${kind}`) }));
		} catch (error) {
			this.say(error.message);
			work.sent = false;
			this.returned.push(work);
		}
		this.sending.delete(work);
	}

	async writeNote() {
		const work = this.work;
		const text = await ask(t('aside.note'), { maxlength: 2000, rows: 4 });
		if (!text?.trim())
			return;
		work.task.notes = await post(`/api/tasks/${work.task.task}/notes`, { text });
		this.drawHead();
	}

	async changeType() {
		const work = this.work;
		if (work.task.queue !== 'exception')
			return;
		const name = await choose(t('type.title'), work.types.map((x) => [x.name, x.title]));
		if (!name || name === work.type.name)
			return;
		const values = work.form.values();
		work.asType = name;
		work.build(name);
		for (const [path, value] of Object.entries(values))
			if (!Array.isArray(value))
				work.form.headers.get(path)?.set(value, 'type');
		clear(this.pane, work.form.element);
		work.form.version++;
		this.validate(work);
		work.form.cells()[0]?.input.focus();
	}

	/* --- pages, suppliers, what lies beside ------------------------------------------------- */

	/** A page that was turned stays so, for everybody. */
	turned() {
		const work = this.work;
		clearTimeout(this.turnTimer);
		this.turnTimer = setTimeout(() => post(`/api/tasks/${work.task.task}/arrange`, { fence: work.task.fence,
			parts: [work.task.pages.map(({ position, rotation }) => ({ position, rotation }))] })
			.catch((error) => this.say(error.message)), 800);
	}

	async arrangePages() {
		const work = this.work;
		const wish = await arrange(work.task);
		if (!wish)
			return;
		await this.saveDraft();
		const path = `/api/tasks/${work.task.task}/${wish.parts ? 'arrange' : 'join'}`;
		const answer = await persist(() => post(path, { fence: work.task.fence, ...wish }),
			(trouble) => this.trouble(trouble)).catch((error) => this.say(error.message));
		if (answer?.outcome === 'arranged')
			await this.reopen(work);
		else if (answer?.outcome === 'late')
			this.lost(work);
		else if (answer)
			this.gone(work, t(`done.${answer.outcome}`, { numbers: (answer.documents || [])
				.map((d) => d.control_number).join(', ') }));
	}

	/** The same document, as it is now. */
	async reopen(work) {
		const task = await get(`/api/tasks/${work.task.task}`).catch(() => null);
		if (!task || work !== this.work)
			return;
		work.pages.release();
		const fresh = new Work(task, work.types, work.hooks);
		await fresh.ready;
		this.put(fresh);
	}

	gone(work, what) {
		work.sent = true;
		this.done(work, t('says.left', { number: work.task.control_number, what }));
		if (work === this.work)
			this.flip();
	}

	async setSupplier() {
		const work = this.work;
		const values = await chooseSupplier(work);
		for (const [path, value] of Object.entries(values || {}))
			work.form.headers.get(path)?.set(value, 'supplier');
	}

	async besideTwin() {
		if (!await showTwin(this.work))
			this.say(t('twin.none'));
	}

	async takeLate() {
		const work = this.work, late = work.task.late?.[0];
		const values = late ? await showLate(work, late) : null;
		if (values)
			work.form.takeOver(values);
		else if (!late)
			this.say(t('late.none'));
	}

	help() {
		const changed = { ...this.me.settings.keys };
		const advance = h('input', { type: 'checkbox', checked: Boolean(this.me.settings.advance),
			onchange: () => {
				this.me.settings.advance = advance.checked;
				this.saveSettings();
			} });
		return show(t('help.title'), () => h('div', {}, keySheet(changed, (keys) => {
			this.me.settings.keys = keys;
			this.saveSettings();
			this.drawHead();
		}), h('label.setting', {}, advance, ` ${t('help.advance')}`)));
	}

	/* --- the rest ------------------------------------------------------------------------------ */

	say(text) {
		this.toast.say(text);
	}

	trouble(is) {
		if (is)
			this.say(t('says.offline'));
	}

	keep() {
		const tasks = this.holds();
		if (tasks.length > 0)
			post('/api/tasks/keep', { tasks }).catch(() => {});
	}

	/** The page goes: what was typed last is saved, what was only taken beforehand is free at once,
	 * unless another tab goes on with it. */
	letGo() {
		const send = (method, path, body) => fetch(path, { method, keepalive: true,
			headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': this.me.csrf },
			body: JSON.stringify(body) }).catch(() => {});
		const unsaved = [...this.unsent().filter((w) => w.dirty || w.saving),
			...[...this.sending].filter((w) => !w.sends)];
		for (const work of unsaved)
			send('PUT', `/api/tasks/${work.task.task}/draft`, { typed: work.form.draft() });
		if (this.ahead.length > 0 && !this.company)
			send('POST', '/api/tasks/release', { tasks: this.ahead.map((next) => next.task.task) });
	}
}

/** When what was changed is on the screen; a page that nobody sees draws nothing. */
function painted() {
	return new Promise((resolve) => {
		setTimeout(resolve, UNSEEN_MS);
		requestAnimationFrame(() => setTimeout(resolve, 0));
	});
}

/* Signs beside an amount's digits are no part of it. */
function asPrinted(text, kind) {
	const bare = ['amount', 'quantity', 'percent'].includes(kind) && text.replace(/[^\d.,'’ ()-]/g, '').trim();
	return bare && /\d/.test(bare) ? bare : text;
}

function columnSpans(table, page) {
	const spans = [];
	table.columns.forEach((_, index) => {
		const boxes = table.rows.map((row) => row.cells[index].evidence)
			.filter((e) => e && e.page === page.number && e.box[2] > 0).map((e) => e.box);
		if (boxes.length > 0)
			spans.push({ index, middle: boxes.reduce((sum, b) => sum + b[0] + b[2] / 2, 0) /
				boxes.length });
	});
	return spans;
}

function shortTime(date) {
	const today = date.toDateString() === new Date().toDateString();
	return date.toLocaleString([], today ? { hour: '2-digit', minute: '2-digit' }
		: { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}
