import type { SecretAbortSignal } from "./abort.js";
import { toSecretError } from "./audited-call.js";
import { platform } from "./runtime.js";
import type { SecretError, SecretErrorCode } from "./secret-error.js";
import type { HealthReport } from "./secret-store.js";

const states: Partial<Readonly<Record<SecretErrorCode, string>>> = {
  AUTHENTICATION_FAILED: "unauthenticated",
  PERMISSION_DENIED: "denied",
  THROTTLED: "throttled",
  BACKEND_UNAVAILABLE: "unavailable",
  CONFIGURATION: "misconfigured",
  CLOSED: "closed",
};

/** Runs a probe that throws or names a state, and reports what came of it. */
export async function probeHealth(
  store: string,
  signal: SecretAbortSignal | undefined,
  probe: () => Promise<string>,
): Promise<HealthReport> {
  const start = platform.performance.now();
  const latencyMs = () => platform.performance.now() - start;
  try {
    const state = await probe();
    return Object.freeze({ ok: true, state, latencyMs: latencyMs() });
  } catch (thrown) {
    if (signal?.aborted) throw signal.reason;
    const error = toSecretError(thrown, { store });
    if (error.code === "NOT_FOUND") {
      return Object.freeze({ ok: true, state: "ready", latencyMs: latencyMs() }); // it answered
    }
    return Object.freeze({ ok: false, state: stateOf(error), error, latencyMs: latencyMs() });
  }
}

function stateOf({ code, reason }: SecretError): string {
  if (code === "BACKEND_UNAVAILABLE" && reason !== undefined) return reason;
  return states[code] ?? "unknown";
}
