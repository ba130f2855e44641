import { join } from 'node:path';
import { createApp } from './app.ts';
import { createAnswers } from './bot/answers/answer.ts';
import { createComposer } from './bot/answers/compose.ts';
import { createAnswerPreview } from './bot/answers/preview.ts';
import { createCardOrders } from './bot/cardOrders.ts';
import { createBotFramework } from './bot/channels/botframework/botFramework.ts';
import { createBotFrameworkRoutes } from './bot/channels/botframework/routes.ts';
import { openDirectLine } from './bot/channels/directline/openDirectLine.ts';
import { createChannelLimits } from './bot/channels/limits.ts';
import { createWebRoutes } from './bot/channels/web/routes.ts';
import { createWebChannel } from './bot/channels/web/webChannel.ts';
import { createDialogue } from './bot/dialogue.ts';
import { createCancelOrder, tellCancelOutcome } from './bot/flows/cancelOrder.ts';
import { createOrderStatus } from './bot/flows/orderStatus.ts';
import { intentLabels } from './bot/intentLabels.ts';
import { createModelTurns } from './bot/modelTurn.ts';
import { createTurn } from './bot/turn.ts';
import { createTurns } from './bot/turns.ts';
import { findEntities } from './bot/understanding/entities/findEntities.ts';
import { createModelReader } from './bot/understanding/llm.ts';
import { createUnderstanding } from './bot/understanding/understanding.ts';
import { createPhotos } from './core/attachments/photos.ts';
import { createFileRoutes } from './core/attachments/routes.ts';
import { type Config, readConfig } from './core/config.ts';
import { closeIdle } from './core/conversations/idle.ts';
import { clearLeases } from './core/conversations/turns.ts';
import { openDatabase } from './core/database/openDatabase.ts';
import { createEvents } from './core/events.ts';
import { createBrowserParts } from './core/http/browserParts.ts';
import { listen } from './core/http/server.ts';
import { createI18n } from './core/i18n.ts';
import { createJobs } from './core/jobs.ts';
import { keepSending } from './core/keepSending.ts';
import { installationKey } from './core/keys.ts';
import { loadConcepts } from './core/language/concepts.ts';
import { detectLanguage } from './core/language/detect.ts';
import { createTokeniser } from './core/language/tokenise.ts';
import { createLog } from './core/log.ts';
import { createBudget } from './core/model/budget.ts';
import { createModel } from './core/model/model.ts';
import { createReranker } from './core/model/rerank.ts';
import { createOutbox } from './core/outbox.ts';
import { createLoginLimit } from './core/staff/loginLimit.ts';
import { createStaffRoutes } from './core/staff/routes.ts';
import { createStaff } from './core/staff/staff.ts';
import { withoutPersonalData } from './core/withoutPersonalData.ts';
import { createDesk } from './handoff/desk.ts';
import { createHandoffWebhook } from './handoff/handoffWebhook.ts';
import { createDeskRoutes } from './handoff/routes.ts';
import { forgetQuestions } from './knowledge/gapForget.ts';
import { openKnowledge } from './knowledge/openKnowledge.ts';
import { recordVote } from './knowledge/votes.ts';
import { createActionWorker } from './orders/actionWorker.ts';
import { createEmbeddedOrders } from './orders/backends/embedded.ts';
import { createIdentity } from './orders/identity.ts';
import { pendingAction } from './orders/pendingAction.ts';
import { verifyShopToken } from './orders/shopToken.ts';
import { demoShopSecret, seedDemo } from './scripts/demo/seedDemo.ts';
import { createDemoSite } from './scripts/demo/site/pages.ts';

/** Builds the real parts in the order of their dependence, starts them, and returns how to stop them, the database last. */
export async function start(config: Config): Promise<Running> {
  const log = createLog(config.logLevel);
  const { limits } = config;
  const database = await openDatabase({ config, log, mode: 'start' });
  const stops: (() => Promise<void> | void)[] = [() => database.stop()];
  const stop = async () => {
    for (const end of stops.reverse())
      await Promise.resolve(end()).catch((error) => log.error({ err: error }, 'a part did not stop cleanly'));
  };
  try {
    const { db, pool } = database;
    // Our own server has one owner: leases of the process before us belong to nobody.
    if (database.embedded) await clearLeases(db);
    const events = createEvents({ connection: database.connection, schema: database.schema, log });
    await events.start();
    stops.push(() => events.stop());

    const folder = (name: string) => join(config.root, name, 'locales');
    const i18n = createI18n({ bot: folder('bot'), handoff: folder('handoff'), knowledge: folder('knowledge') });
    const seeded = config.demo && (await seedDemo(db, i18n.languages, new Date()));
    const shopSecret = config.shopTokenSecret ?? (config.demo ? await demoShopSecret(db) : undefined);
    const staff = createStaff({ db, config, key: await installationKey(db, 'staff') });
    const admin = await staff.firstAdmin();
    const linkHosts = [new URL(config.origin).host, ...config.linkHosts];

    // What the bot knows.
    const lexicon = loadConcepts();
    const understand = createUnderstanding({ lexicon, orderNumber: config.orderNumber });
    const valuesIn = (text: string) => findEntities(text, { orderNumber: config.orderNumber });
    const tokenise = createTokeniser(lexicon);
    const model =
      config.model && createModel({ settings: config.model, budget: createBudget(db, config.model.dailyTokens), log });
    const knowledge = await openKnowledge({
      db,
      events,
      config,
      log,
      i18n,
      staff,
      linkHosts,
      tokenise,
      gistOf: understand.gist,
      intentsOf: (text, language) => understand(text, { language }).intents,
      understand: (text, language) => understand(text, { language }),
      clean: (text, names) => withoutPersonalData(text, valuesIn, names),
      intents: (language) => intentLabels(i18n, language),
      asAnswer: createAnswerPreview({ i18n, linkHosts, zone: config.shopTimeZone }),
      rerank: model && createReranker(model),
    });
    stops.push(() => knowledge.stop());
    const orders = createEmbeddedOrders(db);
    const identity = createIdentity({ db, orders, limits, log });

    // What the bot does.
    const flows = [
      createOrderStatus({ orders, identity, exampleNumber: 'HH-24817' }),
      createCancelOrder({ orders, pending: (id) => pendingAction(db, id) }),
    ];
    const ordersFor = createCardOrders({ db, orders, identity, i18n, valuesIn, zone: config.shopTimeZone });
    const decide = createDialogue({
      understand,
      flows,
      answers: createAnswers({
        search: knowledge.findArticles,
        linkHosts,
        compose: model && createComposer({ model }),
      }),
      model: model &&
        config.model && {
          begin: createModelTurns({ db, orders, answerSeconds: config.model.answerSeconds }),
          read: createModelReader({ model, understand, seconds: config.model.understandSeconds }),
        },
      tellOutcome: (outcome, context) => tellCancelOutcome(outcome, orders, context),
      factsFor: async (conversationId, customerId) => ({
        orders: (await ordersFor(conversationId, customerId, 'en')).map((order) => order.number),
      }),
      i18n,
      shopName: config.shopName,
      shopTimeZone: config.shopTimeZone,
    });
    const runTurn = createTurn({ db, decide, i18n, limits, log });
    const turns = createTurns({ db, runTurn, sweepSeconds: limits.SWEEP_SECONDS, log });
    stops.push(() => turns.drain());
    const worker = createActionWorker({ db, orders, log });
    stops.push(() => worker.stop());
    const photos = createPhotos({ db, limits });
    const receiveOptions = {
      detect: detectLanguage,
      reopenDays: limits.REOPEN_DAYS,
      defaultLanguage: config.shopLanguage,
    };
    const botFramework = createBotFramework({
      db,
      limits,
      receiveOptions,
      app: config.botApp,
      origin: config.origin,
      log,
      onMessage: turns.start,
    });
    const outbox = createOutbox({ db, channels: new Map([['botframework', botFramework]]), log });
    const handoffWebhook = createHandoffWebhook({
      db,
      target: config.handoffWebhook,
      local: config.loopback,
      language: config.shopLanguage,
      ordersFor,
      nameOf: staff.nameOf,
      log,
    });
    const senders = [outbox, handoffWebhook];
    stops.push(keepSending({ senders, events, everySeconds: limits.SWEEP_SECONDS, log }));
    const woken = events.subscribe((event) => {
      if (event.t === 'action') worker.wake();
      if (event.t === 'due') turns.start(event.id);
    });
    stops.push(woken);
    const jobs = await createJobs({
      pool,
      schema: database.schema,
      log,
      jobs: {
        closeIdle: { everyMinutes: 5, run: () => closeIdle(db, limits, i18n) },
        forgetQuestions: { everyMinutes: 60, run: () => forgetQuestions(db, tokenise) },
        forgetUploads: { everyMinutes: 60, run: () => photos.forgetUnsent() },
      },
    });
    stops.push(() => jobs.stop());

    // How the world reaches it.
    const channelParts = {
      db,
      limits,
      receiveOptions,
      nameOf: staff.nameOf,
      verifyShopToken: async (token: string) => (shopSecret ? verifyShopToken(token, shopSecret) : undefined),
    };
    const rates = createChannelLimits(limits);
    const directLine = openDirectLine({
      threads: channelParts,
      config,
      key: await installationKey(db, 'directline'),
      rates,
      events,
      photos,
      i18n,
      onMessage: turns.start,
    });
    const app = createApp({
      config,
      log,
      channelRoutes: createWebRoutes({
        channel: createWebChannel({ ...channelParts, recordVote: (vote) => recordVote(db, vote) }),
        config,
        events,
        i18n,
        key: await installationKey(db, 'chat'),
        linkHosts,
        photos,
        rates,
        onMessage: turns.start,
      }),
      directLineRoutes: directLine.routes,
      botFrameworkRoutes: createBotFrameworkRoutes({ botFramework, config }),
      fileRoutes: createFileRoutes(photos),
      staffRoutes: createStaffRoutes({
        db,
        staff,
        loginLimit: createLoginLimit({ pool, tries: limits.LIMIT_LOGINS_15_MINUTES }),
      }),
      deskRoutes: createDeskRoutes({
        db,
        desk: createDesk({ db, i18n, nameOf: staff.nameOf, ordersFor }),
        events,
        staff,
        nameOf: staff.nameOf,
      }),
      knowledgeRoutes: knowledge.routes,
      gapRoutes: knowledge.gapRoutes,
      helpPages: knowledge.helpPages,
      browser: createBrowserParts(join(config.root, 'dist')),
      site: createDemoSite({ config, shopSecret }),
      ready: async () => (await pool.query('select 1').catch(() => undefined)) !== undefined,
    });
    await knowledge.ready;
    const server = await listen(app, config, directLine.streams);
    stops.push(() => server.close());
    await turns.begin();
    worker.begin();
    await knowledge.begin();
    return {
      port: server.port,
      origin: config.origin.replace(/:0$/, `:${server.port}`),
      app,
      seeded,
      stop,
      ...(admin ? { admin } : {}),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A started installation. `admin` is there on the first start only. */
export type Running = {
  port: number;
  origin: string;
  app: ReturnType<typeof createApp>;
  seeded: boolean;
  admin?: { email: string; password: string };
  stop(): Promise<void>;
};

if (import.meta.main) {
  try {
    const config = readConfig(import.meta.dirname);
    const running = await start(config);
    const lines = [
      `Anshin is ready: ${running.origin}`,
      `  shop page   ${running.origin}/`,
      `  staff       ${running.origin}/staff`,
    ];
    if (running.admin)
      lines.push(`  first sign-in: ${running.admin.email} with the one-time password ${running.admin.password}`);
    process.stderr.write(`${lines.join('\n')}\n`);
    let stopping: Promise<void> | undefined;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        // A second signal changes nothing: what is being stored is stored.
        stopping ??= running.stop().then(() => process.exit(0));
      });
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
