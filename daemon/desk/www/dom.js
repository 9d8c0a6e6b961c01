/* dom.js - making elements. Text always becomes text nodes: nothing that stands on a paper
 * or in a note is ever parsed as HTML. */

/**
 * @param {string} tag  "div", or with classes: "div.a.b"
 * @param {Object<string, any>} [attributes]  on* are listeners, the rest attributes
 * @param {...(Node|string|null|undefined|Array<any>)} children
 * @returns {any}
 */
export function h(tag, attributes, ...children) {
	const [name, ...classes] = tag.split('.');
	const element = document.createElement(name);
	if (classes.length > 0)
		element.className = classes.join(' ');
	for (const [key, value] of Object.entries(attributes || {}))
		set(element, key, value);
	element.append(...children.flat(Infinity)
		.filter((c) => c !== null && c !== undefined));
	return element;
}

function set(element, key, value) {
	if (key.startsWith('on'))
		element.addEventListener(key.slice(2), value);
	else if (value === true)
		element.setAttribute(key, '');
	else if (value !== false && value !== null && value !== undefined)
		element.setAttribute(key, String(value));
}

/** Says something to a screen reader without moving the focus. */
export function announce(text) {
	document.getElementById('live').textContent = text;
}

export function clear(element, ...children) {
	element.replaceChildren(...children.flat(Infinity).filter(Boolean));
}

/** A word that goes by itself: { element, say(text) }. */
export function toast() {
	const element = h('div.toast', { role: 'status', hidden: true });
	let timer;
	return { element,
		say(text) {
			element.textContent = text;
			element.hidden = false;
			clearTimeout(timer);
			timer = setTimeout(() => {
				element.hidden = true;
			}, 6000);
		} };
}
