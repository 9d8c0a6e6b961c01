/* api.js - calls of the desk's API. What cannot be reached is tried again by `persist`,
 * so that a submit survives a restart of the desk or a bad line. */

export class Refused extends Error {
	constructor(status, text, answer) {
		super(text);
		this.status = status;
		this.answer = answer;
	}
}

let csrf = '';
let onSignedOut = () => {};

export function setCsrf(token) {
	csrf = token;
}

export function whenSignedOut(callback) {
	onSignedOut = callback;
}

export async function call(method, path, body) {
	const headers = {};
	if (method !== 'GET')
		headers['X-CSRF-Token'] = csrf;
	if (body !== undefined)
		headers['Content-Type'] = 'application/json';
	const answer = await fetch(path, {
		method, headers, credentials: 'same-origin', cache: 'no-store',
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const json = await answer.json().catch(() => ({}));
	if (answer.ok)
		return json;
	if (answer.status === 401 && path !== '/api/session')
		onSignedOut();
	throw new Refused(answer.status, json.error || `HTTP ${answer.status}`, json);
}

export const get = (path) => call('GET', path);
export const post = (path, body) => call('POST', path, body || {});
export const put = (path, body) => call('PUT', path, body);

const passing = (error) => !(error instanceof Refused) || error.status >= 500;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Until it is answered, however long that takes; a refusal is an answer. */
export async function persist(what, onTrouble) {
	for (let wait = 300; ; wait = Math.min(wait * 2, 5000)) {
		try {
			const answer = await what();
			onTrouble(false);
			return answer;
		} catch (error) {
			if (!passing(error))
				throw error;
			onTrouble(true);
			await pause(wait);
		}
	}
}

/** A picture, as an address that works until it is given back. */
export async function picture(path) {
	const answer = await fetch(path, { credentials: 'same-origin', cache: 'no-store' });
	if (!answer.ok)
		throw new Refused(answer.status, `HTTP ${answer.status}`);
	return URL.createObjectURL(await answer.blob());
}
