/* chart.js - charts as SVG: bars, side by side or stacked, and a line over them. Every series
 * has a sign of its own besides its colour (plain, hatched, dotted), values stand on the bars
 * where there is room, and the whole is told in words to those who do not see it. */
import { h } from './dom.js';
import { t } from './texts.js';

const SVG = 'http://www.w3.org/2000/svg';
let charts = 0;

function s(tag, attributes, ...children) {
	const element = document.createElementNS(SVG, tag);
	for (const [key, value] of Object.entries(attributes))
		if (value !== null && value !== undefined)
			element.setAttribute(key, String(value));
	element.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined));
	return element;
}

/** Round whole steps for an axis from 0 to at least `most`, about four of them. */
export function ticks(most) {
	const rough = Math.max(most, 1) / 4, power = 10 ** Math.floor(Math.log10(rough));
	const step = Math.max(1, [1, 2, 5, 10].map((k) => k * power).find((x) => x >= rough));
	return Array.from({ length: Math.ceil(Math.max(most, 1) / step) + 1 }, (_, i) => i * step);
}

const shown = (n) => (n >= 10000 ? `${Math.round(n / 1000)}k` : String(Math.round(n * 10) / 10));

/* Colour is never alone: the first series is plain, the second dotted, the third crossed, the
 * fourth ruled, and what is bad is hatched. */
function patterns(id) {
	const pattern = (name, ...marks) => s('pattern', { id: `${id}-${name}`, width: 7, height: 7,
		patternUnits: 'userSpaceOnUse' }, s('rect', { width: 7, height: 7, class: `fill-${name}` }), marks);
	return s('defs', {}, pattern(0),
		pattern(1, s('circle', { cx: 3.5, cy: 3.5, r: 1.4, class: 'dot' })),
		pattern(2, s('path', { d: 'M0,3.5 H7 M3.5,0 V7', class: 'mark' })),
		pattern(3, s('path', { d: 'M0,3.5 H7', class: 'mark' })),
		pattern('bad', s('path', { d: 'M-1,8 L8,-1 M-1,1 L1,-1 M6,8 L8,6', class: 'mark' })));
}

const fillOf = (id, series, i) => `url(#${id}-${series[i].bad ? 'bad' : i})`;

function legend(id, series, line) {
	const key = (i) => s('svg', { width: 14, height: 14, 'aria-hidden': 'true' },
		s('rect', { width: 14, height: 14, rx: 3, fill: fillOf(id, series, i) }));
	return h('p.legend', {}, series.map((one, i) => h('span', {}, key(i), one.name)),
		line ? h('span', {}, s('svg', { width: 18, height: 14, 'aria-hidden': 'true' },
			s('path', { d: 'M0,7 H18', class: 'line' })), line.name) : null);
}

/**
 * @param {string} title what is shown, also for those who hear it
 * @param {string[]} labels below the bars; empty ones are left out
 * @param {{name: string, values: number[], bad?: boolean}[]} series at most four, stacked
 * @param {{unit?: string, line?: {name: string, values: (number|null)[]}, most?: number,
 *	height?: number, tips?: string[]}} [options]
 */
export function bars(title, labels, series, options = {}) {
	const id = `chart${charts++}`, width = 640, height = options.height || 200;
	const left = 36, right = 6, top = 14, bottom = 22;
	const sums = labels.map((_, i) => series.reduce((n, one) => n + (one.values[i] || 0), 0));
	if (sums.every((n) => n === 0) && !options.line?.values.some((n) => n > 0))
		return h('figure.chart', {}, h('figcaption', {}, title), h('p.quiet', {}, t('figures.none')));
	const axis = ticks(options.most || Math.max(...sums, ...(options.line?.values || [0]), 0));
	const most = axis.at(-1), step = (width - left - right) / Math.max(1, labels.length);
	const y = (n) => height - bottom - (height - bottom - top) * n / most;
	const thick = Math.min(46, step * 0.72), x = (i) => left + step * i + (step - thick) / 2;
	const bar = (i) => {
		let under = 0;
		return s('g', {}, s('title', {}, options.tips?.[i] || `${labels[i]}: ${series.map((one) =>
			`${one.name} ${shown(one.values[i] || 0)}`).join(', ')}`),
		s('rect', { x: left + step * i, y: top, width: step, height: height - top - bottom,
			fill: 'transparent' }),
		series.map((one, k) => {
			const n = one.values[i] || 0, at = y(under + n), tall = y(under) - at;
			under += n;
			return n > 0 ? s('rect', { x: x(i), y: at, width: thick, height: Math.max(1, tall),
				rx: 2, fill: fillOf(id, series, k) }) : null;
		}), sums[i] > 0 && step > 21 ? s('text', { x: left + step * (i + 0.5), y: y(sums[i]) - 4,
			'text-anchor': 'middle', class: 'value' }, `${shown(sums[i])}${options.unit || ''}`) : null);
	};
	const wide = 10 + 7 * Math.max(...labels.map((label) => label.length));
	const every = Math.ceil(labels.length * wide / (width - left - right));
	const points = (options.line?.values || []).map((n, i) => (n === null ? null
		: `${left + step * (i + 0.5)},${y(n)}`)).filter(Boolean);
	const said = `${title}. ${labels.map((label, i) => (sums[i] || options.line?.values[i]
		? `${label}: ${series.map((one) => `${one.name} ${shown(one.values[i] || 0)}${options.unit
			|| ''}`).join(', ')}` : null)).filter(Boolean).slice(0, 40).join('; ')}`;
	return h('figure.chart', {}, h('figcaption', {}, title),
		series.length > 1 || options.line ? legend(id, series, options.line) : null,
		s('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': said }, patterns(id),
			axis.map((n) => [s('path', { d: `M${left},${y(n)} H${width - right}`, class: 'grid' }),
				s('text', { x: left - 6, y: y(n) + 4, 'text-anchor': 'end' }, shown(n))]),
			labels.map((_, i) => bar(i)),
			points.length > 0 ? s('polyline', { points: points.join(' '), class: 'line' }) : null,
			labels.map((label, i) => (i % every ? null : s('text', { x: left + step * (i + 0.5),
				y: height - 6, 'text-anchor': 'middle' }, label)))));
}
