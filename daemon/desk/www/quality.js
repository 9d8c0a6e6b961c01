/* quality.js - the quality check, and what came of it.
 *
 * Check is the keying page with another form: each value that stands in the document is
 * gone through, Enter says it is printed so, typing over it says what it should be. Quality
 * shows everybody what was found in his own work, where he may say that he was right; and a
 * supervisor what is disputed, what the ERP must be told, whose fields are how right, and how
 * much is sampled. */
import { h, clear } from './dom.js';
import { t } from './texts.js';
import { get, post, picture } from './api.js';
import { Form } from './form.js';
import { Keying } from './keying.js';
import { snippet } from './viewer.js';
import { ask, show } from './dialog.js';

/** All values that are there must be looked at; what the rules say is no business here. */
class CheckForm extends Form {
	constructor(task, type, pages, hooks) {
		super({ ...task, findings: [] }, type, pages, hooks);
		for (const cell of this.cells())
			cell.needsPerson = () => this.open(cell);
		this.cells().forEach((cell) => cell.draw());
	}

	open(cell) {
		return !cell.evidence?.hidden && (cell.wrong || (!cell.touched && cell.value !== ''));
	}

	needs() {
		return this.cells().filter((cell) => this.open(cell));
	}

	nextNeed(from) {
		const all = this.cells(), at = all.indexOf(from);
		return [...all.slice(at + 1), ...all.slice(0, at + 1)].find((c) => this.open(c)) || null;
	}

	why(cell) {
		return t(cell?.wrong ? 'says.wrong' : 'check.hint');
	}

	mistakes() {
		return this.cells().filter((cell) => cell.touched && cell.value !== cell.read);
	}
}

export class Check extends Keying {
	constructor(me, saveSettings) {
		super(me, saveSettings);
		this.queues = ['quality'];
	}

	formOf() {
		return CheckForm;
	}

	drawHead() {
		this.found = h('b');
		super.drawHead();
		if (this.work)
			this.head.append(h('p.note', {}, t('check.hint'), ' ', this.found));
	}

	drawLeft() {
		const found = this.work.form.mistakes();
		super.drawLeft();
		this.found.textContent = found.length > 0 ? t('check.mistakes', { n: found.length }) : '';
	}

	drawEmpty(loading) {
		super.drawEmpty(loading);
		if (!loading)
			clear(this.pane, h('div.empty', {}, h('p.big', {}, t('check.none'))));
	}
}

const percent = (share) => (share === null || share === undefined ? '–'
	: `${(100 * share).toFixed(share > 0.99 ? 2 : 1)} %`);

/** Columns are [title, cell(row), class]. */
function table(columns, rows) {
	return h('table.list', {}, h('thead', {}, h('tr', {},
		columns.map(([title, , kind]) => h('th', { scope: 'col', class: kind }, title)))),
	h('tbody', {}, rows.map((row) => h('tr', {}, columns.map(([, cell, kind]) =>
		h('td', { class: kind }, cell(row)))))));
}

function card(title, content) {
	return h('section.card', {}, h('div.cardhead', {}, h('h2', {}, title)), content);
}

const button = (text, label, act) => h('button.small', { type: 'button', 'aria-label': label,
	onclick: act }, text);

export class Quality {
	constructor() {
		this.body = h('div');
		this.problem = h('p.problem', { role: 'alert' });
		this.element = h('main.floor', { tabindex: '0', 'aria-label': t('nav.quality') },
			this.problem, this.body);
	}

	async open() {
		await this.draw();
	}

	queueChanged() {
		this.draw();
	}

	async draw() {
		const data = await get('/api/quality').catch((error) => {
			this.problem.textContent = error.message;
			return null;
		});
		if (!data || document.querySelector('dialog[open]'))
			return;
		const at = document.activeElement?.getAttribute('aria-label');
		clear(this.body, this.mine(data), data.supervises ? this.others(data) : null);
		if (at)
			[...this.body.querySelectorAll('button')].find((b) =>
				b.getAttribute('aria-label') === at)?.focus();
	}

	mine(data) {
		const tile = (value, text) => h('div.tile', {}, h('b', {}, value), h('small', {}, text));
		return [h('h1.unseen', {}, t('nav.quality')), h('div.tiles', {},
			tile(percent(data.me.share), `${t('quality.mine')}: ${t('quality.share')}, ${t('quality.days')}`),
			tile(percent(data.me.least), t('quality.least')),
			tile(data.me.fields, t('quality.fields')),
			tile(data.me.mistakes, t('quality.mistakes'))),
		card(t('quality.found'), data.mistakes.length === 0
			? h('p.quiet', {}, t('quality.found.none')) : table([...this.columns(),
				[t('quality.state'), (m) => [t(`quality.${m.state}`), ' ',
					m.state === 'stands' ? button(t('quality.dispute'),
						`${t('quality.dispute')}: ${m.control_number}, ${m.title}, ${m.mistake}`,
						() => this.dispute(m)) : null]]], data.mistakes))];
	}

	columns() {
		return [[t('floor.number'), (m) => m.control_number],
			[t('quality.field'), (m) => (m.line ? `${m.title}, ${t('key.row', { n: m.line })}` : m.title)],
			[t('quality.was'), (m) => m.was ?? '∅'], [t('quality.should'), (m) => m.should ?? '∅'],
			[t('quality.class'), (m) => (m.critical
				? h('b.late', {}, `! ${t('quality.critical')}`) : t('quality.other'))],
			[t('quality.in'), (m) => t(`quality.in.${m.found_in}`)],
			['', (m) => button(t('quality.look'),
				`${t('quality.look')}: ${m.control_number}, ${m.title}, ${m.mistake}`,
				() => this.look(m))]];
	}

	others(data) {
		return [card(t('quality.disputes'), data.disputes.length === 0
			? h('p.quiet', {}, t('quality.disputes.none')) : table([...this.columns(),
				[t('floor.who'), (m) => m.who], [t('quality.reason'), (m) => m.dispute],
				['', (m) => (m.may_judge ? [this.judgeButton(m, false), ' ', this.judgeButton(m, true)]
					: h('i.quiet', {}, t('quality.others')))]], data.disputes)),
		card(t('quality.due'), data.corrections.length === 0 ? h('p.quiet', {}, t('quality.due.none'))
			: table([[t('floor.number'), (c) => c.control_number],
				[t('quality.field'), (c) => (c.fields || []).join(', ')],
				[t('quality.state'), (c) => c.state],
				['', (c) => ['offer', 'settle'].map((how) => [button(t(`quality.${how}`),
					`${t(`quality.${how}`)}: ${c.control_number}`, () => this.act(
						`/api/corrections/${c.quality}`, { how })), ' '])]], data.corrections)),
		card(t('quality.people'), table([
			[t('floor.name'), (p) => p.who || t('quality.reader')],
			[t('quality.share'), (p) => percent(p.share), 'n'],
			[t('quality.least'), (p) => percent(p.least), 'n'],
			[t('quality.fields'), (p) => p.fields, 'n'],
			[t('quality.mistakes'), (p) => p.mistakes, 'n'],
			[t('quality.critical'), (p) => p.critical, 'n']], data.people)),
		card(t('quality.strata'), table([[t('floor.client'), (s) => s.client],
			[t('floor.type'), (s) => s.type], [t('quality.path'), (s) => t(`quality.${s.path}`)],
			[t('floor.name'), (s) => s.who || t('quality.reader')],
			[t('quality.severity'), (s) => t(`quality.${s.severity}`)],
			[t('quality.rate'), (s) => percent(s.share), 'n'],
			[t('quality.lot'), (s) => `${s.lot} / ${s.of}`, 'n'],
			[t('quality.checked'), (s) => s.checked, 'n'],
			[t('quality.waiting'), (s) => s.waiting, 'n'],
			[t('quality.critical'), (s) => s.critical, 'n'],
			[t('quality.other'), (s) => s.other, 'n']], data.strata))];
	}

	judgeButton(m, withdraw) {
		const text = t(withdraw ? 'quality.withdraw' : 'quality.stands.it');
		return button(text, `${text}: ${m.control_number}, ${m.title}, ${m.mistake}`, () =>
			this.act(`/api/mistakes/${m.mistake}/judge`, { withdraw }));
	}

	async dispute(m) {
		const text = await ask(t('quality.dispute.why'), { maxlength: 1000, rows: 3 });
		if (text?.trim())
			await this.act(`/api/mistakes/${m.mistake}/dispute`, { text });
	}

	async act(path, body) {
		this.problem.textContent = '';
		await post(path, body).catch((error) => {
			this.problem.textContent = error.message;
		});
		await this.draw();
	}

	/** The place on the paper, in a dialog. */
	async look(m) {
		const url = await picture(`/api/documents/${m.document}/pages/${m.position}/picture`)
			.catch(() => null);
		await show(`${m.control_number}, ${m.title}`, (close) => {
			const sheet = h('img.paperview', { alt: m.title, src: url || '' });
			const place = h('div.look', {}, url ? sheet : h('p.quiet', {}, t('quality.nopicture')));
			sheet.addEventListener('load', () => {
				if (m.box[2] > 0)
					clear(place, snippet({ url, width: m.width, height: m.height }, m.box, 860, 300));
			});
			return h('div.ask', {}, place, h('div.buttons', {},
				h('button.primary', { type: 'button', onclick: () => close(null) }, t('help.close'))));
		});
		if (url)
			URL.revokeObjectURL(url);
	}
}
