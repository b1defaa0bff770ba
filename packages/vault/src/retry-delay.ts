import type { Reply } from "./connection.js";

const baseMs = 100;
const capMs = 1_000;

/** Full jitter: any time up to a bound that doubles. `Retry-After` of the server counts instead. */
export function retryDelayMs(retry: number, reply: Reply | undefined): number {
  const header = reply?.headers["retry-after"];
  const seconds = header === undefined ? Number.NaN : Number(header);
  if (seconds >= 0) return seconds * 1_000;
  return Math.random() * Math.min(capMs, baseMs * 2 ** (retry - 1));
}

/** Waits, unless the signal aborts first: then it rejects with the signal's own reason. */
export function wait(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, durationMs);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
  });
}
