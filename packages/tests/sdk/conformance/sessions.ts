import { PASSWORD } from '../../harness/people.ts';
import { overHttp } from './side.ts';
import type { Play } from './stage.ts';

export const SESSIONS: Record<string, Play> = {
  async 'people register and sign in'(stage) {
    const username = stage.nameFor('ana');
    const account = { email: `${username}@Parley.test`, username, password: PASSWORD };
    const { auth } = overHttp(stage.side.way());
    const session = await stage.told('register', auth.register.mutate({ ...account, displayName: 'Ana' }));
    await stage.refused('the same email', auth.register.mutate({ ...account, username: 'other' }));
    const other = { ...account, email: `other-${username}@parley.test`, username: username.toUpperCase() };
    await stage.refused('the same name', auth.register.mutate(other));
    await stage.refused('nothing right', auth.register.mutate({ email: 'x', username: '!', password: 'x' }));
    await stage.told('sign in', auth.login.mutate(account));
    await stage.refused('wrong', auth.login.mutate({ ...account, password: 'wrong' }));
    await stage.refused('unknown', auth.login.mutate({ ...account, email: 'no@parley.test' }));
    await stage.told('me', stage.device(session).client.auth.me.query());
    await stage.refused('nobody', auth.me.query());
    await stage.refused('with a bad token', overHttp(stage.side.way(), 'bad').auth.me.query());
  },

  async 'sessions are renewed and ended'(stage) {
    const ana = await stage.person('ana');
    const ben = await stage.person('ben');
    const { auth } = overHttp(stage.side.way());
    const next = await stage.told('refresh', auth.refresh.mutate(ana.session));
    await stage.refused('again', auth.refresh.mutate(ana.session));
    await stage.refused('the family is over', auth.refresh.mutate(next));
    await stage.refused('no token', auth.refresh.mutate({ refreshToken: 'x' }));
    const cem = await stage.person('cem');
    const { renew } = cem.client.auth;
    await stage.told(
      'log out',
      overHttp(stage.side.way(), ben.session.accessToken).auth.logout.mutate(ben.session),
    );
    await stage.refused('refresh then', auth.refresh.mutate(ben.session));
    await stage.told('renew', renew.mutate(cem.session));
    await stage.refused('another’s', renew.mutate(ana.session));
    await stage.refused('no token at all', renew.mutate({ accessToken: 'x' }));
  },

  async 'signing out everywhere ends all'(stage) {
    const ana = await stage.person('ana');
    const { auth } = overHttp(stage.side.way());
    const other = await auth.refresh.mutate(ana.session);
    const inbox = await stage.inbox(stage.device(other));
    const http = overHttp(stage.side.way(), ana.session.accessToken);
    await stage.told('sign out', http.auth.logoutEverywhere.mutate());
    while (inbox.errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await stage.refused('refresh then', auth.refresh.mutate(other));
    await stage.refused('with the old token', http.auth.me.query());
  },
};
