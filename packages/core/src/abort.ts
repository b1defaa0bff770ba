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

/**
 * Runs `work`, and rejects with the signal's own reason as soon as the signal aborts, whether or
 * not the work notices. Nothing runs when the signal has aborted before.
 */
export function abortable<T>(
  signal: AbortSignalLike | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (signal === undefined) return work();
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    const settle = () => signal.removeEventListener("abort", onAbort);
    signal.addEventListener("abort", onAbort);
    work().then(resolve, reject).finally(settle);
  });
}
