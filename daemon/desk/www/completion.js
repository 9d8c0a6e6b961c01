/* completion.js - the small sheet under the field with the focus: the rest of what is being
 * typed, and other values to step through.
 *
 * It takes no focus and no key but the one that accepts, and that one only while the caret
 * stands at the end and there is something to accept. */
import { h, clear } from './dom.js';
import { complete } from './offers.js';
import { keyOf as keyFor, shownKey } from './keymap.js';

export class Completion {
	/** @param offersOf gives what is offered to a cell */
	constructor(offersOf) {
		this.offersOf = offersOf;
		this.element = h('div.offers', { hidden: true, 'aria-hidden': 'true' });
		this.cell = null;
		this.whole = null;
	}

	/** What was typed may be going to be this. */
	show(cell) {
		const value = cell.input.value;
		const atEnd = cell.input.selectionStart === value.length;
		this.whole = value && atEnd ? complete(value, this.offersOf(cell)) : null;
		if (!this.whole)
			return this.hide();
		this.place(cell, [h('kbd', {}, shownKey(keyFor('complete'))), h('span', {},
			h('b', {}, value), this.whole.slice(value.length))]);
	}

	/** All there is to step through; the one that stands in the field is marked. */
	list(cell, values) {
		this.whole = null;
		this.place(cell, [h('kbd', {}, shownKey(keyFor('alternative'))), values.map((value, i) =>
			h(i === cell.choice ? 'span.on' : 'span', {}, value || '–'))]);
	}

	place(cell, content) {
		this.cell = cell;
		clear(this.element, content);
		(cell.row ? cell.holder : cell.input.parentNode).append(this.element);
		this.element.hidden = false;
	}

	hide() {
		this.whole = null;
		this.element.hidden = true;
	}

	/** True when there was something to take. */
	take() {
		const cell = this.cell, input = cell?.input;
		if (!this.whole || document.activeElement !== input ||
			input.selectionStart !== input.value.length)
			return false;
		cell.set(this.whole, 'completed');
		input.setSelectionRange(input.value.length, input.value.length);
		this.show(cell);
		return true;
	}
}
