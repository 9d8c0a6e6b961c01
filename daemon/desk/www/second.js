/* second.js - the form of a blind second key: empty inputs for the fields that are keyed
 * twice, and nothing else. What is not on the paper must be said (F8, or F4 when it cannot
 * be read), for an empty input may also be one that was overlooked. A table begins with an
 * empty line; Enter at the end of a line opens the next one, Enter on an empty line leaves
 * the table. */
import { Form } from './form.js';
import { t } from './texts.js';
import { keyOf, shownKey } from './keymap.js';

/** The type cut down to these fields; rules would compare with what is not shown. */
function cutDown(type, only) {
	return { ...type, rules: [], fields: type.fields.filter((f) => only.includes(f.path))
		.map((f) => ({ ...f, keyed: true })) };
}

const empty = (row) => row.cells.every((cell) => cell.value === '');
const said = (row) => row.cells.some((cell) => cell.mark);

export class SecondForm extends Form {
	constructor(task, type, pages, hooks) {
		super(task, cutDown(type, task.only), pages, hooks);
		this.blind = true;
		this.left = new Set();
		this.beginTables();
	}

	beginTables() {
		for (const table of this.tables)
			if (table.rows.length === 0) {
				table.insert(0);
				table.number();
			}
	}

	openHeaders() {
		return [...this.headers.values()].filter((cell) => cell.wrong ||
			(cell.value === '' && !cell.mark));
	}

	/** Where a table goes on that has not been left. */
	openTables(tables) {
		return tables.filter((table) => !this.left.has(table))
			.map((table) => table.rows[table.rows.length - 1].cells[0]);
	}

	/** What must be keyed, or said not to be there, before it can be finished. */
	needs() {
		return [...this.openHeaders(),
			...this.openTables(this.tables.filter((table) => table.rows.every((row) =>
				empty(row) && !said(row)))),
			...this.tables.flatMap((table) => table.rows.flatMap((row) => row.cells))
				.filter((cell) => cell.wrong)];
	}

	nextNeed(from) {
		const along = from?.row && this.inTable(from);
		if (along)
			return along;
		const all = this.cells(), at = all.indexOf(from);
		const open = [...this.openHeaders(), ...this.openTables(this.tables)];
		return open.find((cell) => all.indexOf(cell) > at) || open[0] || this.needs()[0] || null;
	}

	/** The next cell of the line, a further line, or null when the table is left. */
	inTable(from) {
		const { row } = from, { table } = row, at = row.cells.indexOf(from);
		if (empty(row)) {
			if (said(row) || table.rows.some((other) => !empty(other)))
				this.left.add(table);
			return null;
		}
		if (row.cells[at + 1])
			return row.cells[at + 1];
		const next = table.rows[table.rows.indexOf(row) + 1];
		return next ? next.cells[0] : this.addLine(table);
	}

	addLine(table) {
		const row = table.insert(table.rows.length);
		table.number();
		return row.cells[0];
	}

	/** What Enter cannot settle, in words. */
	why(cell) {
		return cell && cell.value === '' ? t('second.empty', { absent: shownKey(keyOf('absent')),
			illegible: shownKey(keyOf('illegible')) }) : t('says.wrong');
	}

	/** All of it, also what nobody touched: a table without lines is an answer too. */
	values() {
		const out = {};
		for (const cell of this.headers.values())
			out[cell.type.path] = cell.value;
		for (const table of this.tables)
			out[table.name] = table.rows.filter((row) => !empty(row)).map((row) => row.values());
		return out;
	}

	restore(draft) {
		super.restore(draft);
		this.beginTables();
	}
}
