/* texts.js - the page's words, one file a language. */

let words = {};

export async function loadTexts(language) {
	const known = ['en', 'de'];
	const wanted = known.includes(language) ? language : 'en';
	words = await (await fetch(`/${wanted}.json`)).json();
	document.documentElement.lang = wanted;
}

/** The text of a key, with {name} replaced by what `values` says. */
export function t(key, values) {
	const text = words[key] || key;
	return text.replace(/\{(\w+)\}/g, (_, name) => String(values?.[name] ?? ''));
}
