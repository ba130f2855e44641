import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, api } from '../../core/ui/api.ts';
import type { VariantView } from '../articles.ts';
import type { Content } from '../types.ts';
import { type Draft, type DraftField, sameDraft, toContent, toDraft } from './draft.ts';
import { type History, useHistory } from './useHistory.ts';

/**
 * The draft of one language: saved by itself shortly after each change, never over a newer save of a colleague. What could
 * not be saved stays in this browser until it can.
 */
export function useDraft(slug: string, language: string, variant: VariantView | undefined): DraftTools {
  const client = useQueryClient();
  const place = `draft:${slug}.${language}`;
  const [kept] = useState(() => keptDraft(place));
  const history = useHistory<Draft>(kept?.draft ?? toDraft(variant?.draft));
  const [base, setBase] = useState({
    draft: kept?.base ?? toDraft(variant?.draft),
    version: kept?.version ?? variant?.version ?? 0,
  });
  const [state, setState] = useState<SaveState>('saved');
  const [conflict, setConflict] = useState<Conflict>();
  const [failure, setFailure] = useState<unknown>();
  const draft = history.value;
  const dirty = !sameDraft(draft, base.draft);
  // Saves run one after the other; each sees what is there when it starts.
  const now = useRef({ draft, base, conflict });
  now.current = { draft, base, conflict };
  const running = useRef<Promise<unknown>>(Promise.resolve());

  const saveNow = useCallback(async (): Promise<number | undefined> => {
    const { draft, base, conflict } = now.current;
    if (conflict) return undefined;
    if (sameDraft(draft, base.draft)) return base.version;
    if (!draft.title.trim()) {
      setState('untitled');
      return undefined;
    }
    setState('saving');
    try {
      const { version } = await api<{ version: number }>('PUT', `/knowledge/${slug}/${language}`, {
        ...toContent(draft),
        baseVersion: base.version,
      });
      now.current.base = { draft, version };
      setBase({ draft, version });
      setState('saved');
      setFailure(undefined);
      void client.invalidateQueries({ queryKey: ['articles'] });
      return version;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'stale') {
        const { draft: theirs, version, by } = error.details;
        // A save whose answer was lost on the way, or the same text twice: nothing to choose.
        if (sameDraft(toDraft(theirs as Content | null), draft)) {
          now.current.base = { draft, version: Number(version) };
          setBase(now.current.base);
          setState('saved');
          return Number(version);
        }
        setConflict({
          theirs: toDraft(theirs as Content | null),
          version: Number(version),
          by: by ? String(by) : null,
        });
        setState('conflict');
      } else if (error instanceof ApiError && (error.code === 'offline' || error.code === 'unavailable'))
        setState('offline');
      else {
        setState('failed');
        setFailure(error);
      }
      return undefined;
    }
  }, [slug, language, client]);

  const save = useCallback(() => {
    const next = running.current.then(saveNow);
    running.current = next;
    return next;
  }, [saveNow]);

  // A refused save is tried again after the next change, an offline one by itself.
  const offline = state === 'offline';
  useEffect(() => {
    if (!dirty) {
      localStorage.removeItem(place);
      return;
    }
    localStorage.setItem(place, JSON.stringify({ draft, base: base.draft, version: base.version }));
    if (conflict) return;
    const timer = setTimeout(() => void save(), offline ? retryMs : pauseMs);
    return () => clearTimeout(timer);
  }, [dirty, draft, base, conflict, offline, save, place]);

  // A colleague's save, or a rollback, is taken over while nothing here waits.
  useEffect(() => {
    if (!variant || dirty || variant.version <= base.version) return;
    setBase({ draft: toDraft(variant.draft), version: variant.version });
    history.change(toDraft(variant.draft), 'theirs');
  }, [variant, dirty, base.version, history]);

  return {
    draft,
    base: base.draft,
    version: base.version,
    dirty,
    state: dirty && (state === 'saved' || state === 'failed') ? (state === 'failed' ? 'failed' : 'dirty') : state,
    failure,
    conflict,
    history,
    change: (field, value) => history.change({ ...draft, [field]: value }, field),
    save,
    resolve(merged) {
      if (!conflict) return;
      // Their text stands in the history too: undo reaches it.
      history.change(conflict.theirs, 'theirs');
      setBase({ draft: conflict.theirs, version: conflict.version });
      setConflict(undefined);
      setState('saved');
      history.change(merged, 'merged');
    },
    discard() {
      localStorage.removeItem(place);
    },
  };
}

export type SaveState = 'saved' | 'dirty' | 'saving' | 'offline' | 'failed' | 'untitled' | 'conflict';
export type Conflict = { theirs: Draft; version: number; by: string | null };
export type DraftTools = {
  draft: Draft;
  base: Draft;
  version: number;
  dirty: boolean;
  state: SaveState;
  failure: unknown;
  conflict: Conflict | undefined;
  history: History<Draft>;
  change(field: DraftField, value: string): void;
  /** The version saved, or undefined when it could not be. */
  save(): Promise<number | undefined>;
  resolve(merged: Draft): void;
  discard(): void;
};

const pauseMs = 1200;
const retryMs = 4000;

function keptDraft(place: string): { draft: Draft; base: Draft; version: number } | undefined {
  try {
    return JSON.parse(localStorage.getItem(place) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}
