import { onAbort } from "@llm-orchestrator/secrets-core";

/**
 * Waits so long as core's `pause` does, but keeps no process alive: for what nobody waits for.
 *
 * @throws the signal's own reason when it aborts.
 */
export async function backgroundPause(
  durationMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => end(resolve), durationMs);
    timer.unref();
    const stop = onAbort(signal, () => end(() => reject(signal?.reason)));
    const end = (settle: () => void) => {
      clearTimeout(timer);
      stop();
      settle();
    };
  });
}
