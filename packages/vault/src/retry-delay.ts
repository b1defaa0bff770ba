import type { Reply } from "./connection.js";

const baseMs = 100;
const capMs = 1_000;

/** Full jitter: any time up to a bound that doubles. `Retry-After` of the server counts instead. */
export function retryDelayMs(
  retry: number,
  reply: Reply | undefined,
  random: () => number = Math.random,
): number {
  const jitterMs = random() * Math.min(capMs, baseMs * 2 ** (retry - 1));
  return retryAfterMs(reply?.headers["retry-after"]) ?? jitterMs;
}

/** Seconds, or a date. Vault drops what is below a second, so that its 0 is up to one. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Math.max(1, Number(header)) * 1_000;
  const date = header.endsWith("GMT") ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
