import { SecretCache } from "@llm-orchestrator/secrets-cache";
import { liveSecret, type SecretUse } from "@llm-orchestrator/secrets-live";
import { type ClientKind, makeCalls } from "./clients.js";
import { openStore } from "./open-store.js";

/** What a process is told when it starts. No secret is among it. */
export interface WorkerSetup {
  /** "1", "2", … */
  readonly name: string;
  /** Of the store, for `openStore`. */
  readonly address: string;
  readonly secret: string;
  readonly providerUrl: string;
  readonly callers: number;
  readonly ttlMs: number;
  readonly maxRetries: number;
  readonly clients: ClientKind;
}

/** What a process says when it is asked. */
export interface WorkerReport {
  readonly calls: number;
  /** Calls that failed, by kind of error. */
  readonly failures: Readonly<Record<string, number>>;
  /** Reads of the store, past the cache. */
  readonly reads: number;
  /** Which versions of the key it sent, newest first. */
  readonly uses: readonly SecretUse[];
}

export type WorkerQuestion = "report" | "stop";

const setup = JSON.parse(process.argv[2] ?? "") as WorkerSetup;
const { name, secret } = setup;

// Stopped, or the main process is gone.
process.on("disconnect", () => process.exit());
if (!process.connected) process.exit();

// Each process has a cache of its own: nobody tells it of a rotation.
// While the store cannot be asked, what it said last is good enough.
const store = await openStore(setup.address, name);
const cache = new SecretCache(store, { ttlMs: setup.ttlMs, staleIfErrorMs: 60_000 });
const calls = await makeCalls({ ...setup, store: cache, url: setup.providerUrl });
const counts = { calls: 0, failures: {} as Record<string, number> };
let isStopping = false;

/** Calls without pause, by one SDK after the other. */
async function keepCalling(index: number): Promise<void> {
  for (let turn = index; !isStopping; turn++) {
    try {
      await calls[turn % calls.length]?.(`${name}/${index}`);
    } catch (error) {
      const { name: kind, status, statusCode = status } = error as Error & Record<string, unknown>;
      const failure = `${kind} ${statusCode ?? ""}`.trim();
      counts.failures[failure] = (counts.failures[failure] ?? 0) + 1;
    }
    counts.calls++;
  }
}

const callers = Array.from({ length: setup.callers }, (_, index) => keepCalling(index));

function report(): WorkerReport {
  const uses = liveSecret(cache, secret).uses();
  return { ...counts, reads: cache.stats().backendCalls, uses };
}

process.on("message", async (question: WorkerQuestion) => {
  if (question === "stop") {
    isStopping = true;
    await Promise.all(callers);
  }
  process.send?.(report(), () => question === "stop" && process.disconnect());
});
