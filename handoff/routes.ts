import { type Request, Router } from 'express';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { NameOf } from '../core/conversations/read.ts';
import type { CoreTables } from '../core/database/tables.ts';
import { AppError } from '../core/errors.ts';
import type { AppEvent, Events } from '../core/events.ts';
import { bodyOf, countOf, idOf, jsonBody } from '../core/http/body.ts';
import { type EventStream, openStream } from '../core/http/stream.ts';
import { memberOf } from '../core/staff/routes.ts';
import type { Member, Staff } from '../core/staff/staff.ts';
import type { Desk } from './desk.ts';
import { queueItems } from './queue.ts';

/** The desk's HTTP below /staff/api/desk: live queue, one conversation, and what an agent does to it. */
export function createDeskRoutes({ db, desk, events, staff, nameOf }: DeskRouteParts): Router {
  const router = Router();
  const json = jsonBody(64);
  const agent = staff.requireStaff('agent', 'supervisor');

  router.get('/stream', agent, async (request, response) => {
    let version = 0;
    const known = new Set<string>();
    const push = serial(async (ids: string[] | undefined) => {
      const items = await queueItems(db, nameOf, ids);
      version += 1;
      if (!ids) {
        known.clear();
        for (const item of items) known.add(item.id);
        stream.send({ event: 'snapshot', data: { version, conversations: items } });
        return;
      }
      for (const item of items) {
        known.add(item.id);
        stream.send({ event: 'change', data: { version, item } });
      }
      const here = new Set(items.map((item) => item.id));
      for (const id of ids)
        if (!here.has(id) && known.delete(id)) stream.send({ event: 'remove', data: { version, id } });
    });
    // Changes of a moment are read together: a busy shop changes many rows a second.
    let waiting = new Set<string>();
    let timer: NodeJS.Timeout | undefined;
    const stream = follow(
      request,
      memberOf(response),
      (event) => {
        if (event.t === 'resync') return void push(undefined).catch(() => stream.end());
        if (event.t !== 'conversation') return;
        waiting.add(event.id);
        timer ??= setTimeout(() => {
          const ids = [...waiting];
          waiting = new Set();
          timer = undefined;
          push(ids).catch(() => stream.end());
        }, gatherMs);
      },
      response,
    );
    // The subscription stands before the snapshot is read: nothing falls in between.
    await push(undefined);
  });

  router.get('/conversations/:id', agent, async (request, response) => {
    const { language } = memberOf(response);
    response.json(await desk.open(idOf(request.params.id), languageOf(request, language)));
  });

  router.get('/conversations/:id/stream', agent, async (request, response) => {
    const id = idOf(request.params.id);
    let after = countOf(request.query.after, 0);
    let afterDesk = countOf(request.query.afterDesk, 0);
    const first = await desk.view(id);
    if (!first) throw new AppError('not_found', 'no such conversation');
    const push = serial(async () => {
      for (const message of await desk.messagesAfter(id, after)) {
        stream.send({ event: 'message', id: message.seq, data: message });
        after = message.seq;
      }
      for (const event of await desk.eventsAfter(id, afterDesk)) {
        stream.send({ event: 'event', data: event });
        afterDesk = event.seq;
      }
      const conversation = await desk.view(id);
      if (!conversation) return;
      const owner = conversation.ownerId ? await nameOf(conversation.ownerId) : undefined;
      stream.send({ event: 'conversation', data: { ...conversation, ...(owner ? { owner } : {}) } });
    });
    const stream = follow(
      request,
      memberOf(response),
      (event) => {
        if (event.t === 'resync' || (event.t === 'conversation' && event.id === id))
          push(undefined).catch(() => stream.end());
      },
      response,
    );
    await push(undefined);
  });

  for (const act of ['claim', 'takeover', 'transfer', 'close', 'return'] as const) {
    const may = act === 'takeover' ? staff.requireStaff('agent', 'supervisor') : agent;
    router.post(`/conversations/:id/${act}`, may, json, async (request, response) => {
      const { ownerVersion } = bodyOf(moveBody, request.body);
      const member = memberOf(response);
      const id = idOf(request.params.id);
      // From the bot any agent may take a conversation; from a colleague only a supervisor.
      if (act === 'takeover' && !member.roles.some((role) => role === 'supervisor' || role === 'admin')) {
        const now = await desk.view(id);
        if (now?.state === 'agent' && now.ownerId !== member.id)
          throw new AppError('forbidden', 'only a supervisor takes a conversation from a colleague');
      }
      response.json(await (act === 'return' ? desk.returnToBot : desk[act])(id, member.id, ownerVersion));
    });
  }

  router.post('/conversations/:id/reply', agent, json, async (request, response) => {
    response.json(await desk.reply(idOf(request.params.id), memberOf(response).id, bodyOf(replyBody, request.body)));
  });

  router.post('/conversations/:id/note', agent, json, async (request, response) => {
    await desk.note(idOf(request.params.id), memberOf(response).id, bodyOf(noteBody, request.body));
    response.status(201).json({});
  });

  return router;

  // A stream of a staff member ends when the member's sessions do, in whatever process that happens.
  function follow(
    request: Request,
    member: Member,
    onEvent: (event: AppEvent) => void,
    response: Parameters<typeof openStream>[1],
  ): EventStream {
    const unsubscribe = events.subscribe((event) => {
      if (event.t === 'revoked' && event.staffId === member.id) stream.end();
      else onEvent(event);
    });
    const check = setInterval(() => {
      staff.memberOf(request).then(
        (still) => still || stream.end(),
        () => undefined,
      );
    }, sessionCheckMs);
    const stream = openStream(request, response, () => {
      unsubscribe();
      clearInterval(check);
    });
    return stream;
  }
}

type DeskRouteParts = { db: Kysely<CoreTables>; desk: Desk; events: Events; staff: Staff; nameOf: NameOf };

const gatherMs = 40;
const sessionCheckMs = 60_000;
const text = z
  .string()
  .trim()
  .min(1)
  .max(4000)
  .refine((value) => !value.includes('\u0000'));
const clientId = z.string().regex(/^[\w-]{8,64}$/);
const ownerVersion = z.int().min(0);
const moveBody = z.strictObject({ ownerVersion });
const replyBody = z.strictObject({ text, clientId, ownerVersion });
const noteBody = z.strictObject({ text, clientId });

function languageOf(request: Request, own: string | null): string {
  const asked = request.query.language;
  return typeof asked === 'string' && /^[a-z]{2}$/.test(asked) ? asked : (own ?? 'en');
}

// One read at a time, in the order of the calls: an older state never overtakes a newer one.
function serial<T>(run: (value: T) => Promise<void>): (value: T) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (value) => {
    last = last.catch(() => undefined).then(() => run(value));
    return last;
  };
}
