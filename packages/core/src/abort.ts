/** The part of an `AbortSignal` that a store uses. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/**
 * The platform's own `AbortSignal` where its types are loaded (DOM or `@types/node`), else the
 * part of it that a store uses.
 */
export type SecretAbortSignal = typeof globalThis extends { AbortSignal: { prototype: infer S } }
  ? S
  : AbortSignalLike;

/** Between two steps: what has been cancelled must not go on to the next. */
export function throwIfAborted(signal: AbortSignalLike | undefined): void {
  if (signal?.aborted) throw signal.reason;
}

/**
 * Runs `work`, and rejects with the signal's own reason as soon as the signal aborts, whether or
 * not the work notices. Nothing runs when the signal has aborted before.
 */
export async function abortable<T>(
  signal: AbortSignalLike | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (signal === undefined) return work();
  throwIfAborted(signal);
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
  });
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([aborted, work()]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
