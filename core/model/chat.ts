import type { AIMessageChunk } from '@langchain/core/messages';
import type { z } from 'zod';

/**
 * One streamed chat completion of an OpenAI-compatible server through LangChain's ChatOpenAI. It ends by itself only when the
 * server says that the text is complete; everything else throws.
 */
export function createChat({ baseUrl, apiKey, name, outputTokens }: ModelSettings): Chat {
  // Loaded only where a model is configured, and before the first customer waits for it.
  const loading = Promise.all([import('@langchain/openai'), import('@langchain/core/messages')]).then(
    ([{ ChatOpenAI }, { HumanMessage, SystemMessage }]) => ({
      chat: new ChatOpenAI({
        model: name,
        apiKey,
        configuration: { baseURL: baseUrl },
        maxRetries: 0,
        maxTokens: outputTokens,
        streaming: true,
      }),
      toMessage: ({ role, content }: ChatMessage) =>
        role === 'system' ? new SystemMessage(content) : new HumanMessage(content),
    }),
  );
  loading.catch(() => undefined);

  return async ({ messages, schema, signal, spent, piece }) => {
    const { chat, toMessage } = await loading;
    const format = schema
      ? {
          response_format: {
            type: 'json_schema' as const,
            json_schema: { name: 'answer', strict: true, schema: schema.toJSONSchema() },
          },
        }
      : {};
    let characters = 0;
    let finish: unknown;
    // Below LangChain's callbacks: they send texts to a tracer, or print them, where the environment says so.
    for await (const { message, generationInfo } of chat._streamResponseChunks(messages.map(toMessage), {
      signal,
      ...format,
    })) {
      const chunk = message as AIMessageChunk;
      const text = typeof chunk.content === 'string' ? chunk.content : '';
      characters += text.length;
      finish = generationInfo?.finish_reason ?? finish;
      const usage = chunk.usage_metadata as { total_tokens: number } | undefined;
      if (usage) spent(usage.total_tokens);
      if (chunk.tool_call_chunks?.length) throw new IncompleteError('tool call');
      // A server that ignores the limit is left in the middle of its flood.
      if (characters > outputTokens * charactersPerToken) throw new IncompleteError('too long');
      if (text !== '') await piece({ text });
    }
    if (finish !== 'stop') throw new IncompleteError('not complete');
  };
}

/** How long the server asks to wait, in milliseconds, when it does. */
export function retryAfter(error: unknown): number | undefined {
  const headers = typeof error === 'object' && error !== null && 'headers' in error ? error.headers : undefined;
  if (!(headers instanceof Headers)) return undefined;
  const exact = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (exact >= 0) return exact;
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** Where the model is and how much it may write. */
export type ModelSettings = { baseUrl: string; apiKey: string; name: string; outputTokens: number };

/** A message as the server takes it. */
export type ChatMessage = { role: 'system' | 'user'; content: string };
/** A part of the answer as it comes. */
export type Piece = { text: string };
/** `spent` hears the tokens that the server counted. */
export type Chat = (call: {
  messages: ChatMessage[];
  schema: z.ZodType | undefined;
  signal: AbortSignal;
  spent(tokens: number): void;
  piece(piece: Piece): Promise<void>;
}) => Promise<void>;

class IncompleteError extends Error {}

// More than any language's tokens hold on average.
const charactersPerToken = 8;
