/* viewer.js - the paper: pages as pictures, the evidence of a field boxed and zoomed to,
 * words to click, snippets for the fields.
 *
 * All places are in page units (1/300 inch of the upright page). The sheet is laid out in
 * these units and moved, scaled and turned by one CSS transform, so a flip to another
 * field costs no layout and no new picture. */
import { h, clear } from './dom.js';
import { t } from './texts.js';
import { get, picture } from './api.js';

/** The pictures of a document, fetched before they are needed and given back afterwards. */
export class Pages {
	constructor(task) {
		this.document = task.document;
		this.pages = task.pages;
		this.urls = new Map();
		this.words = new Map();
		this.gone = false;
	}

	path(page, what) {
		return `/api/documents/${this.document}/pages/${page.position}/${what}`;
	}

	/** Fetches and decodes; resolves with the picture's address or null. */
	url(page) {
		if (!this.urls.has(page.position))
			this.urls.set(page.position, this.fetchPage(page));
		return this.urls.get(page.position);
	}

	async fetchPage(page) {
		if (!page.picture)
			return null;
		const url = await picture(this.path(page, 'picture')).catch(() => null);
		if (url) {
			const image = new Image();
			image.src = url;
			await image.decode().catch(() => {});
			page.image = image;
			page.url = url;
		}
		return url;
	}

	wordsOf(page) {
		if (!this.words.has(page.position))
			this.words.set(page.position, get(this.path(page, 'words'))
				.then((answer) => (page.wordList = answer.words)).catch(() => []));
		return this.words.get(page.position);
	}

	/** Of all pages whose words are here already. */
	allWords() {
		return this.pages.flatMap((page) => page.wordList || []);
	}

	prefetch() {
		return Promise.all(this.pages.slice(0, 4).flatMap((page) => [this.url(page), this.wordsOf(page)]));
	}

	release() {
		for (const page of this.pages)
			if (page.url)
				URL.revokeObjectURL(page.url);
		this.urls.clear();
	}
}

/** A cut-out around a box, as an element; null without a picture. */
export function snippet(page, box, width, height) {
	if (!page?.url || !box || box[2] <= 0)
		return null;
	const pad = Math.max(8, box[3] * 0.35);
	const scale = Math.min(width / (box[2] + 2 * pad), height / (box[3] + 2 * pad), 0.62);
	const element = h('div.snippet', { 'aria-hidden': 'true' });
	Object.assign(element.style, {
		width: `${Math.min(width, (box[2] + 2 * pad) * scale)}px`,
		height: `${Math.min(height, (box[3] + 2 * pad) * scale)}px`,
		backgroundImage: `url("${page.url}")`,
		backgroundSize: `${page.width * scale}px ${page.height * scale}px`,
		backgroundPosition: `${-(box[0] - pad) * scale}px ${-(box[1] - pad) * scale}px`,
	});
	return element;
}

const contrasts = ['', 'strong', 'negative'];

export class Viewer {
	/** @param onWords called with (text, append, words) when words were chosen
	 *  @param onRow  with (words, page) when a row was
	 *  @param onTurn when a page was turned for good */
	constructor(onWords, onRow, onTurn) {
		this.onWords = onWords;
		this.onRow = onRow;
		this.onTurn = onTurn;
		this.sheet = h('div.paper');
		this.boxes = h('div.boxes');
		this.band = h('div.band', { hidden: true });
		this.port = h('div.port', { tabindex: '-1' }, this.sheet, this.band);
		this.bar = h('div.viewbar', { role: 'toolbar', 'aria-label': t('group.picture') });
		this.element = h('section.viewer', { 'aria-label': t('group.picture') },
			this.port, this.bar);
		this.turn = 0;
		this.contrast = 0;
		this.at = { scale: 0.2, x: 0, y: 0 };
		this.listen();
		new ResizeObserver(([{ contentRect }]) => {
			this.shown = [contentRect.width, contentRect.height];
			this.again?.();
		}).observe(this.port);
	}

	show(pages) {
		this.pages = pages;
		this.page = null;
		this.showPage(pages.pages[0]);
	}

	async showPage(page) {
		if (!page || this.page === page)
			return;
		this.page = page;
		this.turn = page.rotation || 0;
		this.drawBar();
		if (page.image)
			this.placeImage(page);
		else
			clear(this.sheet, this.boxes);
		this.fit();
		if (page.image || !(await this.pages.url(page)) || this.page !== page) {
			if (!page.picture)
				clear(this.sheet, h('p.nopicture', {}, t('key.nopicture')));
			return;
		}
		this.placeImage(page);
	}

	placeImage(page) {
		page.image.alt = t('key.page', { n: page.position, of: this.pages.pages.length });
		page.image.draggable = false;
		clear(this.sheet, page.image, this.boxes);
		this.sheet.style.width = `${page.width}px`;
		this.sheet.style.height = `${page.height}px`;
		this.pages.wordsOf(page);
	}

	/* --- moving -------------------------------------------------------------------- */

	/** Of the port; known beforehand, since asking in the middle of a flip lays all out. */
	size() {
		return this.shown?.[0] > 0 ? this.shown : [this.port.clientWidth || 600, this.port.clientHeight || 600];
	}

	upright() {
		const { width, height } = this.page;
		return this.turn % 180 ? [height, width] : [width, height];
	}

	fitScale() {
		const [vw, vh] = this.size(), [w, h2] = this.upright();
		return Math.min((vw - 16) / w, (vh - 16) / h2);
	}

	fit() {
		this.again = () => this.fit();
		const scale = this.fitScale();
		this.look(this.page.width / 2, this.page.height / 2, scale);
	}

	/** Brings a place of the page to the middle of the port. */
	look(x, y, scale) {
		const [vw, vh] = this.size();
		this.at = { x, y, scale };
		const turn = `rotate(${this.turn}deg)`;
		this.sheet.style.transform = `translate(${vw / 2}px, ${vh / 2}px) scale(${scale}) ` +
			`${turn} translate(${-x}px, ${-y}px)`;
	}

	/** Zooms so far that the box can be read at a glance, with what stands around it. */
	async zoomTo(page, box) {
		if (page && this.page !== page)
			await this.showPage(page);
		if (!this.page)
			return;
		if (!box || box[2] <= 0) {
			this.mark([]);
			return;
		}
		const [vw, vh] = this.size();
		const least = this.fitScale();
		const wanted = Math.min(0.6 * vw / box[2], 30 / Math.min(box[3], 60), 0.3 * vh / box[3]);
		const scale = Math.max(least, Math.min(wanted, 0.5));
		this.again = () => this.zoomTo(page, box);
		this.mark([box]);
		this.look(this.inside(box[0] + box[2] / 2, this.page.width, vw / scale),
			this.inside(box[1] + box[3] / 2, this.page.height, vh / scale), scale);
	}

	/** A middle for the port that shows no more beside the paper than it must. */
	inside(middle, size, shown) {
		const edge = 12 / this.at.scale;
		if (this.turn % 180)
			return middle;
		if (size + 2 * edge <= shown)
			return size / 2;
		return Math.max(shown / 2 - edge, Math.min(size - shown / 2 + edge, middle));
	}

	mark(list) {
		clear(this.boxes, list.map((box) => {
			const pad = 6;
			const element = h('div.box');
			Object.assign(element.style, { left: `${box[0] - pad}px`,
				top: `${box[1] - pad}px`, width: `${box[2] + 2 * pad}px`,
				height: `${box[3] + 2 * pad}px` });
			return element;
		}));
	}

	zoom(factor) {
		const { x, y, scale } = this.at;
		this.again = null;
		this.look(x, y, Math.max(0.05, Math.min(3, scale * factor)));
	}

	rotate() {
		this.turn = (this.turn + 90) % 360;
		this.page.rotation = this.turn;
		this.fit();
		this.onTurn();
	}

	nextContrast() {
		this.contrast = (this.contrast + 1) % contrasts.length;
		this.port.dataset.contrast = contrasts[this.contrast];
	}

	step(by) {
		const list = this.pages.pages;
		const next = list[list.indexOf(this.page) + by];
		if (next)
			this.showPage(next);
	}

	/* --- the mouse ----------------------------------------------------------------- */

	/** From a place in the window to one on the page. */
	place(event) {
		const area = this.port.getBoundingClientRect();
		const [vw, vh] = this.size();
		let dx = (event.clientX - area.left - vw / 2) / this.at.scale;
		let dy = (event.clientY - area.top - vh / 2) / this.at.scale;
		const angle = -this.turn * Math.PI / 180;
		[dx, dy] = [dx * Math.cos(angle) - dy * Math.sin(angle),
			dx * Math.sin(angle) + dy * Math.cos(angle)];
		return [this.at.x + dx, this.at.y + dy];
	}

	listen() {
		this.port.addEventListener('wheel', (event) => {
			event.preventDefault();
			if (event.ctrlKey)
				this.zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2);
			else
				this.pan(-event.deltaX, -event.deltaY);
		}, { passive: false });
		this.port.addEventListener('pointerdown', (event) => this.press(event));
	}

	pan(dx, dy) {
		const angle = -this.turn * Math.PI / 180, { x, y, scale } = this.at;
		this.again = null;
		this.look(x - (dx * Math.cos(angle) - dy * Math.sin(angle)) / scale,
			y - (dx * Math.sin(angle) + dy * Math.cos(angle)) / scale, scale);
	}

	/* The field keeps the focus; a middle button or Alt drags the paper. */
	press(event) {
		event.preventDefault();
		if (!this.page)
			return;
		const drags = event.button === 1 || event.altKey;
		const start = this.place(event);
		let last = event, moved = false;
		const move = (e) => {
			moved = moved || Math.hypot(e.clientX - event.clientX,
				e.clientY - event.clientY) > 4;
			if (drags)
				this.pan(e.clientX - last.clientX, e.clientY - last.clientY);
			else if (moved)
				this.drawBand(event, e);
			last = e;
		};
		const up = (e) => {
			removeEventListener('pointermove', move);
			removeEventListener('pointerup', up);
			this.band.hidden = true;
			if (!drags)
				this.pickWords(start, this.place(e), e);
		};
		addEventListener('pointermove', move);
		addEventListener('pointerup', up);
	}

	drawBand(from, to) {
		const area = this.port.getBoundingClientRect();
		this.band.hidden = false;
		Object.assign(this.band.style, {
			left: `${Math.min(from.clientX, to.clientX) - area.left}px`,
			top: `${Math.min(from.clientY, to.clientY) - area.top}px`,
			width: `${Math.abs(from.clientX - to.clientX)}px`,
			height: `${Math.abs(from.clientY - to.clientY)}px`,
		});
	}

	async pickWords(a, b, event) {
		const words = await this.pages.wordsOf(this.page);
		if (event.ctrlKey) {
			this.onRow(rowAt(words, a), this.page);
			return;
		}
		const slack = 6;
		const left = Math.min(a[0], b[0]) - slack, right = Math.max(a[0], b[0]) + slack;
		const top = Math.min(a[1], b[1]) - slack, bottom = Math.max(a[1], b[1]) + slack;
		const chosen = words.filter(([, x, y, w, h2]) => x < right && x + w > left &&
			y < bottom && y + h2 > top);
		if (chosen.length > 0)
			this.onWords(chosen.map((w) => w[0]).join(' '), event.shiftKey, chosen);
	}

	/* --- the bar ------------------------------------------------------------------- */

	drawBar() {
		const button = (name, sign, act) => h('button.tool', { type: 'button', tabindex: '-1',
			title: t(name), 'aria-label': t(name), onmousedown: (e) => e.preventDefault(),
			onclick: act }, sign);
		const n = this.pages.pages.length;
		clear(this.bar, n > 1 ? [
			button('view.before', '◀', () => this.step(-1)),
			h('span.pageno', {}, t('key.page', { n: this.pages.pages.indexOf(this.page) + 1,
				of: n })),
			button('view.next', '▶', () => this.step(1))] : null,
		button('view.zoom.out', '−', () => this.zoom(1 / 1.3)),
		button('view.zoom.in', '+', () => this.zoom(1.3)),
		button('view.fit', '▭', () => this.fit()),
		button('view.rotate', '↻', () => this.rotate()),
		button('view.contrast', '◐', () => this.nextContrast()));
	}
}

/** All words that stand on one line of print with a place, from left to right. */
function rowAt(words, [x, y]) {
	const near = words.filter((w) => y > w[2] - 4 && y < w[2] + w[4] + 4)
		.sort((a, b) => Math.abs(a[1] - x) - Math.abs(b[1] - x))[0];
	if (!near)
		return [];
	const middle = near[2] + near[4] / 2;
	return words.filter((w) => middle > w[2] && middle < w[2] + w[4])
		.sort((a, b) => a[1] - b[1]);
}
