import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEvents } from '../../bot/web/sse.ts';
import { adminOf, type StaffMember, staffMember, startApp, type TestApp, textOf, visitor } from '../support/app.ts';

let app: TestApp;
let mei: StaffMember;
let tom: StaffMember;
beforeAll(async () => {
  app = await startApp();
  mei = await staffMember(app, ['agent'], 'Mei');
  tom = await staffMember(app, ['agent'], 'Tom');
});
afterAll(() => app.stop());

async function waiting(language = 'en', words = 'I want to talk to a person') {
  const customer = await visitor(app, { language });
  await customer.say(words);
  const { conversation } = await mei.conversation(customer.conversationId);
  return { customer, id: customer.conversationId, ownerVersion: conversation.ownerVersion };
}

async function collect(
  member: StaffMember,
  path: string,
  until: (events: { event: string; data: unknown }[]) => boolean,
) {
  const events: { event: string; data: unknown }[] = [];
  const stop = new AbortController();
  const response = await fetch(`${app.base}/staff/api${path}`, {
    headers: { Cookie: member.cookie },
    signal: stop.signal,
  });
  const reading = readEvents(response, (event, data) => {
    events.push({ event, data });
    if (until(events)) stop.abort();
  }).catch(() => undefined);
  return { events, reading, stop: () => stop.abort(), status: response.status };
}

describe('the way of a conversation', () => {
  test('claim, talk, bot silent, return, bot answers again', async () => {
    const { customer, id, ownerVersion } = await waiting();
    const claimed = (await (await mei.call('POST', `/desk/conversations/${id}/claim`, { ownerVersion })).json()) as {
      ownerVersion: number;
    };
    const reply = await mei.call('POST', `/desk/conversations/${id}/reply`, {
      text: 'Hello, this is Mei.',
      clientId: 'reply-0001',
      ownerVersion: claimed.ownerVersion,
    });
    expect(reply.status).toBe(200);
    const [arrived, message] = await customer.replies();
    expect(arrived?.body[0]).toEqual({ type: 'status', state: 'accepted', agent: 'Mei' });
    expect(message).toMatchObject({ from: 'agent', agent: 'Mei' });
    await customer.post('/messages', { clientId: 'while-agent-1', text: 'How much is shipping?' });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(
      (await mei.conversation(id)).messages.filter((entry) => entry.from === 'bot' && entry.seq > (message?.seq ?? 0)),
    ).toEqual([]);
    expect(
      (await mei.call('POST', `/desk/conversations/${id}/return`, { ownerVersion: claimed.ownerVersion })).status,
    ).toBe(200);
    await customer.replies();
    expect(await customer.say('How much is shipping to the UK?')).toContain('(shipping-costs)');
  });

  test('of two who claim one wins and the other learns who', async () => {
    const { id, ownerVersion } = await waiting();
    const answers = await Promise.all(
      [mei, tom].map((member) => member.call('POST', `/desk/conversations/${id}/claim`, { ownerVersion })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
    const lost = answers.find((answer) => answer.status === 409);
    const answer = (await lost?.json()) as { error: { details: { owner: string } } } | undefined;
    expect(['Mei', 'Tom']).toContain(answer?.error.details.owner);
  });

  test('200 claims race: never two owners', async () => {
    const { id } = await waiting();
    for (let i = 0; i < 25; i += 1) {
      const { conversation } = await mei.conversation(id);
      const act = conversation.state === 'waiting' ? 'claim' : 'transfer';
      const members =
        act === 'claim' ? [mei, tom, mei, tom, mei, tom, mei, tom] : [conversation.ownerId === mei.id ? mei : tom];
      const answers = await Promise.all(
        members.map((member) =>
          member.call('POST', `/desk/conversations/${id}/${act}`, { ownerVersion: conversation.ownerVersion }),
        ),
      );
      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    }
  });

  test('a reply after losing the conversation is refused and nothing of it is seen', async () => {
    const { customer, id, ownerVersion } = await waiting();
    const claimed = (await (await mei.call('POST', `/desk/conversations/${id}/claim`, { ownerVersion })).json()) as {
      ownerVersion: number;
    };
    const admin = await adminOf(app);
    expect(
      (await admin.call('POST', `/desk/conversations/${id}/takeover`, { ownerVersion: claimed.ownerVersion })).status,
    ).toBe(200);
    const late = await mei.call('POST', `/desk/conversations/${id}/reply`, {
      text: 'too late',
      clientId: 'late-00001',
      ownerVersion: claimed.ownerVersion,
    });
    expect(late.status).toBe(409);
    expect(((await late.json()) as { error: { details: { owner: string } } }).error.details.owner).toBe('Admin');
    expect(textOf((await mei.conversation(id)).messages)).not.toContain('too late');
    expect(customer.conversationId).toBe(id);
  });

  test('the same reply twice is one message, the same note one note', async () => {
    const { id, ownerVersion } = await waiting();
    const claimed = (await (await mei.call('POST', `/desk/conversations/${id}/claim`, { ownerVersion })).json()) as {
      ownerVersion: number;
    };
    const body = { text: 'once', clientId: 'twice-0001', ownerVersion: claimed.ownerVersion };
    const answers = await Promise.all(
      [1, 2, 3].map(() => mei.call('POST', `/desk/conversations/${id}/reply`, body).then((answer) => answer.json())),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    for (let i = 0; i < 2; i += 1)
      await mei.call('POST', `/desk/conversations/${id}/note`, { text: 'a note', clientId: 'note-00001' });
    expect((await mei.conversation(id)).events.filter((event) => event.kind === 'note')).toHaveLength(1);
  });

  test('closing tells the customer, and a new message brings it back to the queue', async () => {
    const { customer, id, ownerVersion } = await waiting();
    const claimed = (await (await mei.call('POST', `/desk/conversations/${id}/claim`, { ownerVersion })).json()) as {
      ownerVersion: number;
    };
    await mei.call('POST', `/desk/conversations/${id}/close`, { ownerVersion: claimed.ownerVersion });
    expect(textOf(await customer.replies())).toContain('closed');
    await customer.post('/messages', { clientId: 'again-0001', text: 'one more thing' });
    expect((await mei.conversation(id)).conversation.state).toBe('waiting');
  });
});

describe('who may what', () => {
  test('an agent takes from the bot, but not from a colleague', async () => {
    const customer = await visitor(app, { language: 'en' });
    await customer.say('hello');
    const version = (await mei.conversation(customer.conversationId)).conversation.ownerVersion;
    const taken = (await (
      await mei.call('POST', `/desk/conversations/${customer.conversationId}/takeover`, { ownerVersion: version })
    ).json()) as { ownerVersion: number };
    expect(
      (
        await tom.call('POST', `/desk/conversations/${customer.conversationId}/takeover`, {
          ownerVersion: taken.ownerVersion,
        })
      ).status,
    ).toBe(403);
  });

  test('an editor has no desk', async () => {
    const editor = await staffMember(app, ['editor'], 'Edda');
    expect((await editor.call('GET', '/desk/stream')).status).toBe(403);
  });

  test('the customer never sees notes or events', async () => {
    const { customer, id } = await waiting();
    await mei.call('POST', `/desk/conversations/${id}/note`, { text: 'secret note', clientId: 'secret-001' });
    const response = await fetch(`${app.base}/channels/web/messages?after=0`, { headers: customer.headers });
    expect(await response.text()).not.toContain('secret note');
  });

  test('unknown keys, foreign ids and a foreign origin are refused', async () => {
    const { id, ownerVersion } = await waiting();
    expect((await mei.call('POST', `/desk/conversations/${id}/claim`, { ownerVersion, owner: tom.id })).status).toBe(
      400,
    );
    expect((await mei.call('GET', '/desk/conversations/00000000-0000-4000-8000-000000000000')).status).toBe(404);
    expect((await mei.call('GET', '/desk/conversations/1%27or')).status).toBe(404);
    expect(
      (await mei.call('POST', `/desk/conversations/${id}/claim`, { ownerVersion }, { Origin: 'https://evil.example' }))
        .status,
    ).toBe(403);
  });
});

describe('live', () => {
  test('a snapshot first, then each change', async () => {
    const queue = await collect(mei, '/desk/stream', (events) =>
      events.some(({ event, data }) => event === 'change' && JSON.stringify(data).includes('person_wanted')),
    );
    const { id } = await waiting();
    await queue.reading;
    expect(queue.events[0]?.event).toBe('snapshot');
    expect(JSON.stringify(queue.events)).toContain(id);
  });

  test('a stream of a staff member ends with the member', async () => {
    const gone = await staffMember(app, ['agent'], 'Gone');
    const queue = await collect(gone, '/desk/stream', () => false);
    const started = Date.now();
    await (await adminOf(app)).call('PATCH', `/people/${gone.id}`, { active: false });
    await queue.reading;
    expect(Date.now() - started).toBeLessThan(5000);
    expect((await gone.call('GET', '/me')).status).toBe(401);
  });
});

test('the card says what the agent must know first', async () => {
  const customer = await visitor(app, { language: 'en' });
  await customer.say('where is my order HH-24806, postcode LS1 4AP');
  await customer.say('This is a disgrace, three parcels and a circus. I am done being polite.');
  const { card } = await mei.conversation(customer.conversationId);
  expect(card).toMatchObject({ reason: 'anger', sentence: expect.stringMatching(/disgrace|polite/) });
  expect(JSON.stringify(card)).toContain('Parcel 2 of 3 is held at customs in Leipzig');
});
