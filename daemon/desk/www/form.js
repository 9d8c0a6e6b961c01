/* form.js - the fields of a document, built from its type: header fields one below the
 * other, tables as grids. It knows which cells need a person and why; it knows nothing of
 * the network.
 *
 * Every change counts `version` up. What the server said holds for the version it was
 * asked with; a cell that was touched later is not judged by it, so an answer that comes
 * late never takes back what the clerk has done meanwhile. */
import { h, clear } from './dom.js';
import { t } from './texts.js';
import { snippet } from './viewer.js';
import { keyOf as keyFor, shownKey } from './keymap.js';
import { keyOf, paperOffers, readings } from './offers.js';
import { Completion } from './completion.js';

const numeric = ['amount', 'quantity', 'percent'];
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const signs = { doubt: '?', missing: '∅', wrong: '!', finding: '!', keyed: '✎',
	confirmed: '✓', sure: '', empty: '' };

function distinct(values, but) {
	const seen = new Set([keyOf(but)]);
	return values.filter((value) => value && !seen.has(keyOf(value)) && seen.add(keyOf(value)));
}

/** One input with what was read for it. */
export class Cell {
	constructor(form, type, evidence, row) {
		this.form = form;
		this.type = type;
		this.row = row;
		this.evidence = evidence;
		this.read = evidence?.value ?? evidence?.raw ?? '';
		this.value = this.read;
		this.touched = false;
		this.mark = null;
		this.version = 0;
		this.choice = 0;
		this.flags = [];
		this.wrong = false;
		this.input = this.makeInput();
	}

	makeInput() {
		const title = capital(this.type.title);
		const input = h('input', { value: this.value, autocomplete: 'off',
			spellcheck: 'false', 'aria-label': this.row ? title : null,
			inputmode: numeric.includes(this.type.kind) ? 'decimal' : 'text',
			readonly: Boolean(this.evidence?.hidden),
			'data-path': this.type.path,
			class: numeric.includes(this.type.kind) ? 'number' : null });
		if (this.evidence?.hidden)
			input.placeholder = t('key.hidden');
		input.addEventListener('focus', () => this.form.focused(this));
		input.addEventListener('blur', () => this.form.completion.hide());
		input.addEventListener('input', () => this.typed());
		return input;
	}

	/** As findings name it: "number", "lines[2]/net_amount". */
	get name() {
		if (!this.row)
			return this.type.path;
		const column = this.type.path.slice(this.type.table.length);
		return `${this.type.table}[${this.row.number()}]${column}`;
	}

	get column() {
		return this.type.path.slice(this.type.table.length + 1);
	}

	typed() {
		this.set(this.input.value, 'typed');
		this.form.completion.show(this);
		if (this.input.selectionStart === this.value.length && this.value.length === fixedLength(this.type))
			this.form.hooks.full(this);
	}

	/** A new value, by fingers, mouse or a key. */
	set(value, how) {
		if (this.evidence?.hidden)
			return;
		this.value = value;
		if (this.input.value !== value)
			this.input.value = value;
		this.mark = how === 'illegible' || how === 'absent' ? how : null;
		this.touch();
	}

	touch() {
		this.touched = true;
		this.wrong = false;
		this.version = ++this.form.version;
		this.draw();
		this.form.changed(this);
	}

	/** "So it is": the value stands as it is, and what was doubted about it is settled. */
	confirm() {
		if (this.evidence?.hidden || (this.form.blind && this.value === '' && !this.mark))
			return;
		for (const flag of this.readingFlags)
			if (!aboutTheValue.includes(flag.code))
				this.form.confirm(flag);
		if (!this.touched || this.wrong)
			this.touch();
	}

	undo() {
		this.set(this.read, 'undo');
		this.touched = false;
		this.version = 0;
		this.draw();
	}

	/** Other values it may have, the likeliest first. */
	others() {
		const read = readings(this.evidence);
		return distinct([...read, ...this.form.knownHere(this), ...this.form.fitting(this)],
			this.read).slice(0, 9);
	}

	alternative(step) {
		const list = [this.read, ...this.others()];
		if (list.length < 2)
			return;
		this.choice = (this.choice + step + list.length) % list.length;
		this.set(list[this.choice], 'alternative');
		this.form.completion.list(this, list);
	}

	/** What the server says counts only for what it has seen. */
	judged() {
		return this.version <= this.form.judged;
	}

	get readingFlags() {
		return this.flags.filter((f) => f.kind === 'reading');
	}

	needsPerson() {
		if (this.evidence?.hidden)
			return false;
		if (!this.judged())
			return false;
		return this.wrong || this.flags.some((f) => f.kind === 'reading' || f.head === this);
	}

	state() {
		if (this.judged() && this.wrong)
			return 'wrong';
		if (this.judged() && this.flags.length > 0) {
			const codes = this.flags.map((f) => f.code);
			if (codes.includes('missing'))
				return 'missing';
			return this.readingFlags.length > 0
				? (codes.includes('doubtful') ? 'doubt' : 'wrong') : 'finding';
		}
		if (this.touched)
			return this.value === this.read ? 'confirmed' : 'keyed';
		return this.value === '' ? 'empty' : 'sure';
	}

	draw() {
		const state = this.state();
		const holder = this.holder;
		if (!holder)
			return;
		holder.dataset.state = state;
		holder.classList.toggle('needs', this.needsPerson());
		this.input.setAttribute('aria-invalid', String(['wrong', 'missing'].includes(state)));
		if (this.sign) {
			const plain = ['sure', 'empty'].includes(state);
			this.sign.textContent = signs[state];
			this.sign.hidden = plain;
			this.sign.title = plain ? '' : t(`state.${state}`);
			this.sign.setAttribute('aria-label', this.sign.title);
		}
		if (this.says)
			this.drawSays(state);
	}

	drawSays(state) {
		const lines = [];
		if (this.mark)
			lines.push(h('span.mark', {}, t(`mark.${this.mark}`)));
		if (state === 'wrong' && this.wrong)
			lines.push(h('span', {}, t('says.wrong')));
		/* "Please check" goes without saying beside the snippet. */
		if (this.judged())
			for (const flag of this.flags)
				if (flag.code !== 'doubtful' && (flag.kind === 'reading' || flag.head === this))
					lines.push(h('span', {}, flag.text));
		clear(this.says, lines);
	}
}

class Row {
	constructor(table, evidence) {
		this.table = table;
		this.cells = table.columns.map((type) => new Cell(table.form, type,
			evidence.get(type.path), this));
		/* Columns that are never keyed travel along unchanged. */
		this.rest = new Map([...evidence].filter(([path, f]) => f.value !== null &&
			!table.columns.some((c) => c.path === path)).map(([path, f]) => [path, f.value]));
		this.element = this.build();
	}

	number() {
		return this.table.rows.indexOf(this) + 1;
	}

	build() {
		this.head = h('th', { scope: 'row' });
		return h('tr', {}, this.head, this.cells.map((cell) => {
			cell.holder = h('td', {}, cell.input);
			cell.draw();
			return cell.holder;
		}));
	}

	values() {
		const out = {};
		for (const [path, value] of this.rest)
			out[path.slice(this.table.name.length + 1)] = value;
		for (const cell of this.cells)
			if (cell.value !== '' && !cell.evidence?.hidden)
				out[cell.column] = cell.value;
		return out;
	}
}

/** A table of a document: lines of an invoice, services of a claim. */
export class Table {
	constructor(form, name, columns) {
		this.form = form;
		this.name = name;
		this.columns = columns;
		this.changed = false;
		this.rows = [];
		this.body = h('tbody');
		this.foot = h('tfoot');
		this.element = this.build();
	}

	build() {
		const heads = this.columns.map((c) => h('th', { scope: 'col', 'data-kind': c.kind,
			title: c.hint }, capital(c.title)));
		return h('section.table', {},
			h('div.tablehead', {}, h('h3', {}, capital(this.name.replace(/_/g, ' '))),
				h('button.small', { type: 'button', tabindex: '-1', onclick: () => this.add() },
					`+ ${t('key.row.add')}`)),
			h('div.scroll', {}, h('table.grid', {}, h('thead', {}, h('tr', {}, h('th'), heads)),
				this.body, this.foot)));
	}

	read(fields) {
		const lines = new Map();
		for (const field of fields) {
			if (!lines.has(field.line))
				lines.set(field.line, new Map());
			lines.get(field.line).set(field.path, field);
		}
		for (const line of [...lines.keys()].sort((a, b) => a - b))
			this.insert(this.rows.length, lines.get(line));
		this.number();
	}

	insert(at, evidence) {
		const row = new Row(this, evidence || new Map());
		this.rows.splice(at, 0, row);
		this.body.insertBefore(row.element, this.body.children[at] || null);
		return row;
	}

	number() {
		this.rows.forEach((row, i) => {
			row.head.textContent = String(i + 1);
			row.cells.forEach((cell) => cell.input.setAttribute('aria-label',
				`${t('key.row', { n: i + 1 })}: ${capital(cell.type.title)}`));
		});
		this.drawSums();
	}

	add(after) {
		const at = after ? this.rows.indexOf(after) + 1 : this.rows.length;
		const row = this.insert(at);
		this.touch();
		row.cells[0]?.input.focus();
		return row;
	}

	remove(row) {
		const at = this.rows.indexOf(row);
		this.rows.splice(at, 1);
		row.element.remove();
		this.touch();
		this.form.deleted.push({ table: this, row, at, version: this.form.version });
		const next = this.rows[Math.min(at, this.rows.length - 1)];
		next?.cells[0]?.input.focus();
	}

	/** A line that was deleted, as it was and where it was. */
	putBack(row, at) {
		this.rows.splice(at, 0, row);
		this.body.insertBefore(row.element, this.body.children[at] || null);
		this.touch();
		row.cells[0]?.input.focus();
	}

	touch() {
		this.changed = true;
		this.form.version++;
		this.number();
		this.form.changed(null);
	}

	get touched() {
		return this.changed || this.rows.some((row) => row.cells.some((c) => c.touched));
	}

	/** What a rule says a column adds up to, as a header cell. */
	target(column) {
		for (const rule of this.form.type.rules) {
			if (!rule.fields.includes(column.path) || rule.each)
				continue;
			const other = rule.fields.map((path) => this.form.headers.get(path))
				.find((cell) => cell && cell.type.kind === 'amount');
			if (other)
				return other;
		}
		return null;
	}

	drawSums() {
		const sums = this.columns.map((column, i) => {
			if (column.kind !== 'amount' || this.rows.length === 0)
				return null;
			const target = this.target(column);
			return target ? { cents: this.sum(i), target } : null;
		});
		clear(this.foot, sums.some(Boolean) ? h('tr', {},
			h('th', { title: t('key.total') }, 'Σ'), sums.map((s) => h('td', {}, s && sumText(s)))) : null);
	}

	sum(i) {
		return this.rows.reduce((sum, row) => sum + units(row.cells[i].value), 0n);
	}
}

/* Hundredths as whole numbers: money is never a float. */
function units(text) {
	let s = text.trim().replace(/[\s'’]/g, '');
	const mark = Math.max(s.lastIndexOf('.'), s.lastIndexOf(','));
	const decimals = mark >= 0 && s.length - mark - 1 !== 3 ? s.slice(mark + 1) : '';
	const whole = (decimals ? s.slice(0, mark) : s).replace(/[^0-9]/g, '');
	const number = BigInt(whole || '0') * 100n +
		BigInt((decimals.replace(/[^0-9]/g, '') + '00').slice(0, 2) || '0');
	return /-/.test(s) || /^\(/.test(s) ? -number : number;
}

function money(cents) {
	const s = String(cents < 0n ? -cents : cents).padStart(3, '0');
	return `${cents < 0n ? '−' : ''}${s.slice(0, -2)}.${s.slice(-2)}`;
}

function sumText({ cents, target }) {
	const difference = cents - units(target.value);
	const title = capital(target.type.title);
	if (difference === 0n)
		return h('span.sum.fits', { title: t('key.sum.fits', { title }) }, `${money(cents)} ✓`);
	return h('span.sum.off', { title: t('key.sum.off', { difference: money(difference), title }) },
		`${money(cents)}`, h('small', {}, `Δ ${money(difference)}`));
}

/* Where a finding about several fields is settled: at an amount of the header, if any. */
function headOf(cells) {
	const headers = cells.filter((c) => !c.row);
	return headers.find((c) => c.type.kind === 'amount') || headers[0] || cells[0] || null;
}

const lengths = { currency: 3, country: 2, state: 2, zip: 5, npi: 10, procedure: 5 };

/** Of a value that is always as long; undefined when that differs. */
function fixedLength(type) {
	const [first, ...rest] = type.codes.map((code) => code.length);
	return first && rest.every((n) => n === first) ? first : lengths[type.kind];
}

/* What keying a value settles by itself, if the value is right. */
const aboutTheValue = ['missing', 'not-understood', 'wrong-format', 'doubtful', 'not-valid'];

export class Form {
	/** hooks: focused(cell), changed(cell or null), full(cell), settle(finding) */
	constructor(task, type, pages, hooks) {
		this.task = task;
		this.type = type;
		this.pages = pages;
		this.hooks = hooks;
		this.version = 0;
		this.judged = 0;
		this.findings = [];
		this.printed = new Set();
		this.overrides = {};
		this.deleted = []; /* lines, the last one last */
		this.headers = new Map();
		this.tables = [];
		this.current = null;
		this.completion = new Completion((cell) => this.offersOf(cell));
		this.paper = new Map();
		this.element = this.build();
		this.judge(task.findings.map((f) => ({ ...f,
			name: [f.code, ...f.fields].join(' ') })), [], 0);
	}

	/* --- building ------------------------------------------------------------------- */

	build() {
		const byPath = new Map();
		for (const field of this.task.fields.filter((f) => f.line === 0))
			byPath.set(field.path, field);
		const names = [...new Set(this.type.fields.filter((f) => f.table && f.keyed)
			.map((f) => f.table))];
		for (const type of this.type.fields)
			if (!type.table && type.keyed)
				this.headers.set(type.path, new Cell(this, type, byPath.get(type.path)));
		this.list = h('div.findings', { role: 'group', 'aria-label': t('key.findings') });
		this.holder = h('div.fields', {}, this.groups());
		for (const name of names)
			this.tables.push(this.makeTable(name));
		return h('div.form', {}, this.list, this.holder, this.tables.map((x) => x.element));
	}

	makeTable(name) {
		const table = new Table(this, name, this.type.fields.filter((f) => f.table === name &&
			f.keyed));
		table.read(this.task.fields.filter((f) => f.line > 0 && f.path.startsWith(`${name}/`)));
		return table;
	}

	groups() {
		const out = [];
		let group = '';
		for (const cell of this.headers.values()) {
			const prefix = cell.type.path.includes('/') ? cell.type.path.split('/')[0] : '';
			if (prefix !== group)
				out.push(h('div.rule'));
			group = prefix;
			out.push(this.fieldOf(cell));
		}
		return out;
	}

	fieldOf(cell) {
		const id = `f-${this.task.task}-${cell.type.path.replace(/\W/g, '-')}`;
		cell.input.id = id;
		cell.input.setAttribute('aria-describedby', `${id}-says`);
		cell.sign = h('span.sign', { role: 'img' });
		cell.says = h('div.says', { id: `${id}-says` });
		cell.beside = h('div.beside');
		cell.holder = h(cell.value.length > 20 ? 'div.field.long' : 'div.field', {},
			h('label', { for: id, title: cell.type.hint }, capital(cell.type.title),
				cell.type.required ? h('abbr', { title: t('key.required') }, '*') : null),
			h('div.entry', {}, cell.input, cell.sign, cell.says), cell.beside);
		return cell.holder;
	}

	/** Once the pictures are there. */
	drawSnippets() {
		for (const cell of this.headers.values()) {
			if (!cell.needsPerson() && !cell.snippet)
				continue;
			const page = this.pageOf(cell);
			const cut = snippet(page, cell.evidence?.box,
				cell.holder.classList.contains('long') ? 380 : 170, 46);
			if (cut && !cell.snippet) {
				cell.snippet = cut;
				clear(cell.beside, cut);
				cut.addEventListener('mousedown', (e) => {
					e.preventDefault();
					cell.input.focus();
				});
			}
		}
	}

	pageOf(cell) {
		const number = cell.evidence?.page;
		return number ? this.pages.pages.find((p) => p.number === number) : null;
	}

	/* --- cells ----------------------------------------------------------------------- */

	cells() {
		return [...this.headers.values(),
			...this.tables.flatMap((table) => table.rows.flatMap((row) => row.cells))];
	}

	focused(cell) {
		this.current = cell;
		cell.input.select();
		this.hooks.focused(cell);
		if (cell.needsPerson() && cell.others().length > 0)
			this.completion.list(cell, [cell.read, ...cell.others()]);
	}

	/* --- what may be meant ------------------------------------------------------------ */

	/** What the pages that are here offer to a kind of field. */
	paperOf(kind) {
		const words = this.pages.allWords();
		const before = this.paper.get(kind);
		if (before?.n === words.length)
			return before.offers;
		const offers = paperOffers(words, kind);
		this.paper.set(kind, { n: words.length, offers });
		return offers;
	}

	/** All that is known to stand in this field on other papers: [value, supplier]. */
	known(cell) {
		return this.task.known?.[cell.type.path] || [];
	}

	/** What this document's supplier had there before, once it is clear who that is. */
	knownHere(cell) {
		const who = new Set();
		for (const other of this.headers.values())
			for (const [value, supplier] of this.known(other))
				if (other !== cell && other.value && keyOf(value) === keyOf(other.value))
					who.add(supplier);
		return this.known(cell).filter(([, supplier]) => who.has(supplier)).map(([value]) => value);
	}

	fitting(cell) {
		return this.paperOf(cell.type.kind).fitting;
	}

	offersOf(cell) {
		const read = readings(cell.evidence);
		return { ...this.paperOf(cell.type.kind), known: [...cell.type.codes, ...read, cell.read,
			...this.knownHere(cell), ...this.known(cell).map(([value]) => value)] };
	}

	changed(cell) {
		if (cell?.row)
			cell.row.table.drawSums();
		else if (cell?.type.kind === 'amount')
			this.tables.forEach((table) => table.drawSums());
		this.hooks.changed(cell);
	}

	needs() {
		return this.cells().filter((cell) => cell.needsPerson());
	}

	/** The next one that needs a person, after the current; around the end to the start. */
	nextNeed(from) {
		const all = this.cells();
		const at = all.indexOf(from);
		const order = [...all.slice(at + 1), ...all.slice(0, at + 1)];
		return order.find((cell) => cell.needsPerson()) || null;
	}

	after(from) {
		const all = this.cells();
		return all[all.indexOf(from) + 1] || null;
	}

	/** The finding without a field, such as an unknown type, that nobody has settled. */
	unsettled() {
		return this.findings.filter((f) => f.severity === 'stop' && !f.confirmed &&
			!this.printed.has(f.name) && f.cells.length === 0);
	}

	/* --- findings --------------------------------------------------------------------- */

	/** What the check says of the values of `version`. */
	judge(findings, wrong, version) {
		this.judged = version;
		this.findings = findings;
		for (const cell of this.cells()) {
			cell.flags = [];
			if (cell.judged())
				cell.wrong = wrong.includes(cell.name);
		}
		for (const finding of findings)
			this.attach(finding);
		this.cells().forEach((cell) => cell.draw());
		this.drawSnippets();
		this.drawList();
	}

	attach(finding) {
		finding.cells = this.cellsOf(finding.fields);
		finding.head = finding.kind === 'document' ? headOf(finding.cells) : null;
		if (finding.severity !== 'stop' || finding.confirmed || this.printed.has(finding.name))
			return;
		for (const cell of finding.cells)
			if (!finding.head || cell.type.kind === finding.head.type.kind)
				cell.flags.push(finding);
	}

	cellsOf(names) {
		const all = this.cells();
		return names.flatMap((name) => all.filter((c) => c.name === name ||
			(c.row && c.type.path === name) || (c.row && c.type.table === name &&
				c === c.row.cells[0])));
	}

	/** Confirms what the paper itself says, for one finding. */
	confirm(finding) {
		this.printed.add(finding.name);
		finding.cells.forEach((cell) => {
			cell.flags = cell.flags.filter((f) => f !== finding);
			cell.draw();
		});
		this.version++;
		this.drawList();
		this.hooks.changed(null);
	}

	drawList() {
		const shown = this.findings.filter((f) => f.kind === 'document' || f.cells.length === 0);
		clear(this.list, shown.map((f) => {
			const settled = f.confirmed || this.printed.has(f.name);
			return h(`div.finding.${f.severity}`, { 'data-settled': String(settled) },
				h('span.sign', { 'aria-hidden': 'true' }, settled ? '✓' : f.severity === 'stop' ? '!' : 'i'),
				h('span.text', {}, f.text),
				settled ? h('small', {}, t('key.confirmed')) : f.severity === 'stop'
					? h('button.small', { type: 'button', tabindex: '-1', onclick: () => this.hooks.settle(f) },
						t('key.confirm'), ' ', h('kbd', {}, shownKey(keyFor('printed')))) : null);
		}));
		this.list.hidden = shown.length === 0;
	}

	/* --- values ----------------------------------------------------------------------- */

	/** What a person has said so far, as it was typed. */
	values() {
		const out = {};
		for (const cell of this.headers.values())
			if (cell.touched && !cell.evidence?.hidden)
				out[cell.type.path] = cell.value;
		for (const table of this.tables)
			if (table.touched)
				out[table.name] = table.rows.map((row) => row.values())
					.filter((row) => Object.keys(row).length > 0);
		return out;
	}

	marks() {
		const out = {};
		for (const cell of this.headers.values())
			if (cell.mark)
				out[cell.type.path] = cell.mark;
		return out;
	}

	/** Canonical values, for cells that have not changed since they were asked about. */
	canonical(values, version) {
		for (const cell of this.headers.values())
			this.adopt(cell, values[cell.type.path], version);
		for (const table of this.tables)
			(values[table.name] || []).forEach((row, i) => table.rows[i]?.cells.forEach((cell) =>
				this.adopt(cell, row[cell.column], version)));
	}

	adopt(cell, value, version) {
		if (value === undefined || !cell.touched || cell.version > version || cell.value === value)
			return;
		if (document.activeElement === cell.input)
			return;
		cell.value = value;
		cell.input.value = value;
		cell.draw();
	}

	/* --- drafts ----------------------------------------------------------------------- */

	draft() {
		return { v: 1, values: this.values(), printed: [...this.printed], marks: this.marks(),
			overrides: this.overrides, at: this.current?.name || null };
	}

	/** Brings back the line that was just deleted, or what was read here; where nothing was
	 * typed either, a line that was deleted before. */
	undo(cell) {
		const last = this.deleted[this.deleted.length - 1];
		if (!last || (cell?.touched && last.version !== this.version)) {
			cell?.undo();
			return;
		}
		this.deleted.pop();
		last.table.putBack(last.row, Math.min(last.at, last.table.rows.length));
	}

	restore(draft) {
		if (!draft || draft.v !== 1)
			return;
		for (const [path, value] of Object.entries(draft.values)) {
			if (Array.isArray(value))
				this.restoreTable(path, value);
			else
				this.headers.get(path)?.set(value, draft.marks?.[path] || 'draft');
		}
		(draft.printed || []).forEach((name) => this.printed.add(name));
		Object.assign(this.overrides, draft.overrides);
	}

	/** What somebody else has said of this document. */
	takeOver(values) {
		for (const [path, value] of Object.entries(values)) {
			if (Array.isArray(value))
				this.restoreTable(path, value);
			else
				this.headers.get(path)?.set(value, 'draft');
		}
	}

	/** What was typed elsewhere, where nothing was typed here. */
	catchUp(draft) {
		for (const [path, value] of Object.entries(draft.values)) {
			const cell = this.headers.get(path);
			if (Array.isArray(value)) {
				if (!this.tables.find((table) => table.name === path)?.touched)
					this.restoreTable(path, value);
			} else if (cell && !cell.touched) {
				cell.set(value, draft.marks?.[path] || 'draft');
			}
		}
	}

	restoreTable(name, rows) {
		const table = this.tables.find((x) => x.name === name);
		if (!table)
			return;
		while (table.rows.length < rows.length)
			table.insert(table.rows.length);
		while (table.rows.length > rows.length)
			table.rows.pop().element.remove();
		rows.forEach((row, i) => table.rows[i].cells.forEach((cell) =>
			cell.set(row[cell.column] || '', 'draft')));
		table.number();
	}
}
