/* calls.mjs URL LOGIN FOLDER N DESK-PID BACKEND-PID... - one clerk asks for everything that a page
 * asks for, N times each, one call after the other; prints what of the processors each kind took.
 * FOLDER holds the truth of the samples, which he keys. */
import { readFileSync, readdirSync } from 'node:fs';
import { Clerk } from './clerk.mjs';
import { numbered, truthOf } from '../desk/truth.mjs';

const [,, base, login, folder, n, desk, ...backends] = process.argv;
const clerk = new Clerk(base, login, `secret of ${login}`, () => {});

/* Milliseconds that all threads of these processes have run; the kernel counts nanoseconds. */
const ran = (pids) => pids.flatMap((pid) => readdirSync(`/proc/${pid}/task`).map((task) =>
	Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6))
	.reduce((sum, ms) => sum + ms, 0);

/* What each connection plans for the first time is not counted. */
const WARM = 16;
const spent = new Map();
let warm = false;
async function measure(name, what) {
	const before = [ran(backends), ran([desk])], since = performance.now();
	const answer = await what();
	const took = performance.now() - since;
	if (!warm)
		return answer;
	const row = spent.get(name) || { n: 0, server: 0, desk: 0, wall: [] };
	row.n++;
	row.server += ran(backends) - before[0];
	row.desk += ran([desk]) - before[1];
	row.wall.push(took);
	spent.set(name, row);
	return answer;
}

/** What the page would send after `typed` fields were keyed: the rest as it was read. */
function valuesOf(task, truth, typed) {
	const values = {};
	for (const f of task.fields)
		if (f.line === 0 && f.value !== null)
			values[f.path] = f.value;
	Object.entries(truth.fields).slice(0, typed).forEach(([path, value]) => {
		values[path] = value;
	});
	return values;
}

const work = [];
await clerk.signIn();
for (let i = 0; i < Number(n) + WARM; i++) {
	warm = i >= WARM;
	const { json: task } = await measure('take', () => clerk.call('take', 'POST', '/api/tasks/take',
		{ but: work.slice(-3).map((w) => w.task.task) }));
	if (!task)
		break;
	const page = `/api/documents/${task.document}/pages/${task.pages[0].position}`;
	await measure('picture', () => clerk.call('picture', 'GET', `${page}/picture`));
	await measure('words', () => clerk.call('words', 'GET', `${page}/words`));
	await measure('counts', () => clerk.call('counts', 'GET', '/api/counts'));
	await measure('keep', () => clerk.call('keep', 'POST', '/api/tasks/keep', { tasks: [task.task] }));
	const truth = numbered(truthOf(folder, task.file || '') || { fields: {} }, task.control_number);
	const at = `/api/tasks/${task.task}`, fields = Object.keys(truth.fields).length;
	for (let typed = 1; typed <= 3; typed++) {
		const values = valuesOf(task, truth, typed);
		await measure('draft', () => clerk.call('draft', 'PUT', `${at}/draft`, { typed: { v: 1, values },
			effort: { keystrokes: 2, fields: 0, active_ms: 600 } }));
	}
	let findings = [];
	for (let typed = Math.max(1, fields - 2); typed <= Math.max(1, fields); typed++) {
		const answer = await measure(`validate ${task.type}`, () => clerk.call('validate', 'POST',
			`${at}/validate`, { values: valuesOf(task, truth, typed), order: 'dmy' }));
		findings = answer.json?.findings || [];
	}
	const printed = findings.filter((f) => f.severity === 'stop').map((f) => f.name);
	const answer = await measure(`submit ${task.type}`, () => clerk.call('submit', 'POST', `${at}/submit`,
		{ fence: task.fence, values: valuesOf(task, truth, fields), printed, order: 'dmy',
			effort: { keystrokes: 2, fields: 1, active_ms: 500 } }));
	if (answer.json?.outcome !== 'submitted')
		await clerk.call('reject', 'POST', `${at}/reject`, { reason: 'not-for-us' });
	work.push({ task });
}
console.log(`${'call'.padEnd(24)}${['n', 'server ms', 'desk ms', 'p50', 'p95'].map((t) => t.padStart(10)).join('')}`);
for (const [name, row] of [...spent].sort()) {
	const wall = row.wall.sort((a, b) => a - b);
	const at = (share) => wall[Math.min(wall.length - 1, Math.floor(wall.length * share))];
	console.log(name.padEnd(24) + [row.n, (row.server / row.n).toFixed(2), (row.desk / row.n).toFixed(2),
		at(0.5).toFixed(1), at(0.95).toFixed(1)].map((t) => String(t).padStart(10)).join(''));
}
if (clerk.problem)
	console.log(`# ${clerk.problem}`);
process.exit(0);
