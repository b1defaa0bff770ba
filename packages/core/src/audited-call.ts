import { abortable, type SecretAbortSignal } from "./abort.js";
import { type AuditEvent, isAudited, publishAudit } from "./audit.js";
import { gravestOf } from "./gravity.js";
import { platform } from "./runtime.js";
import { SecretError } from "./secret-error.js";
import type { OperationOptions, SecretsResult } from "./secret-store.js";

/** One call of a store, before it is made. */
export interface AuditedCall
  extends Pick<AuditEvent, "operation" | "store">,
    Partial<Pick<AuditEvent, "source">> {
  readonly key?: string | undefined;
  /** The keys of a `getSecrets` that the store accepts. Asked only when somebody listens. */
  readonly keys?: (() => readonly string[]) | undefined;
  readonly options?: OperationOptions | undefined;
  /** Throws when the call must not be made. Runs before anything else. */
  readonly check?: () => void;
}

/** What a call knows while it runs. */
export interface OperationContext {
  /** The caller's. Always there, so that a spread of the context replaces it; not always set. */
  readonly signal: SecretAbortSignal | undefined;
  /** Options of the call that only this store has (see `callOptions` of `BaseSecretStore`). */
  readonly own?: Readonly<Record<string, unknown>> | undefined;
  /** A backend that repeats a request says so here, for `attempts` of the audit event. */
  countRetry(): void;
}

/**
 * Runs one call of a store: checks, cancels, publishes the audit event, and turns whatever is
 * thrown into a {@link SecretError} (or the signal's own reason). For authors of stores that do
 * not extend `BaseSecretStore`.
 */
export async function auditedCall<T>(
  call: AuditedCall,
  work: (context: OperationContext) => Promise<T>,
): Promise<T> {
  const context = new CallContext();
  const publish = startAudit(call, context);
  try {
    context.signal = call.options?.signal;
    call.check?.();
    const result = await abortable(context.signal, () => work(context));
    publish?.(outcomeOf(result), result);
    return result;
  } catch (error) {
    throw failed(error, call, context, publish);
  }
}

/**
 * The same for a listing. Nothing happens before the first `next`; an early `break` ends the
 * backend's iteration, and is a success.
 */
export async function* auditedList(
  call: AuditedCall,
  open: (context: OperationContext) => AsyncIterable<string>,
): AsyncGenerator<string, void, undefined> {
  const context = new CallContext();
  const publish = startAudit(call, context);
  let source: AsyncIterator<string> | undefined;
  let failure: unknown;
  try {
    context.signal = call.options?.signal;
    call.check?.();
    const opened = open(context)[Symbol.asyncIterator]();
    source = opened;
    for (;;) {
      const step = await abortable(context.signal, () => opened.next());
      if (step.done) break;
      yield step.value;
    }
  } catch (error) {
    failure = failed(error, call, context, publish);
    throw failure;
  } finally {
    const ended = Promise.resolve()
      .then(() => source?.return?.())
      .catch(() => {}); // nothing that goes wrong while it ends concerns the caller
    if (failure === undefined) {
      publish?.({ outcome: "success" });
      await abortable(context.signal, () => ended);
    }
  }
}

class CallContext implements OperationContext {
  signal: OperationContext["signal"] = undefined;
  attempts = 1;

  /** An arrow, so that a spread of the context still counts here. */
  readonly countRetry = (): void => void this.attempts++;
}

type Publish = (
  outcome: Pick<AuditEvent, "outcome"> & Partial<Pick<AuditEvent, "code">>,
  result?: unknown,
) => void;

/** A health report and a batch say that something failed without rejecting. */
function outcomeOf(result: unknown): Parameters<Publish>[0] {
  const { error, errors } = (result ?? {}) as { error?: SecretError } & Partial<SecretsResult>;
  const failure = error ?? gravestOf([...(errors?.values() ?? [])]);
  return failure ? { outcome: "failure", code: failure.code } : { outcome: "success" };
}

/** Nothing is gathered when nobody listens. */
function startAudit(call: AuditedCall, context: CallContext): Publish | undefined {
  if (!isAudited()) return undefined;
  const startTime = Date.now();
  const start = platform.performance.now();
  const { operation, store, key, keys, source = "backend" } = call;
  return (outcome, result) => {
    const { version } = (result ?? {}) as { version?: string };
    publishAudit({
      ...{ operation, store, startTime, durationMs: platform.performance.now() - start },
      ...{ source, attempts: context.attempts, ...outcome },
      // What is no key may be a value that was passed where a key belongs.
      ...(key !== undefined && outcome.code !== "INVALID_KEY" && { key }),
      ...(keys !== undefined && { keys: keys() }),
      ...(version !== undefined && { version }),
    });
  };
}

function failed(
  error: unknown,
  call: AuditedCall,
  { signal }: OperationContext,
  publish: Publish | undefined,
): unknown {
  if (signal?.aborted && Object.is(error, signal.reason)) {
    publish?.({ outcome: "aborted" });
    return error;
  }
  const normal = toSecretError(error, call);
  publish?.({ outcome: "failure", code: normal.code });
  return normal;
}

/** A {@link SecretError} with key and store filled in; anything else becomes `UNKNOWN`, scrubbed. */
export function toSecretError(
  error: unknown,
  { key, store }: { readonly key?: string | undefined; readonly store: string },
): SecretError {
  if (!SecretError.isInstance(error))
    return new SecretError("UNKNOWN", { key, store, cause: error });
  const missingKey = error.key === undefined && error.code !== "INVALID_KEY" ? key : undefined;
  if (error.store !== undefined && missingKey === undefined) return error;
  return SecretError.rewrite(error, {
    ...(missingKey !== undefined && { key: missingKey }),
    store: error.store ?? store,
  });
}
