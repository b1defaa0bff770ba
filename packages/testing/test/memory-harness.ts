import type { SecretErrorCode, SecretStoreCapabilities } from "@llm-orchestrator/secrets-core";
import type { MemorySecretStore, UndoFault } from "../src/index.js";

/** What MemorySecretStore can do, written by hand. */
export const memoryCapabilities: SecretStoreCapabilities = {
  ...{ write: true, delete: true, restore: true, list: true, describe: true },
  ...{ versions: true, rotate: true, compareAndSet: true, binary: true, metadata: true },
  maxBatchSize: 20,
};

type Simulating = Pick<MemorySecretStore, "simulate">;

/** Every fault that a memory store can simulate. */
export function simulatedFaults<Subject>(find: (subject: Subject) => Simulating) {
  const simulate =
    (code: SecretErrorCode) =>
    (subject: Subject): UndoFault => {
      find(subject).simulate(code);
      return () => find(subject).simulate(undefined);
    };
  return {
    unavailable: simulate("BACKEND_UNAVAILABLE"),
    denied: simulate("PERMISSION_DENIED"),
    unauthenticated: simulate("AUTHENTICATION_FAILED"),
    throttled: simulate("THROTTLED"),
    misconfigured: simulate("CONFIGURATION"),
    unexpected: simulate("UNKNOWN"),
  };
}
