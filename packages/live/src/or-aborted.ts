import type { OperationOptions } from "@llm-orchestrator/secrets-core";

/** The answer, or the signal's reason if that comes first, whatever is done with the signal elsewhere. */
export function orAborted<T>(answer: Promise<T>, signal: OperationOptions["signal"]): Promise<T> {
  if (!signal) return answer;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    const settle = () => signal.removeEventListener("abort", onAbort);
    answer.then(resolve, reject).then(settle);
  });
}
