/* clerks.mjs URL CLERKS LISTENERS FOLDER - as many simulated clerks as wanted, each a page of
 * its own as far as the desk can tell: takes the next document beside the one it has, fetches
 * pages and words, saves drafts, validates, submits; and listeners that only keep their stream
 * open. Works until its standard input ends, then prints what the calls took.
 *
 * A clerk keys heads down, 12,000 keystrokes an hour: a key each 0.3 s, six fields of some nine
 * keys, one after the other without a pause, so a document in about 16 s. As the page does, he
 * saves a draft every 0.8 s while he types and has each field checked when he leaves it.
 * FOLDER holds the truth of the samples, which the clerks key. */
import { request } from 'node:http';
import { Clerk } from './clerk.mjs';
import { numbered, truthOf } from '../desk/truth.mjs';

const [,, base, clerks, listeners, folder] = process.argv;
const took = new Map();
const calls = { late: 0, submitted: 0, rejected: 0, told: 0, keys: 0 };
let working = true;
const KEY_MS = 300, DRAFT_MS = 800, EFFORT_MS = 5000, KEYS = 9, FIELDS = 6;

const nap = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const about = (ms) => nap(ms * (0.5 + Math.random()));

function add(name, ms) {
	if (!took.has(name))
		took.set(name, []);
	took.get(name).push(ms);
}

/* What the desk says itself is listed below. */
function note(name, ms, { wait, run, back }) {
	add(name, ms);
	if (wait === undefined)
		return;
	add(`~ ${name}, in the desk`, wait + run + back);
	add(`~ ${name}, waited`, wait);
}

class Simulated extends Clerk {
	/** The stream; a clerk's page also asks for the counts when it is told. */
	listen(asks) {
		request(this.url, { agent: false, path: '/api/events', headers: this.headers }, (answer) => {
			answer.on('data', (chunk) => {
				if (!chunk.includes('event: queue'))
					return;
				calls.told++;
				if (asks && !this.asking) {
					this.asking = true;
					setTimeout(() => {
						this.asking = false;
						this.call('counts', 'GET', '/api/counts');
					}, 10000 + Math.random() * 3000);
				}
			});
		}).on('error', (error) => this.fail(error.message)).end();
	}

	async take(but) {
		const { status, json: task } = await this.call('take', 'POST', '/api/tasks/take', { but });
		if (status !== 200)
			return null;
		await Promise.all(task.pages.flatMap((p) => [
			this.call('picture', 'GET', `/api/documents/${task.document}/pages/${p.position}/picture`),
			this.call('words', 'GET', `/api/documents/${task.document}/pages/${p.position}/words`)]));
		return task;
	}

	/** One field: keys at their pace, what was typed saved meanwhile. */
	async field(at, values) {
		const keys = KEYS - 4 + Math.floor(Math.random() * 9), until = performance.now() + keys * KEY_MS;
		let drafted = Promise.resolve();
		while (working && performance.now() < until) {
			await nap(Math.min(DRAFT_MS, until - performance.now()));
			await drafted;
			const counts = performance.now() - (this.counted ?? 0) > EFFORT_MS;
			this.counted = counts ? performance.now() : this.counted;
			drafted = this.call('draft', 'PUT', `${at}/draft`, { typed: { v: 1, values },
				effort: counts ? { keystrokes: Math.round(EFFORT_MS / KEY_MS), fields: 1,
					active_ms: EFFORT_MS } : undefined });
		}
		calls.keys += keys;
	}

	async key(task) {
		const truth = numbered(truthOf(folder, task.file || '') || { fields: {} }, task.control_number);
		const read = Object.fromEntries(task.fields.filter((f) => f.line === 0 && f.value !== null)
			.map((f) => [f.path, f.value]));
		const keyed = Object.keys(truth.fields).slice(-FIELDS), at = `/api/tasks/${task.task}`;
		/* As the page does: all that stands there, read or keyed by now. */
		const values = { ...read, ...truth.fields };
		for (const path of keyed)
			values[path] = read[path] ?? '';
		let checked = Promise.resolve(null);
		for (let i = 0; i < FIELDS && working; i++) {
			if (keyed[i])
				values[keyed[i]] = truth.fields[keyed[i]];
			await this.field(at, values);
			await checked;
			checked = this.call('validate', 'POST', `${at}/validate`, { values, order: 'dmy' });
		}
		await this.handIn(task, at, values, (await checked)?.json?.findings);
	}

	/** What is left then stands so on the paper; what cannot be settled so is set aside. */
	async handIn(task, at, values, findings, again = false) {
		const printed = (findings || []).filter((f) => f.severity === 'stop').map((f) => f.name);
		const { json } = await this.call('submit', 'POST', `${at}/submit`,
			{ fence: task.fence, values, printed, effort: { keystrokes: 2, fields: 1, active_ms: 500 } });
		if (json?.outcome === 'findings' && !again)
			await this.handIn(task, at, values, json.findings, true);
		else if (json?.outcome === 'submitted')
			calls.submitted++;
		else if (json?.outcome === 'late')
			calls.late++;
		else {
			calls.rejected++;
			await this.call('reject', 'POST', `${at}/reject`, { reason: 'not-for-us' });
		}
	}

	async work() {
		await about(10000);
		let task = await this.take([]);
		while (working) {
			if (!task) {
				await about(3000);
				task = await this.take([]);
				continue;
			}
			const next = this.take([task.task]);
			await this.key(task);
			task = await next;
		}
	}
}

const all = Array.from({ length: Number(clerks) }, (_, i) => new Simulated(base, `clerk${i + 1}`,
	'secret of clerk1', note));
for (const clerk of all)
	await clerk.signIn();
all.forEach((clerk) => clerk.listen(true));
for (let i = 0; i < Number(listeners) - all.length; i++)
	all[i % all.length].listen(false);
took.clear();
const began = performance.now();
const done = all.map((clerk) => clerk.work());
console.log('working');
process.stdin.on('end', async () => {
	working = false;
	await Promise.race([Promise.all(done), nap(5000)]);
	const at = (list, share) => list[Math.min(list.length - 1, Math.floor(list.length * share))];
	took.set('all but validations', [...took].filter(([name]) => name !== 'validate' &&
		!name.startsWith('~')).flatMap(([, list]) => list));
	for (const [name, list] of [...took].sort()) {
		list.sort((a, b) => a - b);
		console.log(`${name}|${list.length}|${at(list, 0.5).toFixed(1)}|${at(list, 0.95).toFixed(1)}|` +
			`${list.at(-1).toFixed(0)}`);
	}
	const hours = (performance.now() - began) / 3600000;
	const failed = all.reduce((n, clerk) => n + clerk.failed, 0);
	all.filter((clerk) => clerk.problem).slice(0, 3).forEach((clerk) => console.log(`# ${clerk.problem}`));
	console.log(`# ${JSON.stringify({ failed, ...calls })}; ${Math.round(calls.keys / hours / all.length)} keystrokes an hour each`);
	process.exit(0);
});
process.stdin.resume();
