/** Keeps small values in the page's storage; where that is refused, in memory for as long as the page lives. */
export function createStore(prefix: string): Store {
  const memory = new Map<string, string>();
  return {
    get(name) {
      try {
        return localStorage.getItem(prefix + name) ?? memory.get(name);
      } catch {
        return memory.get(name);
      }
    },
    set(name, value) {
      memory.set(name, value);
      try {
        localStorage.setItem(prefix + name, value);
      } catch {
        // Strict settings forbid storage: the conversation then lives as long as the page.
      }
    },
  };
}

export type Store = { get(name: string): string | undefined; set(name: string, value: string): void };
