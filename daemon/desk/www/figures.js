/* figures.js - how the work went: by day, hour, client and person. People are named, go by
 * another name, or are left out, as the client has it. */
import { h, clear } from './dom.js';
import { get } from './api.js';
import { t } from './texts.js';
import { bars } from './chart.js';
import { card, exportButton, hourOf, or, table, tile } from './table.js';

const spans = [7, 14, 31, 92];
const shortDay = (iso) => new Date(`${iso}T12:00:00`).toLocaleDateString([],
	{ month: 'numeric', day: 'numeric' });

/* Those that are no person's. */
const whose = { machine: 'figures.machine', people: 'figures.people',
	straight: 'figures.straightthrough' };

/* What every table of figures has, after its first columns. */
const columns = () => [
	[t('figures.keyed'), (r) => String(r.keyed), 'n'],
	[t('figures.hourly'), (r) => or(r.hours ? Math.round(10 * r.keyed / r.hours) / 10 : null), 'n'],
	[t('floor.handle'), (r) => or(r.active_s, ' s'), 'n'],
	[t('floor.strokes'), (r) => or(r.keystrokes), 'n'],
	[t('figures.perfield'), (r) => or(r.per_field), 'n'],
	[t('floor.firstpass'), (r) => or(r.right, ' %'), 'n'],
];

export class Figures {
	constructor() {
		this.days = 14;
		this.result = h('div.stack');
		this.choice = h('select', { id: 'span', onchange: () => {
			this.days = Number(this.choice.value);
			this.refresh();
		} }, spans.map((n) => h('option', { value: n, selected: n === this.days },
			t('figures.days', { n }))));
		this.element = h('main.floor', {}, h('h1.unseen', {}, t('nav.figures')),
			h('p.search', {}, h('label', { for: 'span' }, t('figures.span')), this.choice), this.result);
	}

	async open() {
		await this.refresh();
	}

	async refresh() {
		const data = await get(`/api/figures/${this.days}`).catch(() => null);
		if (!data)
			return;
		const { total, people, clients, hours, days } = data;
		clear(this.result, this.tiles(total, data), h('div.pair', {}, this.perDay(days), this.perHour(hours),
			this.straight(days), this.handling(days)),
		this.drawQuality(data),
		data.mode === 'off' ? h('p.quiet', {}, t('floor.mode.off'))
			: card(t('figures.people'), exportButton('clerks', t('figures.people'), () => people),
				table([[t('floor.name'), (r) => r.who], ...columns()], people),
				data.mode === 'pseudonyms' ? h('p.quiet', {}, t('figures.pseudonyms')) : null),
		card(t('figures.clients'), exportButton('clients', t('figures.clients'), () => clients),
			table([[t('floor.client'), (r) => r.client], [t('floor.type'), (r) => r.type || '–'],
				...columns(), [t('figures.finished'), (r) => String(r.finished), 'n'],
				[t('figures.straight'), (r) => or(r.straight, ' %'), 'n']], clients)),
		card(t('figures.perday'), exportButton('days', t('figures.perday'), () => days),
			table([[t('figures.day'), (r) => r.day], [t('floor.client'), (r) => r.client], ...columns(),
				[t('figures.finished'), (r) => String(r.finished), 'n'],
				[t('figures.straight'), (r) => or(r.straight, ' %'), 'n']], [...days].reverse())));
	}

	tiles(total) {
		return h('div.tiles', {}, tile(total.keyed, t('figures.keyed')),
			tile(or(total.active_s, ' s'), t('floor.handle')),
			tile(or(total.keystrokes), t('floor.strokes')), tile(or(total.per_field), t('figures.perfield')),
			tile(or(total.right, ' %'), t('floor.firstpass')),
			tile(or(total.straight, ' %'), t('figures.straight')));
	}

	/** The last days, also those on which nothing happened; `of` a day's rows is its value. */
	byDay(days, of) {
		const list = [...new Set(days.map((d) => d.day))];
		return list.map((day) => of(days.filter((d) => d.day === day)));
	}

	labels(days) {
		return [...new Set(days.map((d) => d.day))].map(shortDay);
	}

	perDay(days) {
		const names = [...new Set(days.map((d) => d.client))];
		const kept = names.length > 4 ? names.slice(0, 3) : names;
		const sum = (rows) => rows.reduce((n, r) => n + r.keyed, 0);
		const series = kept.map((name) => ({ name, values: this.byDay(days, (rows) =>
			sum(rows.filter((r) => r.client === name))) }));
		if (kept.length < names.length)
			series.push({ name: t('figures.others'), values: this.byDay(days, (rows) =>
				sum(rows.filter((r) => !kept.includes(r.client)))) });
		return card(t('figures.perday'), null, bars(t('figures.perday.title'), this.labels(days), series));
	}

	perHour(hours) {
		return card(t('figures.flow'), null, bars(t('figures.flow.title'), hours.map((x) => hourOf(x.hour)),
		[{ name: t('figures.done'), values: hours.map((x) => x.finished) }],
		{ line: { name: t('figures.came'), values: hours.map((x) => x.came) } }));
	}

	straight(days) {
		const untouched = this.byDay(days, (rows) => rows.reduce((n, r) => n + r.untouched, 0));
		const all = this.byDay(days, (rows) => rows.reduce((n, r) => n + r.finished, 0));
		return card(t('figures.straight'), null, bars(t('figures.straight.title'), this.labels(days), [
			{ name: t('figures.untouched'), values: untouched },
			{ name: t('figures.touched'), values: all.map((n, i) => n - untouched[i]) },
		]));
	}

	handling(days) {
		return card(t('floor.handle'), null, bars(t('figures.handle.title'), this.labels(days), [
			{ name: t('floor.handle'), values: this.byDay(days, (rows) => {
				const keyed = rows.filter((r) => r.active_s !== null);
				const n = keyed.reduce((sum, r) => sum + r.keyed, 0);
				return n ? keyed.reduce((sum, r) => sum + r.active_s * r.keyed, 0) / n : 0;
			}) }], { unit: ' s' }));
	}

	drawQuality({ quality }) {
		if (!quality)
			return null;
		const share = (x) => (x === null ? '–' : `${Math.round(x * 100) / 100} %`);
		return card(t('figures.quality'), exportButton('quality', t('figures.quality'), () => quality),
			table([
				[t('figures.whose'), (r) => (whose[r.who] ? t(whose[r.who]) : r.who)],
				[t('figures.looked'), (r) => String(r.looked), 'n'],
				[t('figures.wrong'), (r) => String(r.wrong), 'n'],
				[t('figures.accuracy'), (r) => share(r.right), 'n'],
				[t('figures.bound'), (r) => share(r.atleast), 'n'],
			], quality), h('p.quiet', {}, t('figures.quality.method')));
	}
}
