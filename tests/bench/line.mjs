/* line.mjs LISTEN-PORT PORT ROUND-TRIP-MS LOSS - a long line in front of a local port, where
 * the kernel has no netem: every segment is late by half a round trip, and one of a hundred
 * (LOSS 0.01) is lost. A lost one is sent again as TCP does, after one round trip when others
 * follow it (fast retransmission), after the retransmission timeout when none does; what was
 * sent after it waits for it, so nothing is ever out of order. */
import { createServer, connect } from 'node:net';

const [,, listen, port, roundTrip, loss] = process.argv.map(Number);
const SEGMENT = 1448, TIMEOUT_MS = 200;

function carry(from, to) {
	const queue = [];
	let timer = null, readyAt = 0;
	const send = () => {
		timer = null;
		while (queue.length > 0 && queue[0].at <= performance.now()) {
			const { chunk } = queue.shift();
			if (chunk)
				to.write(chunk);
			else
				to.end();
		}
		if (queue.length > 0)
			timer = setTimeout(send, Math.max(0, queue[0].at - performance.now()));
	};
	const put = (chunk) => {
		const segments = chunk ? Math.ceil(chunk.length / SEGMENT) : 1;
		let late = roundTrip / 2;
		for (let i = 0; i < segments; i++)
			if (Math.random() < loss)
				late += i + 3 < segments ? roundTrip : roundTrip + TIMEOUT_MS;
		readyAt = Math.max(readyAt, performance.now() + late);
		queue.push({ chunk, at: readyAt });
		timer = timer || setTimeout(send, Math.max(0, queue[0].at - performance.now()));
	};
	from.on('data', put);
	from.on('end', () => put(null));
	from.on('error', () => to.destroy());
}

createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
	/* The handshake is a round trip of its own. */
	socket.pause();
	setTimeout(() => {
		const far = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
		carry(socket, far);
		carry(far, socket);
		socket.resume();
	}, roundTrip);
}).listen(listen, '127.0.0.1', () => console.log('ready'));
