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
    const stop = onAbort(signal, () => reject(signal.reason));
    const started = (async () => work())(); // what it throws at once is a rejection too
    started.then(resolve, reject).then(stop);
  });
}

interface Waiting {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

const waiting = new WeakMap<AbortSignalLike, Waiting>();

/**
 * Calls back when the signal aborts; with none, never. However many calls share a signal, it gets one
 * listener: at eleven Node would warn of a leak. For authors of stores.
 *
 * @returns Stops waiting; the last one that does takes the listener off again.
 */
export function onAbort(signal: AbortSignalLike | undefined, callback: () => void): () => void {
  if (signal === undefined) return () => {};
  const { callbacks, listener } = waiting.get(signal) ?? listen(signal);
  const own = () => callback(); // so that one function may wait twice
  callbacks.add(own);
  return () => {
    if (!callbacks.delete(own) || callbacks.size > 0) return;
    signal.removeEventListener("abort", listener);
    if (waiting.get(signal)?.callbacks === callbacks) waiting.delete(signal);
  };
}

function listen(signal: AbortSignalLike): Waiting {
  const callbacks = new Set<() => void>();
  const listener = () => {
    for (const callback of [...callbacks]) callback();
  };
  signal.addEventListener("abort", listener);
  const entry = { callbacks, listener };
  waiting.set(signal, entry);
  return entry;
}
