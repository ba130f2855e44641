import type { Gist } from '../../core/language/gist.ts';

/** What one message says, as both the local model and a language model report it. */
export type Understanding = {
  /** Primary tag of the detected language, such as "zh"; "und" when nothing tells. */
  language: string;
  languageConfidence: number;
  /** False for a language that we recognise but do not answer in. */
  languageKnown: boolean;
  /** Best first; calibrated confidences between 0 and 1. */
  intents: { name: string; confidence: number }[];
  /** Values as written; start and end are UTF-16 offsets into the message. */
  entities: Entity[];
  emotion: Emotion;
  /** What it is about, for comparing it with articles. */
  gist?: Gist;
  handoff: { now: boolean; reason?: HandoffCause; sentence?: string };
};

/**
 * A value found in a message; `start` and `end` are UTF-16 offsets into it. `relative` marks a date that only the day of the
 * message gives, such as "tomorrow".
 */
export type Entity = { name: EntityName; text: string; value: string; start: number; end: number; relative?: true };

/** The kinds of values that are looked for. */
export type EntityName =
  | 'order_number'
  | 'tracking_number'
  | 'email'
  | 'phone'
  | 'postcode'
  | 'product'
  | 'quantity'
  | 'reason'
  | 'date'
  | 'amount'
  | 'country'
  | 'city'
  | 'new_address';

export type Emotion = 'calm' | 'frustrated' | 'angry';

export type HandoffCause =
  | 'person_wanted'
  | 'anger'
  | 'legal'
  | 'safety'
  | 'fraud'
  | 'repeated_failure'
  | 'several_problems';

/** All that understanding may ask for; code decides what happens. Confirm and deny come from buttons and closed phrases only. */
export type Command =
  | { type: 'start'; flow: string }
  | { type: 'set'; slot: string; value: string }
  | { type: 'correct'; slot: string; value: string }
  /** A button carries the digest of the summary that it stood under. */
  | { type: 'confirm'; digest?: string }
  | { type: 'deny' }
  | { type: 'cancel' }
  | { type: 'ask'; question: string; intent?: string }
  | { type: 'handoff'; reason: HandoffCause; sentence?: string }
  | { type: 'chitchat'; kind: 'greeting' | 'thanks' | 'goodbye' | 'praise' }
  | { type: 'unclear'; candidates: string[] };
