/* desk.js - the page's beginning: who is there, which place he is at, what the desk tells.
 */
import { h, clear } from './dom.js';
import { call, get, put, setCsrf, whenSignedOut } from './api.js';
import { loadTexts, t } from './texts.js';
import { bindKeys } from './keymap.js';
import { Keying } from './keying.js';
import { Carousel } from './carousel.js';
import { Floor } from './floor.js';
import { Figures } from './figures.js';
import { Story } from './story.js';
import { Compare } from './compare.js';
import { Check, Quality } from './quality.js';
import { signIn } from './signin.js';

const app = document.getElementById('app');
let me = null, place = null, keying = null, events = null;

/** Without a session this says so by throwing; nothing else of the page works then. */
async function whoAmI() {
	me = await get('/api/session');
	setCsrf(me.csrf);
	bindKeys(me.settings.keys);
	document.documentElement.dataset.theme = me.settings.theme || '';
}

const saveSettings = () => put('/api/settings', { settings: me.settings }).catch(() => {});

/* name: who may be there, and what is there */
const places = {
	key: [['key', 'quality', 'senior'], () => (keying = keying || new Keying(me, saveSettings))],
	carousel: [['key', 'senior', 'snippet'], () => new Carousel(me)],
	compare: [['senior'], () => new Compare()],
	check: [['quality'], () => new Check(me, saveSettings)],
	quality: [['key', 'quality', 'supervise'], () => new Quality()],
	floor: [['supervise'], () => new Floor()],
	figures: [['supervise'], () => new Figures()],
	audit: [['audit', 'supervise'], () => new Story()],
};

const open = (name) => places[name]?.[0].some((right) => me.rights.includes(right));

async function go(name) {
	const known = open(name) ? name : Object.keys(places).find(open) || 'key';
	place?.close?.();
	place = places[known][1]();
	clear(app, header(known), place.element);
	await place.open();
}

function header(current) {
	const tab = (name) => h('a', { href: `#${name}`,
		'aria-current': name === current ? 'page' : null }, t(`nav.${name}`));
	const counts = h('span.counts');
	drawCounts(counts);
	return h('header.top', {}, h('a.brand', { href: '#key' },
		h('img', { src: '/icon.svg', alt: '', width: 22, height: 22 }), 'Intray'),
	h('nav', {}, Object.keys(places).filter(open).map(tab)), counts, h('span.spring'),
	h('button.plain', { type: 'button', title: t('nav.theme'), 'aria-label': t('nav.theme'),
		onclick: changeTheme }, '◑'),
	h('button.plain', { type: 'button', onclick: () => keying?.help() }, `${t('nav.help')} ?`),
	h('span.who', {}, me.name),
	h('button.plain', { type: 'button', onclick: signOut }, t('nav.signout')));
}

async function drawCounts(into) {
	const element = into || app.querySelector('.counts');
	const n = await get('/api/counts').catch(() => null);
	if (n && element)
		clear(element, h('span', {}, t('count.open', { n: n.open })),
			n.late ? h('span.late', {}, `⚠ ${t('count.late', { n: n.late })}`) : null,
			h('span', {}, t('count.today', { n: n.today })));
}

function changeTheme() {
	const dark = matchMedia('(prefers-color-scheme: dark)').matches;
	const order = dark ? ['', 'light'] : ['', 'dark'];
	me.settings.theme = order[(order.indexOf(me.settings.theme || '') + 1) % 2];
	document.documentElement.dataset.theme = me.settings.theme;
	saveSettings();
}

async function signOut() {
	keying?.letGo();
	keying?.close();
	await call('DELETE', '/api/session').catch(() => {});
	location.reload();
}

/* On a busy floor the queue changes all the time, and hundreds of pages are told so at once: the
 * numbers in the corner may be ten seconds old, and not all pages ask in the same moment. */
let counting = null;
function countLater() {
	counting = counting || setTimeout(() => {
		counting = null;
		drawCounts();
	}, 10000 + Math.random() * 3000);
}

function listen() {
	let timer = null;
	events?.close();
	events = new EventSource('/api/events');
	events.addEventListener('queue', () => {
		countLater();
		clearTimeout(timer);
		timer = setTimeout(() => place?.queueChanged?.(), 300);
	});
}

/* Signed out in the middle of work: the work stays where it is. */
let asking = false;
whenSignedOut(async () => {
	if (asking || !me)
		return;
	asking = true;
	await signIn(t('signin.again'));
	await whoAmI();
	listen();
	asking = false;
});

async function start() {
	await loadTexts((navigator.language || 'en').slice(0, 2));
	try {
		await whoAmI();
	} catch {
		await signIn('');
		await whoAmI();
	}
	listen();
	addEventListener('hashchange', () => go(location.hash.slice(1)));
	await go(location.hash.slice(1));
	addEventListener('counted', () => drawCounts());
}

start();
