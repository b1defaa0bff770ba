import { randomUUID } from "node:crypto";
import {
  type OperationContext,
  type SecretData,
  SecretError,
} from "@llm-orchestrator/secrets-core";
import type { Output } from "./operations.js";
import { isYoung, longestStepMs, rotationClock } from "./rotation-clock.js";
import { cancelled, inProgress, noRotation, stuck, timedOut } from "./rotation-errors.js";
import type { RotationRequests } from "./rotation-requests.js";
import { versionWith } from "./stages.js";

type Described = Output<"DescribeSecret">;

const firstDelayMs = 1_000;
const longestDelayMs = 10_000;

/**
 * A rotation that AWS carries out: starts it, and waits until the new version is current. AWS tells
 * nobody when it is, so that it is asked: after one second, then at intervals that grow to ten.
 */
export class ManagedRotation {
  readonly #requests: RotationRequests;
  readonly #timeoutMs: number;
  readonly #stuckAfterMs: number;

  constructor(requests: RotationRequests, { timeoutMs, resumeAfterMs = longestStepMs }: Times) {
    this.#requests = requests;
    this.#timeoutMs = timeoutMs;
    this.#stuckAfterMs = resumeAfterMs;
  }

  /**
   * @throws SecretError `BACKEND_UNAVAILABLE` (`rotation-timeout`), `CONFLICT` (`rotation-in-progress`,
   * `rotation-stuck`, `rotation-cancelled`), `NOT_SUPPORTED` (`no-rotation`).
   */
  async run(context: OperationContext): Promise<SecretData> {
    const endsAt = rotationClock.elapsedMs() + this.#timeoutMs;
    const version = await this.#start(context);
    await this.#wait(version, endsAt, context);
    const rotated = await this.#requests.read({ VersionId: version }, context);
    if (rotated) return rotated;
    throw cancelled(version);
  }

  async #start(context: OperationContext): Promise<string> {
    const token = randomUUID();
    try {
      const input = { ClientRequestToken: token };
      const { VersionId } = await this.#requests.send("RotateSecret", input, context);
      return VersionId ?? token;
    } catch (error) {
      if (context.signal?.aborted || !SecretError.isInstance(error)) throw error;
      if (error.code !== "CONFLICT" && error.code !== "BACKEND_UNAVAILABLE") throw error;
      const found = await this.#requests.describe(context).catch(() => undefined);
      // The first answer may have been lost, and the SDK's second try then found it under way.
      if (found?.VersionIdsToStages?.[token]) return token;
      throw (error.code === "CONFLICT" && found && (await this.#why(found, context))) || error;
    }
  }

  /** Why AWS begins no rotation. */
  async #why(found: Described, context: OperationContext): Promise<SecretError | undefined> {
    if (found.RotationEnabled !== true) return noRotation();
    const pending = versionWith("AWSPENDING", found.VersionIdsToStages);
    if (pending === undefined) return undefined;
    if (!isYoung(found.LastChangedDate, this.#stuckAfterMs)) return stuck(pending);
    // Something else of the secret may have changed since.
    const left = await this.#requests.read({ VersionId: pending }, context).catch(() => undefined);
    return isYoung(left?.createdAt, this.#stuckAfterMs) ? inProgress(pending) : stuck(pending);
  }

  async #wait(version: string, endsAt: number, context: OperationContext): Promise<void> {
    let wasPending = false;
    let missing = 0;
    let failure: unknown;
    for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, longestDelayMs)) {
      const leftMs = endsAt - rotationClock.elapsedMs();
      if (leftMs <= 0) throw timedOut(version, failure);
      await rotationClock.pause(Math.min(delayMs, leftMs), context.signal);
      try {
        const stages = await this.#stagesOf(version, context);
        if (stages.includes("AWSCURRENT") || stages.includes("AWSPREVIOUS")) return;
        const isPending = stages.includes("AWSPENDING");
        wasPending ||= isPending;
        missing = isPending ? 0 : missing + 1;
        // Once may be an answer that is behind.
        if (wasPending && missing > 1) throw cancelled(version);
        failure = undefined;
      } catch (error) {
        // An outage does not end what goes on at AWS.
        if (!SecretError.isInstance(error) || !error.retryable) throw error;
        context.countRetry();
        failure = error;
      }
    }
  }

  /** Of a version that is not listed, none: AWS may not yet show it everywhere. */
  async #stagesOf(version: string, context: OperationContext): Promise<readonly string[]> {
    const { RotationEnabled, VersionIdsToStages } = await this.#requests.describe(context);
    const stages = VersionIdsToStages?.[version] ?? [];
    if (RotationEnabled === true || !stages.includes("AWSPENDING")) return stages;
    throw cancelled(version); // CancelRotateSecret leaves the label where it is
  }
}

interface Times {
  readonly timeoutMs: number;
  readonly resumeAfterMs?: number | undefined;
}
