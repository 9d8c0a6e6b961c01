/* signin.js - name and password, as a page of its own or over the work that waits. */
import { h } from './dom.js';
import { call, setCsrf } from './api.js';
import { t } from './texts.js';

export function signIn(why) {
	return new Promise((resolve) => {
		const login = h('input', { name: 'login', autocomplete: 'username', required: true,
			autofocus: true, autocapitalize: 'none', id: 'login' });
		const password = h('input', { name: 'password', type: 'password', id: 'password',
			autocomplete: 'current-password', required: true });
		const says = h('p.problem', { role: 'alert' });
		const dialog = h('dialog.signin', { 'aria-label': t('signin.title') },
			h('form', { onsubmit: async (event) => {
				event.preventDefault();
				says.textContent = '';
				try {
					setCsrf((await call('POST', '/api/session',
						{ login: login.value.trim(), password: password.value })).csrf);
					dialog.close();
					dialog.remove();
					resolve();
				} catch (error) {
					says.textContent = error.message;
					password.select();
				}
			} },
			h('div.brand', {}, h('img', { src: '/icon.svg', alt: '', width: 40, height: 40 }),
				h('span', {}, 'Intray')),
			h('h1', {}, t('signin.title')), why ? h('p.quiet', {}, why) : null,
			h('label', { for: 'login' }, t('signin.login')), login,
			h('label', { for: 'password' }, t('signin.password')), password, says,
			h('button.primary', { type: 'submit' }, t('signin.go'))));
		dialog.addEventListener('cancel', (event) => event.preventDefault());
		document.body.append(dialog);
		dialog.showModal();
		login.focus();
	});
}
