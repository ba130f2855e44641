import type { Log } from '../../core/log.ts';
import type { Embedders } from '../embedders/embedders.ts';
import type { StoredVectors } from '../embedders/store.ts';
import type { CopyVectors } from './copyVectors.ts';
import type { Passage } from './publishedPassages.ts';
import type { VectorState } from './vectorState.ts';

/**
 * Brings the stored vectors, and their copy elsewhere, to what is published: new and changed passages are embedded, the rest is
 * kept, what is gone is deleted. One process at a time; whatever stops it, the next run goes on from there. The vectors that serve
 * are kept up until the wanted model's are complete; then all processes switch.
 */
export function createIngest({ embedders, state, store, passages, copy, log, signal }: IngestParts): Ingest {
  const { wanted } = embedders;
  let done: string | undefined;
  // Once a process, for an index that somebody emptied.
  let looked = false;

  async function run(): Promise<void> {
    const before = await state.read();
    const { key } = await passages();
    // Settings of a newer process count: an older one stops making vectors, and does not fight over the model.
    if (before.wanted !== wanted.model) return;
    const whole = copy?.nameOf(wanted.model, key) ?? null;
    if (done === key && before.serving === wanted.model && before.copied === whole) return;
    if (!(await state.take())) return;
    try {
      // An article may be published meanwhile: it is embedded too before anything is switched or deleted.
      for (let next = await passages(); next.key !== done; next = await passages()) {
        await embed(next.passages);
        done = next.key;
      }
      await finish();
    } catch (error) {
      done = undefined;
      throw error;
    } finally {
      await state.release();
    }
  }

  async function embed(current: readonly Passage[]): Promise<void> {
    const texts = current.map(({ text }) => text);
    const { serving } = await state.read();
    const earlier = serving && serving !== wanted.model ? embedders.named(serving) : undefined;
    if (earlier) {
      // Best effort: without it a new article is found by its words until the switch.
      const made = await store.fill(earlier, texts, keepLease).catch((error) => {
        log.warn({ err: error, model: serving }, 'the model that serves embeds no more');
        return 0;
      });
      if (made > 0) await state.tell();
    }
    const started = performance.now();
    const made = await store.fill(wanted, texts, keepLease);
    const ms = Math.round(performance.now() - started);
    if (made > 0) log.info({ made, of: texts.length, model: wanted.model, ms }, 'embedded');
    if (made > 0 && serving === wanted.model) await state.tell();
  }

  async function finish(): Promise<void> {
    const { passages: current, key } = await passages();
    const { serving, copied } = await state.read();
    if (serving !== wanted.model) await state.tell({ serving: wanted.model });
    await store.keep(
      wanted.model,
      current.map(({ hash }) => hash),
    );
    const whole = copy?.nameOf(wanted.model, key) ?? null;
    const intact = looked || copied !== whole || !copy || (await copy.intact(wanted.model, current));
    looked = true;
    if (copied === whole && intact) return;
    if (!intact) await state.tell({ copied: null });
    await copy?.bring(wanted.model, current, (hashes) => store.read(wanted.model, hashes), keepLease);
    await state.tell({ copied: whole });
  }

  async function keepLease(): Promise<void> {
    signal.throwIfAborted();
    if (!(await state.take())) throw new Error('another process embeds meanwhile');
  }

  return { run };
}

/** One run; cheap when nothing changed. Throws when a vendor fails: what was done stays done. */
export type Ingest = { run(): Promise<void> };

type IngestParts = {
  embedders: Embedders;
  state: VectorState;
  store: StoredVectors;
  /** What is published now; the key tells one set from another. */
  passages(): Promise<{ passages: readonly Passage[]; key: string }>;
  copy: CopyVectors | undefined;
  log: Log;
  /** Ends a run at its next step. */
  signal: AbortSignal;
};
