/* firefox.mjs - a short story in Debian's Firefox, over WebDriver BiDi (its own remote protocol: no
 * driver is needed): a clerk signs in, sees a document, keys a field with the keyboard; a
 * supervisor sees the floor. Needs node --experimental-websocket. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';

const url = process.env.URL;
const check = (name, right) => console.log(`${right ? 'ok' : 'not ok'} ${name}`);
const profile = mkdtempSync(`${tmpdir()}/firefox.`);
writeFileSync(`${profile}/user.js`, ['browser.shell.checkDefaultBrowser', 'app.update.enabled',
	'datareporting.policy.dataSubmissionEnabled', 'browser.newtabpage.enabled', 'app.normandy.enabled']
	.map((key) => `user_pref("${key}", false);`).join('\n') +
	'\nuser_pref("intl.accept_languages", "en-US");\nuser_pref("browser.startup.page", 0);\n');
const firefox = spawn('firefox-esr', ['--headless', '--no-remote', '--profile', profile,
	'--remote-debugging-port', '0', 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'],
	env: { ...process.env, HOME: profile } });
const address = await new Promise((resolve, reject) => {
	let text = '';
	firefox.stderr.on('data', (chunk) => {
		text += chunk;
		const found = /WebDriver BiDi listening on (\S+)/.exec(text);
		if (found)
			resolve(found[1]);
	});
	firefox.on('exit', () => reject(new Error(`Firefox ended: ${text}`)));
});

/* --- the protocol ---------------------------------------------------------------------------- */
const socket = new WebSocket(`${address}/session`);
await new Promise((resolve) => socket.addEventListener('open', resolve));
const waiting = new Map(), faults = [];
let calls = 0;
socket.addEventListener('message', ({ data }) => {
	const answer = JSON.parse(data);
	if (answer.method === 'log.entryAdded' && answer.params.type === 'javascript' &&
		answer.params.level === 'error')
		faults.push(answer.params.text);
	const { resolve, reject } = waiting.get(answer.id) || {};
	if (answer.type === 'error')
		reject?.(new Error(answer.message));
	else
		resolve?.(answer.result);
});
const call = (method, params) => new Promise((resolve, reject) => {
	waiting.set(++calls, { resolve, reject });
	socket.send(JSON.stringify({ id: calls, method, params }));
});
await call('session.new', { capabilities: {} });
await call('session.subscribe', { events: ['log.entryAdded'] });
const { contexts: [{ context }] } = await call('browsingContext.getTree', {});
const run = async (expression) => {
	const { result, exceptionDetails } = await call('script.evaluate', { expression,
		target: { context }, awaitPromise: true });
	if (exceptionDetails)
		throw new Error(exceptionDetails.text);
	return result.value;
};
const until = async (expression) => {
	for (let i = 0; i < 300; i++) {
		const value = await run(expression).catch(() => null);
		if (value)
			return value;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	throw new Error(`never came: ${expression}`);
};
const keys = (text) => call('input.performActions', { context, actions: [{ type: 'key', id: 'keyboard',
	actions: [...text].flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]) }] });
const TAB = '\uE004', ENTER = '\uE007';
async function signIn(login, place) {
	await call('browsingContext.navigate', { context, url: 'about:blank', wait: 'complete' });
	await call('storage.deleteCookies', { partition: { type: 'context', context } }).catch(() => {});
	await call('browsingContext.navigate', { context, url: `${url}${place}`, wait: 'complete' });
	await until('document.activeElement.id === "login"');
	await keys(`${login}${TAB}secret of ${login}${ENTER}`);
}

/* --- the story --------------------------------------------------------------------------------- */
try {
	await signIn('jane', '');
	await until('document.querySelector(".dochead strong")?.textContent');
	check('Firefox: a document is there', true);
	check('Firefox: with its picture', await until('document.querySelector(".paper img")?.naturalWidth > 100'));
	const at = await until('document.activeElement.dataset.path');
	await keys('X-1');
	/* Without a window there is no focus event, so what was read is not selected first. */
	check('Firefox: what is typed stands in the field', await until(
		'document.activeElement.value.startsWith("X-1")'));
	await keys(ENTER);
	check('Firefox: Enter goes on', await until(`document.activeElement.dataset.path !== ${JSON.stringify(at)} ||
		document.querySelector(".toast:not([hidden])") !== null`));
	await signIn('sue', '#floor');
	check('Firefox: the supervisor sees charts', await until(
		'document.querySelectorAll(".chart svg rect[fill^=url]").length > 3'));
	check('Firefox: no script failed', faults.length === 0);
	faults.forEach((text) => console.log(text));
} finally {
	firefox.removeAllListeners('exit');
	const gone = new Promise((resolve) => firefox.on('exit', resolve));
	firefox.kill('SIGKILL');
	await gone;
	await new Promise((resolve) => setTimeout(resolve, 500));
	rmSync(profile, { recursive: true, force: true });
}
process.exit(0);
