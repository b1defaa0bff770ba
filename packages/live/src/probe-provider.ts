import {
  type HealthReport,
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

/**
 * A provider's health, from one cheap request that its client makes. Whatever the service answers
 * but a refusal, a limit or a failure of its own means that the next call may work. For authors of
 * client packages.
 *
 * @param request Rejects as the vendor's SDK does: with a `status`, or a `cause` of ours.
 */
export async function probeProvider(
  name: string,
  request: () => Promise<unknown>,
  signal?: AbortSignal,
): Promise<HealthReport> {
  const start = performance.now();
  const report = (state: string, error?: SecretError): HealthReport =>
    Object.freeze({
      ...{ ok: error === undefined, state, latencyMs: performance.now() - start },
      ...(error && { error }),
    });
  try {
    await request();
    return report("ready");
  } catch (thrown) {
    if (signal?.aborted) throw signal.reason;
    const own = secretErrorIn(thrown);
    if (own) return report(byCode[own.code] ?? "unknown", own);
    const { status } = (thrown ?? {}) as { status?: unknown };
    if (typeof status !== "number") return report("unavailable", failure(name, "unreachable"));
    const [state, code] = byStatus[status] ?? ["unavailable", "BACKEND_UNAVAILABLE"];
    const isAnswer = status < 500 && !byStatus[status] && status >= 400;
    return isAnswer ? report("ready") : report(state, failure(name, `status ${status}`, code));
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
