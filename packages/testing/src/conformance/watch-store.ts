import { SecretError, type SecretStore } from "@llm-orchestrator/secrets-core";
import { describeError, Mismatch, nameOf } from "./failure.js";

/** Told of what comes out of a store. */
export interface StoreWatcher {
  /** A result or a rejection. */
  saw(subject: unknown): void;
  began(method: string): void;
  ended(method: string): void;
}

const ended = Object.freeze({ done: true, value: undefined });

type Method = (...parameters: unknown[]) => unknown;

/**
 * The store with every call watched. What holds for all methods is checked here: none throws
 * synchronously, each returns what it should, and rejects with a SecretError or with the reason of
 * the caller's own signal.
 */
export function watchStore(store: SecretStore, watcher: StoreWatcher): SecretStore {
  return new Proxy(store, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== "function") return member;
      const method = member.bind(target) as Method;
      const name = typeof property === "symbol" ? "[Symbol.asyncDispose]" : property;
      return (...parameters: unknown[]) => {
        const result = callOnce(name, method, parameters);
        const signal = signalOf(parameters);
        if (name === "listSecrets") return watchListing(result, signal, watcher);
        return watchPromise(name, result, signal, watcher);
      };
    },
  });
}

function callOnce(name: string, method: Method, parameters: readonly unknown[]): unknown {
  try {
    return method(...parameters);
  } catch (error) {
    throw new Mismatch(
      "no method of a store throws synchronously: what goes wrong rejects",
      `${name} threw ${describeError(error)}`,
    );
  }
}

async function watchPromise(
  name: string,
  result: unknown,
  signal: AbortSignal | undefined,
  watcher: StoreWatcher,
): Promise<unknown> {
  if (typeof (result as { then?: unknown } | undefined)?.then !== "function") {
    throw new Mismatch(
      "every method but listSecrets returns a promise",
      `${name} returned ${nameOf(result)}`,
    );
  }
  watcher.began(name);
  try {
    const settled = await (result as Promise<unknown>);
    watcher.saw(settled);
    return settled;
  } catch (error) {
    watcher.saw(error);
    throw checkRejection(name, error, signal);
  } finally {
    watcher.ended(name);
  }
}

function watchListing(
  result: unknown,
  signal: AbortSignal | undefined,
  watcher: StoreWatcher,
): AsyncIterable<unknown> {
  const open = (result as Partial<AsyncIterable<unknown>> | undefined)?.[Symbol.asyncIterator];
  if (typeof open !== "function") {
    throw new Mismatch("listSecrets returns an async iterable", `it returned ${nameOf(result)}`);
  }
  return {
    [Symbol.asyncIterator]: () => {
      const source = open.call(result);
      const watched = (step: Method) => {
        const result = callOnce("listSecrets", step, []);
        return watchPromise("listSecrets", result, signal, watcher) as Promise<
          IteratorResult<unknown>
        >;
      };
      return {
        next: () => watched(() => source.next()),
        return: () => watched(() => source.return?.() ?? Promise.resolve(ended)),
      };
    },
  };
}

function signalOf(parameters: readonly unknown[]): AbortSignal | undefined {
  const options = parameters.at(-1) as { signal?: AbortSignal } | null | undefined;
  return typeof options === "object" ? options?.signal : undefined;
}

/** What the caller gets: the rejection itself when it is one that the contract knows. */
function checkRejection(name: string, error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted && error === signal.reason) return error;
  if (!SecretError.isInstance(error)) {
    return new Mismatch(
      "a method rejects with a SecretError, or when cancelled with the signal's own reason",
      `${name} rejected with ${describeError(error)}`,
    );
  }
  if (typeof error.code !== "string" || typeof error.store !== "string" || error.store === "") {
    return new Mismatch(
      "an error has a code and the name of the store that answered",
      `${name} rejected with ${describeError(error)}, store ${nameOf(error.store)}`,
    );
  }
  return error;
}
