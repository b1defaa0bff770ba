import { onAbort, type SecretAbortSignal } from "@llm-orchestrator/secrets-core";
import type { SecretFetch } from "./secret-fetch.js";

export interface AttemptLimits {
  /** The caller's. */
  readonly signal?: SecretAbortSignal | null | undefined;
  /** How long the attempt may take, in milliseconds. */
  readonly timeoutMs: number;
  /** The client's base URL: where the key may not go, nothing is read. */
  readonly url?: string | undefined;
}

/** What a timer can wait at most. */
const longestMs = 2 ** 31 - 1;

/**
 * What a client's hook calls before each attempt: reads the secret within the attempt's own limits.
 * A store that fails here fails the call at once; within `fetch` clients take that for a network
 * failure, and try again. For authors of client packages.
 *
 * @returns Whether it was read, or which limit ended the wait. Rejects with the store's error.
 */
export async function prepareAttempt(
  fetch: SecretFetch,
  { signal, timeoutMs, url }: AttemptLimits,
): Promise<"ready" | "aborted" | "timed-out"> {
  if (signal?.aborted) return "aborted";
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, Math.min(timeoutMs, longestMs));
  const stop = onAbort(signal ?? undefined, abort);
  try {
    await fetch.prepare({ signal: controller.signal, url });
    return "ready";
  } catch (error) {
    if (signal?.aborted) return "aborted";
    if (controller.signal.aborted) return "timed-out";
    throw error;
  } finally {
    clearTimeout(timer);
    stop();
  }
}
