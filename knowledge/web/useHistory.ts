import { useRef, useState } from 'react';

/** A value with undo and redo. Changes of one kind that follow each other quickly are one step. */
export function useHistory<T>(first: T): History<T> {
  const [value, setValue] = useState(first);
  const [steps, setSteps] = useState<{ past: T[]; future: T[] }>({ past: [], future: [] });
  const last = useRef({ kind: '', at: 0 });
  return {
    value,
    change(next, kind) {
      const now = Date.now();
      const joined = kind === last.current.kind && now - last.current.at < joinMs;
      last.current = { kind, at: now };
      setSteps(({ past }) => ({ past: joined ? past : [...past.slice(-199), value], future: [] }));
      setValue(next);
    },
    undo() {
      const before = steps.past.at(-1);
      if (before === undefined) return;
      last.current.kind = '';
      setSteps({ past: steps.past.slice(0, -1), future: [value, ...steps.future] });
      setValue(before);
    },
    redo() {
      const [next, ...future] = steps.future;
      if (next === undefined) return;
      last.current.kind = '';
      setSteps({ past: [...steps.past, value], future });
      setValue(next);
    },
    canUndo: steps.past.length > 0,
    canRedo: steps.future.length > 0,
  };
}

export type History<T> = {
  value: T;
  change(next: T, kind: string): void;
  undo(): void;
  redo(): void;
  canUndo: boolean;
  canRedo: boolean;
};

const joinMs = 700;
