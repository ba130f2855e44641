/** Keeps small values in the page's storage; where that is refused, in memory for as long as the page lives. */
export function createStore(prefix: string): Store {
  const memory = new Map<string, string>();
  // Strict settings refuse storage by throwing at the first touch.
  const attempt = <T>(use: (storage: Storage) => T): T | undefined => {
    try {
      return use(localStorage);
    } catch {
      return undefined;
    }
  };
  const store: Store = {
    get: (name) => attempt((storage) => storage.getItem(prefix + name)) ?? memory.get(name),
    read(name) {
      try {
        return JSON.parse(store.get(name) ?? 'null') as unknown;
      } catch {
        // Something else wrote there, or half of it was written.
        return null;
      }
    },
    set(name, value) {
      memory.set(name, value);
      attempt((storage) => storage.setItem(prefix + name, value));
    },
    remove(name) {
      memory.delete(name);
      attempt((storage) => storage.removeItem(prefix + name));
    },
    names(start) {
      const kept = attempt((storage) => Object.keys(storage)) ?? [];
      const own = kept.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
      return [...new Set([...own, ...memory.keys()])].filter((name) => name.startsWith(start));
    },
  };
  return store;
}

export type Store = {
  get(name: string): string | undefined;
  /** The value as JSON; null where there is none or it is broken. */
  read(name: string): unknown;
  set(name: string, value: string): void;
  remove(name: string): void;
  /** The names that begin like this. */
  names(start: string): string[];
};
