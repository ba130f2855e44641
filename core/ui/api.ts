/** Calls the staff API; throws ApiError with the server's code and details. */
export async function api<T = unknown>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/staff/api${path}`, {
      method,
      ...sent(body),
    });
  } catch {
    throw new ApiError('offline', 0);
  }
  if (response.ok) return (await response.json()) as T;
  const answer = (await response.json().catch(() => ({}))) as {
    error?: { code?: string; details?: Record<string, unknown> };
  };
  throw new ApiError(answer.error?.code ?? 'internal', response.status, answer.error?.details);
}

// A file goes as it is.
function sent(body: unknown): RequestInit {
  if (body === undefined) return {};
  if (body instanceof Blob) return { headers: { 'Content-Type': 'application/octet-stream' }, body };
  return { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

/** A failed call; `code` names the sentence that is shown. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: Record<string, unknown>;

  constructor(code: string, status: number, details: Record<string, unknown> = {}) {
    super(code);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}
