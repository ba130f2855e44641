/** Reads server-sent events from a fetch (which, unlike EventSource, carries a header); ends when the stream does. `alive` is called for every byte, comments too. */
export async function readEvents(
  response: Response,
  onEvent: (event: string, data: unknown) => void,
  alive?: () => void,
): Promise<void> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error('no stream');
  let buffer = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive?.();
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
