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
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    const settle = () => signal.removeEventListener("abort", onAbort);
    signal.addEventListener("abort", onAbort);
    const started = (async () => work())(); // what it throws at once is a rejection too
    started.then(resolve, reject).then(settle);
  });
}
