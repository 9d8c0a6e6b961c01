/* floor.js - the supervisor's place: what waits, what will be late and when, who works on what,
 * and the three things he can do about it. Live: the desk tells when the queue has changed.
 *
 * Nothing is redrawn while a choice is open, and the focus stays where it was. */
import { h, clear, announce } from './dom.js';
import { get, post } from './api.js';
import { t } from './texts.js';
import { bars } from './chart.js';
import { age, card, exportButton, hourOf, or, table, tile, when } from './table.js';

const REFRESH_MS = 20000, AT_MOST_EVERY_MS = 2000;


/** "1–4 h", "over 3 d" */
function span({ from, to }) {
	const d = (n) => (n >= 24 ? `${n / 24} d` : `${n} h`);
	return to === null ? t('floor.over', { time: d(from) }) : `${from >= 24 ? `${from / 24}–${d(to)}`
		: to > 24 ? `${d(from)}–${d(to)}` : `${from}–${to} h`}`;
}

export class Floor {
	constructor() {
		this.element = h('main.floor', { tabindex: '0' });
		this.shown = 0;
	}

	async open() {
		this.timer = setInterval(() => this.refresh(), REFRESH_MS);
		await this.refresh();
	}

	close() {
		clearInterval(this.timer);
		clearTimeout(this.later);
	}

	/** Many changes in a row are one look. */
	queueChanged() {
		clearTimeout(this.later);
		this.later = setTimeout(() => this.refresh(),
			Math.max(0, this.shown + AT_MOST_EVERY_MS - performance.now()));
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
		const focused = this.element.contains(document.activeElement) && document.activeElement.dataset.id;
		const scrolled = this.element.scrollTop;
		this.shown = performance.now();
		clear(this.element, h('h1.unseen', {}, t('floor.title')), this.drawTiles(),
			h('div.pair', {}, this.drawHours(), this.drawSteps()),
			this.drawClients(), this.drawQueues(), this.drawPeople(), this.drawTasks(),
			h('p.quiet', {}, t('floor.updated', { time: new Date(this.data.now).toLocaleTimeString() })));
		this.element.scrollTop = scrolled;
		if (focused)
			this.element.querySelector(`[data-id="${focused}"]`)?.focus();
	}

	drawTiles() {
		const { clients, queues, people } = this.data;
		const sum = (rows, key) => rows.reduce((n, row) => n + Number(row[key] || 0), 0);
		return h('div.tiles', {}, tile(sum(queues, 'waiting'), t('floor.all')),
			tile(sum(queues, 'late'), t('floor.late'), true),
			tile(sum(clients, 'will'), t('floor.will'), true),
			tile(Math.round(sum(clients, 'went')), t('floor.perhour')),
			tile(people.filter((p) => p.works_on.length > 0).length, t('floor.atwork')));
	}

	drawHours() {
		const { hours } = this.data;
		return card(t('floor.outlook'), null, bars(t('floor.outlook.title'), hours.map((x) =>
			hourOf(x.hour)), [
			{ name: t('floor.intime'), values: hours.map((x) => x.due - x.will) },
			{ name: t('floor.will'), values: hours.map((x) => x.will), bad: true },
		]));
	}

	drawSteps() {
		const { steps, late } = this.data.steps;
		return card(t('floor.ages'), null, bars(t('floor.ages.title'), steps.map(span),
			[{ name: t('floor.waiting'), values: steps.map((x) => x.age) }], { height: 120 }),
		bars(t('floor.dues.title'), [t('floor.late'), ...steps.map(span)],
			[{ name: t('floor.waiting'), values: [0, ...steps.map((x) => x.due)] },
				{ name: t('floor.late'), values: [late, ...steps.map(() => 0)], bad: true }], { height: 120 }));
	}

	drawClients() {
		const { clients } = this.data;
		return card(t('floor.forecast'), exportButton('forecast', t('floor.forecast'), () => clients),
			table([
				[t('floor.client'), (c) => c.client],
				[t('floor.waiting'), (c) => String(c.waiting), 'n'],
				[t('floor.came'), (c) => or(c.came), 'n'],
				[t('floor.went'), (c) => or(c.went), 'n'],
				[t('floor.late'), (c) => this.bad(c.late), 'n'],
				[t('floor.will'), (c) => this.bad(c.will), 'n'],
				[t('floor.first'), (c) => (c.first ? when(c.first) : '–'), 'n'],
				[t('floor.empty'), (c) => (c.empty_h === null ? t('floor.never') : or(c.empty_h, ' h')), 'n'],
			], clients), h('p.quiet', {}, t('floor.method')));
	}

	bad(n) {
		return n ? h('span.late', {}, `⚠ ${n}`) : '0';
	}

	drawQueues() {
		const { queues, now } = this.data;
		const most = Math.max(1, ...queues.map((q) => q.waiting));
		const bar = (q) => {
			const element = h('div.bar', { role: 'presentation' });
			element.style.width = `${Math.round(110 * q.waiting / most)}px`;
			return element;
		};
		return card(t('floor.queues'), exportButton('queues', t('floor.queues'), () => queues),
			queues.length === 0 ? h('p.quiet', {}, t('floor.none')) : table([
				[t('floor.client'), (q) => q.client],
				[t('floor.type'), (q) => q.type || '–'],
				[t('floor.queue'), (q) => this.queueName(q)],
				[t('floor.reason'), (q) => q.reason],
				[t('floor.waiting'), (q) => String(q.waiting), 'n'],
				['', bar],
				[t('floor.taken'), (q) => String(q.taken), 'n'],
				[t('floor.late'), (q) => this.bad(q.late), 'n'],
				[t('floor.will'), (q) => this.bad(q.will), 'n'],
				[t('floor.oldest'), (q) => age(q.oldest, now), 'n'],
				[t('floor.nextdue'), (q) => when(q.next_due), 'n'],
			], queues));
	}

	queueName(q) {
		const name = t(`queue.${q.queue}`);
		return q.senior ? `${name}, ${t('floor.senior')}` : name;
	}

	drawPeople() {
		const { people, mode } = this.data;
		const figures = mode !== 'names' ? [] : [
			[t('floor.keyed'), (p) => or(p.today?.keyed), 'n'],
			[t('floor.hour'), (p) => or(p.today?.hour), 'n'],
			[t('floor.strokes'), (p) => or(p.today?.keystrokes), 'n'],
			[t('floor.handle'), (p) => or(p.today?.active_s, ' s'), 'n'],
			[t('floor.firstpass'), (p) => or(p.today?.right, ' %'), 'n'],
		];
		const rows = () => people.map(({ login, name, signed_in, works_on, today }) => ({ login, name,
			signed_in, works_on: works_on.map((w) => w.control_number).join(' '), ...today }));
		return card(t('floor.people'), exportButton('people', t('floor.people'), rows), table([
			[t('floor.name'), (p) => [p.name, ' ', p.signed_in
				? h('small', {}, `● ${t('floor.signedin')}`) : null]],
			[t('floor.working'), (p) => p.works_on.map((w) => w.control_number).join(', ') || '–'],
			...figures,
		], people), mode === 'names' ? null : h('p.quiet', {}, t(`floor.mode.${mode}`)));
	}

	drawTasks() {
		const { tasks, people, now } = this.data;
		const late = (k) => new Date(k.due) < new Date(now);
		return card(t('floor.tasks'), exportButton('waiting', t('floor.tasks'), () => tasks),
			tasks.length === 0 ? h('p.quiet', {}, t('floor.none')) : table([
				[t('floor.number'), (k) => k.control_number],
				[t('floor.type'), (k) => k.type || '–'],
				[t('floor.queue'), (k) => this.queueName(k)],
				[t('floor.reason'), (k) => k.text || k.reason],
				[t('floor.due'), (k) => (late(k) ? h('span.late', {}, `⚠ ${when(k.due)}`)
					: k.will ? h('span.will', { title: t('floor.will') }, `◔ ${when(k.due)}`) : when(k.due))],
				[t('floor.who'), (k) => k.who || t('floor.nobody')],
				['', (k) => this.steer(k, people)],
			], tasks), tasks.length < 200 ? null : h('p.quiet', {}, t('floor.first200')));
	}

	steer(task, people) {
		const act = (what, body) => post(`/api/tasks/${task.task}/${what}`, body)
			.then(() => announce(t('floor.done', { number: task.control_number })))
			.catch((error) => this.complain(error.message)).then(() => this.refresh());
		const give = h('select', { 'aria-label': `${t('floor.give')}: ${task.control_number}`,
			'data-id': `give-${task.task}`, onchange: () => {
				const login = give.value;
				give.blur();
				act('give', { login });
			} }, h('option', { value: '' }, `${t('floor.give')} …`),
		people.map((p) => h('option', { value: p.login }, p.name)));
		const urgent = task.priority < 10;
		const button = (what, text, attributes, does) => h('button.small', { type: 'button',
			'data-id': `${what}-${task.task}`, 'aria-label': `${text}: ${task.control_number}`,
			onclick: does, ...attributes }, text);
		return h('div.buttons', {}, give,
			task.who ? button('free', t('floor.take'), {}, () => act('free')) : null,
			button('priority', urgent ? t('floor.normal') : t('floor.urgent'), {},
				() => act('priority', { priority: urgent ? 100 : 5 })));
	}

	complain(text) {
		this.element.prepend(h('p.problem', { role: 'alert' }, text));
	}
}
