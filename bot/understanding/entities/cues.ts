import { createForms } from './forms.ts';
import { formsOf } from './tables.ts';
import type { Word } from './words.ts';

/** Tells by the words around a number what it is: "my order …", "tracking: …", "… is my phone". */
export function readCues(text: string, words: readonly Word[]): Cues {
  const found = cueForms(words).sort((a, b) => a.start - b.start);
  const before = (at: number, reach: number): Cue | undefined => {
    let best: (typeof found)[number] | undefined;
    for (const cue of found) {
      if (cue.start >= at) break;
      if (cue.end > at || at - cue.end > reach) continue;
      // A number in between has taken the word for itself.
      const between = text.slice(cue.end, at);
      if (ends.test(between) || /\d{4}/.test(between)) continue;
      // "Order number", "número de pedido": the word for a number says only that it is one.
      if (best && cue.label === 'number' && best.label !== 'number' && cue.start - best.end < near) continue;
      best = cue;
    }
    return best && { kind: best.label, distance: at - best.end };
  };
  return {
    before,
    near(start, end) {
      const cue = before(start, far);
      if (cue && cue.kind !== 'number') return cue;
      const after = found.find(
        ({ start: at, end: to, label }) =>
          at >= end && at - end <= near && to > end && label !== 'number' && !ends.test(text.slice(end, at)),
      );
      if (after) return { kind: after.label, distance: after.start - end };
      return cue;
    },
    any: (kind) => found.some(({ label }) => label === kind),
  };
}

/** Words that tell what a number is. */
export type Cues = {
  /** The last one before a place, at most `reach` characters away and in the same sentence. */
  before(at: number, reach: number): Cue | undefined;
  /** The one that speaks of this place: before it, else right after it. */
  near(start: number, end: number): Cue | undefined;
  any(kind: CueKind): boolean;
};

/** What a cue speaks of; `number` only of some number, `other` of one that is none of ours (an invoice, a card, an article). */
export type CueKind = 'order' | 'tracking' | 'phone' | 'postcode' | 'number' | 'other';

type Cue = { kind: CueKind; distance: number };

const far = 40;
const near = 16;
const ends = /[.!?]\s+\p{Lu}|[!?;。！？؟]/u;
const cueForms = createForms(formsOf('cues').map(([form, kind]) => [form, kind as CueKind] as const));
