/** Follows a stream of the staff API and reconnects with growing pauses; `path` is asked anew each time, so that it can resume. */
export function liveStream({ path, onEvent, onState }: LiveStreamOptions): () => void {
  let stopped = false;
  let abort: AbortController | undefined;
  void (async () => {
    for (let pause = 500; !stopped; ) {
      abort = new AbortController();
      try {
        const response = await fetch(`/staff/api${path()}`, { signal: abort.signal });
        if (response.status === 401) {
          onState('signed_out');
          return;
        }
        if (!response.ok || !response.body) throw new Error(String(response.status));
        onState('live');
        pause = 500;
        await read(response.body, onEvent);
      } catch {
        // A broken stream is the ordinary case here: the loop goes on.
      }
      if (stopped) return;
      onState('reconnecting');
      await new Promise((resolve) => setTimeout(resolve, pause + Math.random() * 300));
      pause = Math.min(pause * 2, 10_000);
    }
  })();
  return () => {
    stopped = true;
    abort?.abort();
  };
}

type LiveStreamOptions = {
  path(): string;
  onEvent(event: string, data: unknown): void;
  onState(state: 'live' | 'reconnecting' | 'signed_out'): void;
};

async function read(body: ReadableStream<Uint8Array>, onEvent: (event: string, data: unknown) => void): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let buffer = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    buffer += value;
    for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
      const lines = buffer.slice(0, end).split('\n');
      buffer = buffer.slice(end + 2);
      const event = lines.find((line) => line.startsWith('event: '))?.slice(7);
      const data = lines.find((line) => line.startsWith('data: '))?.slice(6);
      if (event && data) onEvent(event, JSON.parse(data));
    }
  }
}
