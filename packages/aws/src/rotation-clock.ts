import { pause } from "@llm-orchestrator/secrets-core";

/** How rotations see time pass: one object, so that a test can put its own time in place of it. */
export const rotationClock = {
  /** Milliseconds since 1970, to compare with what AWS dates. */
  wallMs: (): number => Date.now(),
  /** Of a clock that nobody sets, to measure a wait. */
  elapsedMs: (): number => performance.now(),
  pause,
};

/**
 * The longest time that a Lambda function runs (Lambda quotas, "Function timeout": 900 seconds): a step
 * of a rotation that began before that has ended, one way or another.
 */
export const longestStepMs = 15 * 60_000;

/** By AWS's dates. What has no date may have begun just now. */
export function isYoung(since: Date | string | undefined, thanMs: number): boolean {
  const began = since === undefined ? Number.NaN : new Date(since).getTime();
  const ageMs = Number.isNaN(began) ? 0 : rotationClock.wallMs() - began;
  return ageMs < thanMs;
}
