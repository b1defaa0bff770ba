import { SecretError } from "./secret-error.js";

/** Adds a listener once more, however often it is there; returns what takes this one off. */
export function addListener<T>(
  listeners: Set<(event: T) => void>,
  listener: (event: T) => unknown,
  method: string,
): () => void {
  if (typeof listener !== "function") {
    throw new SecretError("CONFIGURATION", {
      reason: "bad-argument",
      detail: `the listener of ${method} is not a function`,
      fix: "Pass a function",
    });
  }
  const own = (event: T) => listener(event);
  listeners.add(own);
  return () => void listeners.delete(own);
}

/** Calls every listener. One that throws, or whose promise rejects, breaks nothing. */
export function notify<T>(
  listeners: Iterable<(event: T) => unknown>,
  event: T,
  onFailure: () => void = () => {},
): void {
  for (const listener of [...listeners]) {
    try {
      const result = listener(event);
      if (result instanceof Promise) result.catch(onFailure);
    } catch {
      onFailure();
    }
  }
}
