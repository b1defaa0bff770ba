import { SecretError } from "@llm-orchestrator/secrets-core";
import type { Timekeeper } from "./timekeeper.js";

/** While the backend is down, one read in this time asks whether it is back. */
const probeIntervalMs = 500;

/** The backend did not answer, or asked for patience: what is held may serve. */
export function isTransient(error: unknown): error is SecretError {
  if (!SecretError.isInstance(error)) return false;
  return error.code === "BACKEND_UNAVAILABLE" || error.code === "THROTTLED";
}

/**
 * Remembers that the backend is down, so that readers who can be served without it neither wait for
 * it nor press upon it. Those who cannot ask all the same.
 */
export class Outage {
  readonly #timekeeper: Timekeeper;
  #isOn = false;
  #nextProbeMs = 0;

  constructor(timekeeper: Timekeeper) {
    this.#timekeeper = timekeeper;
  }

  /** Whether a read that could do without the backend may ask it. A probe counts for all keys. */
  mayAsk(): boolean {
    if (!this.#isOn) return true;
    const { monotonicMs } = this.#timekeeper.now();
    if (monotonicMs < this.#nextProbeMs) return false;
    this.#nextProbeMs = monotonicMs + probeIntervalMs;
    return true;
  }

  /** Anything but a transient failure is an answer. */
  note(error?: unknown): void {
    this.#isOn = isTransient(error);
    if (this.#isOn) this.#nextProbeMs = this.#timekeeper.now().monotonicMs + probeIntervalMs;
  }
}
