import {
  type OperationContext,
  pause,
  type RotateContext,
  type SecretData,
  SecretError,
} from "@llm-orchestrator/secrets-core";
import type { RotationClaim } from "./rotation-claim.js";

/** What a rotation needs of its store. */
export interface RotationParts {
  /** Once: reads, generates, verifies, writes unless somebody else wrote meanwhile. */
  rotate(context: RotateContext): Promise<SecretData>;
  read(context: OperationContext): Promise<SecretData | undefined>;
  readonly claim: RotationClaim;
  /** Runs a request or two within a deadline of their own. */
  run<T>(context: OperationContext, work: (context: OperationContext) => Promise<T>): Promise<T>;
}

/** As often as a put of one field begins again. */
const maxAttempts = 50;

/** For a generator that may run again and again: begins anew when another writer came first. */
export async function rotateUntilWritten(
  parts: RotationParts,
  context: RotateContext,
): Promise<SecretData> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await parts.rotate({ ...context });
    } catch (error) {
      const isLost = SecretError.isInstance(error) && error.code === "CONFLICT";
      if (!isLost || attempt >= maxAttempts) throw error;
      context.countRetry();
      await pause(Math.random() * Math.min(500, 10 * 2 ** attempt), context.signal);
    }
  }
}

/**
 * For a generator whose every run leaves something behind at a provider: says on the server that it will
 * run, and runs it only when nobody else has rotated or does so now.
 */
export async function rotateWhenClaimed(
  parts: RotationParts,
  key: string,
  context: RotateContext,
): Promise<SecretData> {
  const before = await parts.read({ ...context });
  if (before === undefined) return parts.rotate({ ...context }); // which says that it is not there
  const claim = await parts.run({ ...context }, (timed) => parts.claim.take(key, timed));
  try {
    const now = await parts.read({ ...context });
    if (now?.version !== before.version) {
      throw new SecretError("CONFLICT", { detail: "somebody else has just made its new value" });
    }
    return await parts.rotate({ ...context });
  } finally {
    const own = { signal: undefined, countRetry: context.countRetry };
    // One that stays ends by itself; one that somebody else has taken over is left to him.
    await parts.run(own, (timed) => parts.claim.release(claim, timed)).catch(() => {});
  }
}
