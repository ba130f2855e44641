import { useRef, useState } from 'react';

/** A value with undo and redo. Changes of one kind that follow each other quickly are one step. */
export function useHistory<T>(first: T): History<T> {
  const [{ value, past, future }, setSteps] = useState<Steps<T>>({ value: first, past: [], future: [] });
  const last = useRef({ kind: '', at: 0 });
  return {
    value,
    change(next, kind) {
      const now = Date.now();
      const joined = kind === last.current.kind && now - last.current.at < joinMs;
      last.current = { kind, at: now };
      setSteps((steps) => ({
        value: next,
        past: joined ? steps.past : [...steps.past.slice(-mostSteps), steps.value],
        future: [],
      }));
    },
    undo() {
      last.current.kind = '';
      setSteps((steps) => {
        const before = steps.past.at(-1);
        if (before === undefined) return steps;
        return { value: before, past: steps.past.slice(0, -1), future: [steps.value, ...steps.future] };
      });
    },
    redo() {
      last.current.kind = '';
      setSteps((steps) => {
        const [next, ...rest] = steps.future;
        if (next === undefined) return steps;
        return { value: next, past: [...steps.past, steps.value], future: rest };
      });
    },
    canUndo: past.length > 0,
    canRedo: future.length > 0,
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

type Steps<T> = { value: T; past: T[]; future: T[] };

const joinMs = 700;
const mostSteps = 199;
