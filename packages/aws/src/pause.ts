import type { SecretAbortSignal } from "@llm-orchestrator/secrets-core";

/** Waits, unless the signal aborts: then it rejects with the signal's reason. */
export async function pause(
  durationMs: number,
  signal: SecretAbortSignal | undefined,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, durationMs);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
