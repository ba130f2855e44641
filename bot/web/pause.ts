/** A wait that something may cut short: the network is back, or the page is looked at again. */
export function createPause(): Pause {
  let wake = () => {};
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    wake: () => wake(),
  };
}

export type Pause = { wait(ms: number): Promise<void>; wake(): void };
