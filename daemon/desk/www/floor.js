/* floor.js - the supervisor's place: what waits, what will be late, who works on what; and
 * the story of one document, for whoever must be able to trust it. Live: the desk tells when
 * the queue has changed. */
import { h, clear } from './dom.js';
import { get, post } from './api.js';
import { t } from './texts.js';

const REFRESH_MS = 15000;

function age(since, now) {
	const minutes = Math.max(0, Math.round((new Date(now) - new Date(since)) / 60000));
	if (minutes < 60)
		return `${minutes} min`;
	const hours = Math.floor(minutes / 60);
	return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const when = (iso) => new Date(iso).toLocaleString([], { month: 'short', day: 'numeric',
	hour: '2-digit', minute: '2-digit' });

/** A table: columns are [title, cell(row), class]. */
function table(columns, rows) {
	return h('table.list', {}, h('thead', {}, h('tr', {},
		columns.map(([title, , kind]) => h('th', { scope: 'col', class: kind }, title)))),
	h('tbody', {}, rows.map((row) => h('tr', {}, columns.map(([, cell, kind]) =>
		h('td', { class: kind }, cell(row)))))));
}

/* A spreadsheet runs what begins like a formula. */
function csvCell(value) {
	const text = String(value ?? '');
	const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return `"${safe.replace(/"/g, '""')}"`;
}

function exportButton(name, rows) {
	return h('button.small', { type: 'button', onclick: () => {
		const keys = Object.keys(rows()[0] || {});
		const text = [keys, ...rows().map((row) => keys.map((k) => (typeof row[k] === 'object'
			? JSON.stringify(row[k]) : row[k])))].map((r) => r.map(csvCell).join(',')).join('\r\n');
		const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
		h('a', { href: url, download: `${name}.csv` }).click();
		setTimeout(() => URL.revokeObjectURL(url), 1000);
	} }, t('floor.export'));
}

const card = (title, extra, ...content) => h('section.card', { 'aria-label': title },
	h('div.cardhead', {}, h('h2', {}, title), h('span.spring'), extra), content);

export class Floor {
	constructor() {
		this.element = h('main.floor');
	}

	async open() {
		this.timer = setInterval(() => this.refresh(), REFRESH_MS);
		await this.refresh();
	}

	close() {
		clearInterval(this.timer);
	}

	queueChanged() {
		this.refresh();
	}

	async refresh() {
		/* Nobody's choice is pulled away under his hand. */
		if (this.element.contains(document.activeElement) &&
			document.activeElement.tagName === 'SELECT')
			return;
		this.data = await get('/api/floor').catch(() => this.data);
		if (this.data)
			this.draw();
	}

	draw() {
		const { queues, people, tasks, now } = this.data;
		const sum = (key) => queues.reduce((n, q) => n + q[key], 0);
		const hour = people.reduce((n, p) => n + p.hour, 0);
		const tile = (n, text, late) => h('div.tile', {}, h('b', { class: late && n ? 'late' : null },
			late && n ? `⚠ ${n}` : String(n)), h('span.quiet', {}, text));
		clear(this.element, h('div.tiles', {}, tile(sum('waiting'), t('floor.all')),
			tile(sum('late'), t('floor.late'), true), tile(sum('soon'), t('floor.soon')),
			tile(hour, t('floor.perhour'))),
		this.drawQueues(queues, now), this.drawPeople(people), this.drawTasks(tasks, people, now),
		h('p.quiet', {}, t('floor.updated', { time: new Date(now).toLocaleTimeString() })));
	}

	drawQueues(queues, now) {
		const most = Math.max(1, ...queues.map((q) => q.waiting));
		const bar = (q) => {
			const element = h('div.bar', { role: 'presentation' });
			element.style.width = `${Math.round(110 * q.waiting / most)}px`;
			return element;
		};
		return card(t('floor.queues'), exportButton('queues', () => this.data.queues),
			queues.length === 0 ? h('p.quiet', {}, t('floor.none')) : table([
				[t('floor.client'), (q) => q.client],
				[t('floor.type'), (q) => q.type || '–'],
				[t('floor.queue'), (q) => q.senior ? `${q.queue}, ${t('floor.senior')}` : q.queue],
				[t('floor.reason'), (q) => q.reason],
				[t('floor.waiting'), (q) => String(q.waiting), 'n'],
				['', bar],
				[t('floor.late'), (q) => q.late ? h('span.late', {}, `⚠ ${q.late}`) : '0', 'n'],
				[t('floor.soon'), (q) => String(q.soon), 'n'],
				[t('floor.oldest'), (q) => age(q.oldest, now), 'n'],
				[t('floor.nextdue'), (q) => when(q.next_due), 'n'],
			], queues));
	}

	drawPeople(people) {
		const or = (value, unit) => value === null ? '–' : `${value}${unit || ''}`;
		return card(t('floor.people'), exportButton('people', () => this.data.people), table([
			[t('floor.name'), (p) => [p.name, ' ', p.signed_in
				? h('small', {}, `● ${t('floor.signedin')}`) : null]],
			[t('floor.working'), (p) => p.works_on.map((w) => w.control_number).join(', ') || '–'],
			[t('floor.keyed'), (p) => String(p.today), 'n'],
			[t('floor.hour'), (p) => String(p.hour), 'n'],
			[t('floor.strokes'), (p) => or(p.keystrokes), 'n'],
			[t('floor.handle'), (p) => or(p.active_s, ' s'), 'n'],
			[t('floor.firstpass'), (p) => or(p.right, ' %'), 'n'],
		], people));
	}

	drawTasks(tasks, people, now) {
		return card(t('floor.tasks'), exportButton('waiting', () => this.data.tasks),
			tasks.length === 0 ? h('p.quiet', {}, t('floor.none')) : table([
				[t('floor.number'), (k) => k.control_number],
				[t('floor.type'), (k) => k.type || '–'],
				[t('floor.reason'), (k) => k.text || k.reason],
				[t('floor.due'), (k) => h('span', { class: new Date(k.due) < new Date(now) ? 'late' : null },
					(new Date(k.due) < new Date(now) ? '⚠ ' : '') + when(k.due))],
				[t('floor.who'), (k) => k.who || t('floor.nobody')],
				['', (k) => this.steer(k, people)],
			], tasks));
	}

	steer(task, people) {
		const act = (what, body) => post(`/api/tasks/${task.task}/${what}`, body)
			.catch((error) => alertText(this.element, error.message)).then(() => this.refresh());
		const give = h('select', { 'aria-label': `${t('floor.give')}: ${task.control_number}`,
			onchange: () => {
				const login = give.value;
				give.blur();
				act('give', { login });
			} }, h('option', { value: '' }, `${t('floor.give')} …`),
		people.map((p) => h('option', { value: p.login }, p.name)));
		const urgent = task.priority < 10;
		return h('div.buttons', {}, give,
			task.who ? h('button.small', { type: 'button', onclick: () => act('free') },
				t('floor.take')) : null,
			h('button.small', { type: 'button', 'aria-pressed': String(urgent),
				onclick: () => act('priority', { priority: urgent ? 100 : 5 }) },
			urgent ? t('floor.normal') : t('floor.urgent')));
	}
}

function alertText(element, text) {
	element.prepend(h('p.problem', { role: 'alert' }, text));
}

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
