import { onAbort, type SecretAbortSignal, throwIfAborted } from "./abort.js";
import type { OperationContext } from "./audited-call.js";
import { platform } from "./runtime.js";
import { SecretError } from "./secret-error.js";

/** The work of one call that is under way: several pieces of it, for a batch. */
interface Running {
  readonly signal: SecretAbortSignal;
  readonly stop: () => void;
  pieces: number;
}

/**
 * Ends every call in time, however many requests, logins and waits it takes, and knows which are under
 * way. All reads of one batch share one deadline. For authors of backends: a hook passes its context.
 *
 * @example
 * ```ts
 * import { BaseSecretStore, CallDeadline, type OperationContext } from "@llm-orchestrator/secrets-core";
 *
 * class PatientStore extends BaseSecretStore {
 *   readonly #calls = new CallDeadline(5_000);
 *
 *   constructor() {
 *     super({ name: "patient" });
 *   }
 *   protected override read(key: string, context: OperationContext) {
 *     return this.#calls.run(context, async ({ signal }) => {
 *       const answer = await fetch(`https://secrets.example/${key}`, signal ? { signal } : {});
 *       return { value: await answer.text() };
 *     });
 *   }
 *   protected override async release() {
 *     await this.#calls.idle(); // what is under way is still answered
 *   }
 * }
 * ```
 */
export class CallDeadline {
  readonly #deadlineMs: number;
  /** By the context that core makes for each call. */
  readonly #endTimes = new WeakMap<object, number>();
  readonly #running = new Map<object, Running>();
  #onIdle: (() => void) | undefined;

  /** @param deadlineMs Longest time for a call. */
  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
  }

  /** @throws SecretError `BACKEND_UNAVAILABLE` (`timeout`) when the work takes too long. */
  async run<Context extends OperationContext, T>(
    context: Context,
    work: (context: Context) => Promise<T>,
  ): Promise<T> {
    throwIfAborted(context.signal);
    const running = this.#running.get(context) ?? this.#begin(context);
    running.pieces++;
    try {
      return await work({ ...context, signal: running.signal });
    } finally {
      running.pieces--;
      if (running.pieces === 0) this.#end(context, running);
    }
  }

  /** Resolves when no call is under way. */
  async idle(): Promise<void> {
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #begin(context: OperationContext): Running {
    const now = platform.performance.now();
    const endsAt = this.#endTimes.get(context) ?? now + this.#deadlineMs;
    this.#endTimes.set(context, endsAt);
    const controller = new platform.AbortController();
    const { signal } = context;
    const leftMs = Math.max(1, endsAt - now);
    const timer = platform.setTimeout(() => controller.abort(tooLate()), leftMs);
    const stopWaiting = onAbort(signal, () => controller.abort(signal?.reason));
    const stop = () => {
      platform.clearTimeout(timer);
      stopWaiting();
    };
    const running = { signal: controller.signal, stop, pieces: 0 };
    this.#running.set(context, running);
    return running;
  }

  #end(context: OperationContext, running: Running): void {
    running.stop();
    this.#running.delete(context);
    if (this.#running.size === 0) this.#onIdle?.();
  }
}

function tooLate(): SecretError {
  return new SecretError("BACKEND_UNAVAILABLE", {
    reason: "timeout",
    detail: "the server did not answer in time",
  });
}
