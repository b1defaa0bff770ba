import { Fleet } from "./fleet.js";
import { openStore } from "./open-store.js";
import { Provider, type ProviderOptions } from "./provider.js";
import { type Progress, Rotation, type RotationOptions, secret } from "./rotation.js";
import { type StoreServer, startStoreServer } from "./store-server.js";
import type { WorkerSetup } from "./worker.js";

export interface RunOptions
  extends RotationOptions,
    ProviderOptions,
    Pick<WorkerSetup, "ttlMs" | "maxRetries" | "clients"> {
  /** The file that each process runs. */
  readonly worker: string;
  /** Default: starts one. It is closed at the end. */
  readonly server?: StoreServer;
}

export interface RunResult extends Progress {
  /** As it stood when all callers had used the first key, and after each rotation. */
  readonly steps: readonly Progress[];
  /** Reads of the server, as it counts them, by process. Empty where it does not. */
  readonly reads: readonly number[];
  readonly durationMs: number;
}

/** Rotates a key under processes that use it, until it was rotated often enough or a call failed. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { processes, callers, ttlMs, maxRetries, clients, worker } = options;
  const start = performance.now();
  const server = options.server ?? (await startStoreServer());
  const provider = await Provider.start(options);
  const store = await openStore(server.url, "main");
  await store.putSecret(secret, provider.createKey());
  const fleet = new Fleet({
    ...{ processes, worker, callers, ttlMs, maxRetries, clients },
    ...{ secret, address: server.url, providerUrl: provider.url },
  });
  try {
    const rotation = new Rotation(options, { provider, store, fleet });
    await rotation.run();
    const reports = await fleet.stop();
    return {
      ...rotation.progress(reports),
      steps: rotation.steps,
      reads: server.reads ? countsOf(server.reads, reports.length) : [],
      durationMs: performance.now() - start,
    };
  } finally {
    fleet.kill();
    await store.close();
    await Promise.all([provider.close(), server.close()]);
  }
}

function countsOf(reads: ReadonlyMap<string, number>, processes: number): readonly number[] {
  return Array.from({ length: processes }, (_, index) => reads.get(`${index + 1}`) ?? 0);
}
