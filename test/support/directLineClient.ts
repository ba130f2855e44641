import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The real Direct Line client wants an XMLHttpRequest: this gives it fetch, through the rxjs that it brings itself. */
export function fetchAjax(extra: Record<string, string> = {}) {
  const from = createRequire(require.resolve('botframework-directlinejs'));
  const { Observable } = from('rxjs/Observable');
  return (options: {
    url: string;
    method?: string;
    headers?: Record<string, string>;
    body?: unknown;
    responseType?: string;
    timeout?: number;
  }) =>
    Observable.create((observer: { next(value: unknown): void; error(error: unknown): void; complete(): void }) => {
      const abort = new AbortController();
      fetch(options.url, {
        method: options.method ?? 'GET',
        headers: { ...options.headers, ...extra },
        signal: abort.signal,
        ...(options.body === undefined
          ? {}
          : {
              body:
                options.body instanceof FormData || typeof options.body === 'string'
                  ? options.body
                  : JSON.stringify(options.body),
            }),
      }).then(
        async (response) => {
          const binary = options.responseType === 'arraybuffer' && response.ok;
          const text = binary ? '' : await response.text();
          const answer = {
            status: response.status,
            response: binary
              ? await response.arrayBuffer()
              : text && /json/.test(response.headers.get('content-type') ?? '')
                ? JSON.parse(text)
                : text,
            xhr: { getResponseHeader: (name: string) => response.headers.get(name) },
          };
          if (response.ok) {
            observer.next(answer);
            observer.complete();
          } else observer.error(answer);
        },
        (error) => observer.error({ status: 0, error }),
      );
      return () => abort.abort();
    });
}
