/* signin.js - name, password and, when the desk wants one, a code; as a page of its own or over
 * the work that waits. */
import { h } from './dom.js';
import { call, setCsrf } from './api.js';
import { t } from './texts.js';

const field = (name, text, attributes) => [h('label', { for: name }, text),
	h('input', { name, id: name, required: true, ...attributes })];

export function signIn(why) {
	return new Promise((resolve) => {
		const login = field('login', t('signin.login'), { autocomplete: 'username', autofocus: true,
			autocapitalize: 'none' });
		const password = field('password', t('signin.password'), { type: 'password',
			autocomplete: 'current-password' });
		/* Not there until it is asked for. */
		const code = field('code', t('signin.code'), { autocomplete: 'one-time-code',
			inputmode: 'numeric', pattern: '[0-9 ]*', maxlength: 9 });
		const says = h('p.problem', { role: 'alert' });
		const go = async () => {
			const body = { login: login[1].value.trim(), password: password[1].value };
			if (code[1].isConnected)
				body.code = code[1].value.replace(/\s/g, '');
			setCsrf((await call('POST', '/api/session', body)).csrf);
			dialog.close();
			dialog.remove();
			resolve();
		};
		const refused = (error) => {
			says.textContent = error.message;
			if (error.answer?.code && !code[1].isConnected)
				says.before(...code);
			const wrong = error.answer?.code ? code[1] : password[1];
			wrong.focus();
			wrong.select();
		};
		const dialog = h('dialog.signin', { 'aria-label': t('signin.title') },
			h('form', { onsubmit: (event) => {
				event.preventDefault();
				says.textContent = '';
				go().catch(refused);
			} },
			h('div.brand', {}, h('img', { src: '/icon.svg', alt: '', width: 40, height: 40 }),
				h('span', {}, 'Intray')),
			h('h1', {}, t('signin.title')), why ? h('p.quiet', {}, why) : null,
			login, password, says, h('button.primary', { type: 'submit' }, t('signin.go'))));
		dialog.addEventListener('cancel', (event) => event.preventDefault());
		document.body.append(dialog);
		dialog.showModal();
		login[1].focus();
	});
}
