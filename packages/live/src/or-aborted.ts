import { type OperationOptions, onAbort } from "@llm-orchestrator/secrets-core";

/** The answer, or the signal's reason if that comes first, whatever is done with the signal elsewhere. */
export function orAborted<T>(answer: Promise<T>, signal: OperationOptions["signal"]): Promise<T> {
  if (!signal) return answer;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    answer.then(resolve, reject).then(onAbort(signal, abort));
  });
}
