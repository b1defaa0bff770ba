import { type AbortSignalLike, onAbort, throwIfAborted } from "./abort.js";
import { platform } from "./runtime.js";

/** Waits so long, or until the signal aborts: then it rejects with the signal's own reason. For authors of stores. */
export async function pause(
  durationMs: number,
  signal: AbortSignalLike | undefined,
): Promise<void> {
  throwIfAborted(signal);
  await new Promise<void>((resolve, reject) => {
    const timer = platform.setTimeout(() => end(resolve), durationMs);
    const stop = onAbort(signal, () => end(() => reject(signal?.reason)));
    const end = (settle: () => void) => {
      platform.clearTimeout(timer);
      stop();
      settle();
    };
  });
}
