import {
  type HealthReport,
  onAbort,
  SecretError,
  type SecretErrorCode,
} from "@llm-orchestrator/secrets-core";

const byStatus: Readonly<Record<number, readonly [state: string, code: SecretErrorCode]>> = {
  401: ["unauthenticated", "AUTHENTICATION_FAILED"],
  403: ["denied", "PERMISSION_DENIED"],
  429: ["throttled", "THROTTLED"],
};

const byCode: Partial<Readonly<Record<SecretErrorCode, string>>> = {
  AUTHENTICATION_FAILED: "unauthenticated",
  PERMISSION_DENIED: "denied",
  THROTTLED: "throttled",
  BACKEND_UNAVAILABLE: "unavailable",
  CONFIGURATION: "misconfigured",
  NOT_FOUND: "misconfigured",
  INVALID_SECRET: "misconfigured",
  CLOSED: "closed",
};

/** A health check that takes longer has found out enough. */
const limitMs = 10_000;

/**
 * A provider's health, from one cheap request that its client makes, within ten seconds. For authors
 * of client packages. `"ready"` when it succeeds. A refusal, a limit, a failure of the service or of
 * the store are not ok. Any other answer from 400 on (404: compatible services need not have the
 * endpoint that was asked, and neither has a wrong base URL) is ok with the state `"unknown"`: the
 * service answered, so that a call may work.
 *
 * @param request Gets a signal that also ends with the time. Rejects as the vendor's SDK does: with a
 * `status`, or a `cause` of ours.
 */
export async function probeProvider(
  name: string,
  request: (signal: AbortSignal) => Promise<unknown>,
  signal?: AbortSignal,
): Promise<HealthReport> {
  const start = performance.now();
  const report = (state: string, error?: SecretError): HealthReport =>
    Object.freeze({
      ...{ ok: error === undefined, state, latencyMs: performance.now() - start },
      ...(error && { error }),
    });
  try {
    await withinLimit(request, signal);
    return report("ready");
  } catch (thrown) {
    if (signal?.aborted) throw signal.reason;
    if (thrown === tooLate)
      return report("unavailable", failure(name, "nothing within ten seconds"));
    const own = secretErrorIn(thrown);
    if (own) return report(byCode[own.code] ?? "unknown", own);
    const { status } = (thrown ?? {}) as { status?: unknown };
    if (typeof status !== "number") return report("unavailable", unreachable(name));
    const [state, code] = byStatus[status] ?? ["unavailable", "BACKEND_UNAVAILABLE"];
    const isAnswer = status < 500 && !byStatus[status] && status >= 400;
    return isAnswer ? report("unknown") : report(state, failure(name, `status ${status}`, code));
  }
}

const tooLate = Symbol("too late");

/** Whatever the request does with its signal, this ends. */
async function withinLimit(
  request: (signal: AbortSignal) => Promise<unknown>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const controller = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason));
  });
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) throw signal.reason;
  const stop = onAbort(signal, abort);
  const timer = setTimeout(() => controller.abort(tooLate), limitMs);
  try {
    await Promise.race([request(controller.signal), ended]);
  } finally {
    clearTimeout(timer);
    stop();
  }
}

/** The store's own error, which SDKs wrap. */
function secretErrorIn(thrown: unknown): SecretError | undefined {
  let error: unknown = thrown;
  for (let depth = 0; depth < 8 && error instanceof Object; depth++) {
    if (SecretError.isInstance(error)) return error;
    error = (error as { cause?: unknown }).cause;
  }
  return undefined;
}

function failure(
  name: string,
  what: string,
  code: SecretErrorCode = "BACKEND_UNAVAILABLE",
): SecretError {
  return new SecretError(code, {
    store: name,
    detail: `the service of ${name} answered a health check with ${what}`,
    fix:
      code === "AUTHENTICATION_FAILED"
        ? "Put a valid API key into the store: it is used from the next call on"
        : "See the service's own status and limits",
  });
}

function unreachable(name: string): SecretError {
  return new SecretError("BACKEND_UNAVAILABLE", {
    store: name,
    detail: `a health check got no answer from the service of ${name}`,
    fix: "Check its base URL and the network between",
  });
}
