/* clerk.mjs - a clerk without a browser: signs in as the page does and calls the desk's API. */
import { Agent, request } from 'node:http';

/** "wait;dur=0.1, run;dur=2.5" as { wait: 0.1, run: 2.5 }. */
const partsOf = (answer) => Object.fromEntries([...(answer.headers['server-timing'] || '')
	.matchAll(/(\w+);dur=([\d.]+)/g)].map(([, part, ms]) => [part, Number(ms)]));

export class Clerk {
	/** note(name, ms, inside): told how long each call took; inside: of that in the desk, as it says
	 * itself, by part. */
	constructor(base, login, password, note) {
		this.url = new URL(base);
		this.login = login;
		this.password = password;
		this.note = note;
		this.agent = new Agent({ keepAlive: true, maxSockets: 6 });
		this.headers = {};
		this.failed = 0;
		this.problem = null;
	}

	call(name, method, path, body) {
		const since = performance.now();
		return new Promise((resolve) => {
			const r = request(this.url, { agent: this.agent, method, path,
				headers: { ...this.headers, ...(body && { 'Content-Type': 'application/json' }) } },
			(answer) => {
				const chunks = [];
				answer.on('data', (c) => chunks.push(c));
				answer.on('end', () => {
					this.note(name, performance.now() - since, partsOf(answer));
					const bytes = Buffer.concat(chunks);
					if (answer.statusCode >= 400 && answer.statusCode !== 404)
						this.fail(`${path} ${answer.statusCode} ${bytes.toString().slice(0, 200)}`);
					/* Understood when somebody looks: it costs more than the desk's part. */
					resolve({ status: answer.statusCode, headers: answer.headers, get json() {
						return answer.headers['content-type']?.includes('json') ? JSON.parse(bytes) : null;
					} });
				});
			});
			r.on('error', (error) => {
				this.fail(`${path} ${error.message}`);
				resolve({ status: 0 });
			});
			r.end(body ? JSON.stringify(body) : undefined);
		});
	}

	fail(problem) {
		this.failed++;
		this.problem = problem;
	}

	async signIn() {
		const answer = await this.call('sign in', 'POST', '/api/session',
			{ login: this.login, password: this.password });
		this.headers = { Cookie: answer.headers['set-cookie'][0].split(';')[0],
			'X-CSRF-Token': answer.json.csrf };
		const { json } = await this.call('me', 'GET', '/api/session');
		for (const client of json.clients)
			await this.call('types', 'GET', `/api/types/${client.code}`);
	}
}
