import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { adminOf, caller, type StaffMember, staffMember, startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
let admin: StaffMember;
beforeEach(async () => {
  await app?.pool.query('delete from rate_limit');
});
beforeAll(async () => {
  app = await startApp({ LIMIT_LOGINS_15_MINUTES: '12' });
  admin = await adminOf(app);
});
afterAll(() => app.stop());

const guest = () => caller(app, '');

describe('signing in', () => {
  test('the one-time password must be replaced before anything else', async () => {
    const { rows } = await app.pool.query(`select must_change from staff where email = $1`, [admin.email]);
    expect(rows[0].must_change).toBe(false);
    const fresh = await startApp();
    const { admin: first } = fresh.running;
    const signedIn = await caller(fresh, '').call('POST', '/sign-in', {
      email: first?.email,
      password: first?.password,
    });
    const cookie = signedIn.headers
      .getSetCookie()
      .map((entry) => entry.split(';')[0])
      .join('; ');
    expect((await caller(fresh, cookie).call('GET', '/people')).status).toBe(403);
    expect((await caller(fresh, cookie).call('GET', '/me')).status).toBe(200);
    await fresh.stop();
  });

  test('a wrong password and an unknown account get the same answer', async () => {
    const wrong = await guest().call('POST', '/sign-in', { email: admin.email, password: 'nonsense nonsense' });
    const unknown = await guest().call('POST', '/sign-in', {
      email: 'nobody@example.com',
      password: 'nonsense nonsense',
    });
    expect(wrong.status).toBe(401);
    expect(unknown.status).toBe(401);
    expect(await wrong.text()).toBe(await unknown.text());
  });

  test('tries are limited by account', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 14; i += 1)
      statuses.push((await guest().call('POST', '/sign-in', { email: 'target@example.com', password: 'x' })).status);
    expect(statuses.at(-1)).toBe(429);
    expect(statuses[0]).toBe(401);
  });

  test('the cookie is for this site and not for scripts', async () => {
    const member = await staffMember(app);
    const response = await guest().call('POST', '/sign-in', { email: member.email, password: 'a good password' });
    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
  });

  test.each([
    { email: admin?.email, password: ['a'] },
    { email: { $gt: '' }, password: 'x' },
    { email: 'a@b.c', password: 'x', admin: true },
    'text',
    null,
  ])('a body of another form is refused: %j', async (body) => {
    expect((await guest().call('POST', '/sign-in', body)).status).toBe(400);
  });

  test('changing the password ends the other sessions', async () => {
    const member = await staffMember(app);
    const second = await guest().call('POST', '/sign-in', { email: member.email, password: 'a good password' });
    const other = caller(
      app,
      second.headers
        .getSetCookie()
        .map((entry) => entry.split(';')[0])
        .join('; '),
    );
    expect(
      (await other.call('PATCH', '/me', { password: { old: 'wrong one', new: 'a better password' } })).status,
    ).toBe(400);
    expect(
      (await other.call('PATCH', '/me', { password: { old: 'a good password', new: 'a better password' } })).status,
    ).toBe(200);
    expect((await member.call('GET', '/me')).status).toBe(401);
  });
});

describe('people', () => {
  test('a link works once', async () => {
    const { link } = (await (
      await admin.call('POST', '/people', { email: 'once@example.com', name: 'Once', roles: ['editor'] })
    ).json()) as { link: string };
    const [address = '', token = ''] = link.split('#');
    expect(address).toBe(`${app.base}/staff/link`);
    expect((await guest().call('POST', '/link', { token, password: 'a good password' })).status).toBe(200);
    expect((await guest().call('POST', '/link', { token, password: 'a good password' })).status).toBe(410);
  });

  test('only an admin sees and changes people', async () => {
    for (const role of ['agent', 'editor', 'supervisor']) {
      const member = await staffMember(app, [role], role);
      expect((await member.call('GET', '/people')).status).toBe(403);
      expect(
        (await member.call('POST', '/people', { email: 'x@example.com', name: 'X', roles: ['admin'] })).status,
      ).toBe(403);
      expect((await member.call('PATCH', `/people/${member.id}`, { roles: ['admin'] })).status).toBe(403);
    }
  });

  test('the last admin stays', async () => {
    const { people } = (await (await admin.call('GET', '/people')).json()) as {
      people: { id: string; roles: string[]; active: boolean }[];
    };
    const only = people.filter((person) => person.roles.includes('admin') && person.active);
    expect(only).toHaveLength(1);
    expect((await admin.call('PATCH', `/people/${only[0]?.id}`, { roles: ['agent'] })).status).toBe(409);
    expect((await admin.call('PATCH', `/people/${only[0]?.id}`, { active: false })).status).toBe(409);
  });

  test('a shut account cannot sign in', async () => {
    const member = await staffMember(app);
    await admin.call('PATCH', `/people/${member.id}`, { active: false });
    expect((await guest().call('POST', '/sign-in', { email: member.email, password: 'a good password' })).status).toBe(
      401,
    );
  });

  test('two accounts of one address do not exist', async () => {
    const body = { email: 'Same@Example.com', name: 'Same', roles: ['agent'] };
    expect((await admin.call('POST', '/people', body)).status).toBe(201);
    expect(
      (await admin.call('POST', '/people', { ...body, email: 'ＳＡＭＥ@example.com' })).status,
    ).toBeGreaterThanOrEqual(400);
  });
});

test('without a session nothing of the staff answers', async () => {
  for (const path of [
    '/me',
    '/people',
    '/desk/stream',
    '/knowledge',
    '/desk/conversations/00000000-0000-4000-8000-000000000000',
  ]) {
    expect((await guest().call('GET', path)).status, path).toBe(401);
  }
});
