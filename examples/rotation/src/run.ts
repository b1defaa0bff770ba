import { setTimeout as delay } from "node:timers/promises";
import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { Fleet, type FleetOptions } from "./fleet.js";
import { openStore } from "./open-store.js";
import { Provider } from "./provider.js";
import { rotateKey } from "./rotate-key.js";
import { startTruthServer } from "./truth-server.js";
import { untilUnused } from "./until-unused.js";
import type { WorkerReport } from "./worker.js";

const secret = "llm/api_key";
const askEveryMs = 100;

export interface RunOptions
  extends Pick<FleetOptions, "processes" | "callers" | "ttlMs" | "maxRetries" | "clients"> {
  readonly rotations: number;
  /** Revokes the old key when it is no longer sent, instead of at once. */
  readonly overlap: boolean;
  /** How long the model takes to answer. */
  readonly thinkingMs: number;
  /** The file that each process runs. */
  readonly worker: string;
  /** Ends it when it takes too long. */
  readonly signal: AbortSignal;
  /** Passes when no call that is under way now is any more. Default: a tenth of a second. */
  readonly quiet?: (provider: Provider, signal: AbortSignal) => Promise<void>;
  readonly onProgress?: (progress: Progress) => void;
}

/** How it stands. The lists have one place for each process. */
export interface Progress {
  readonly rotations: number;
  readonly reports: readonly WorkerReport[];
  /** Requests refused with 401, as the provider counts them. */
  readonly refusals: readonly number[];
}

export interface RunResult extends Progress {
  /** As it stood when all callers had the first key, and after each rotation. */
  readonly steps: readonly Progress[];
  /** Reads of the truth server, as it counts them. */
  readonly reads: readonly number[];
  readonly durationMs: number;
}

/** Rotates a key under processes that use it, until it was rotated often enough or a call failed. */
export async function run(options: RunOptions): Promise<RunResult> {
  const truth = await startTruthServer();
  const provider = await Provider.start(options.thinkingMs);
  const store = openStore(truth.url, "main");
  await store.putSecret(secret, provider.createKey());
  const fleet = new Fleet({
    ...options,
    ...{ address: truth.url, secret, providerUrl: provider.url },
  });
  const names = Array.from({ length: options.processes }, (_, index) => `${index + 1}`);
  const start = performance.now();
  try {
    const rotation = new Rotation(options, { provider, store, fleet });
    await rotation.run();
    const reports = await fleet.stop();
    return {
      ...rotation.progress(reports),
      steps: rotation.steps,
      reads: names.map((name) => truth.reads.get(name) ?? 0),
      durationMs: performance.now() - start,
    };
  } finally {
    fleet.kill();
    await store.close();
    await Promise.all([provider.close(), truth.close()]);
  }
}

interface Parts {
  readonly provider: Provider;
  readonly store: SecretStore;
  readonly fleet: Fleet;
}

class Rotation {
  readonly steps: Progress[] = [];
  readonly #options: RunOptions;
  readonly #parts: Parts;
  readonly #ended = new AbortController();
  readonly #signal: AbortSignal;
  #count = 0;

  constructor(options: RunOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
    this.#signal = AbortSignal.any([options.signal, this.#ended.signal]);
  }

  /** Resolves at the first call that failed, too: the reports have it. */
  async run(): Promise<void> {
    const { rotations } = this.#options;
    const watching = this.#watch();
    try {
      await this.#allCalled();
      for (; this.#count < rotations; this.#count++) await this.#rotate();
      await this.#note();
    } catch (error) {
      if (!this.#ended.signal.aborted) throw error;
    } finally {
      this.#ended.abort();
    }
    await watching;
  }

  async #rotate(): Promise<void> {
    const { provider, store, fleet } = this.#parts;
    const { quiet = () => delay(100, undefined, { signal: this.#signal }) } = this.#options;
    await this.#note();
    const { retired, retiredVersion, current } = await rotateKey(store, secret, provider);
    if (this.#options.overlap) {
      await untilUnused(retiredVersion, {
        look: async () => (await fleet.report()).map(({ uses }) => uses),
        quiet: () => quiet(provider, this.#signal),
      });
    }
    provider.revoke(retired);
    await this.#allCalled(current);
  }

  /** After two answers to each caller, none has an older request under way. */
  #allCalled(key?: string): Promise<void> {
    const { processes, callers } = this.#options;
    const wanted = { count: 2, signal: this.#signal, ...(key !== undefined && { key }) };
    return this.#parts.provider.untilEach(processes * callers, wanted);
  }

  /** Shows how it stands all the time, and ends it when a call failed. */
  async #watch(): Promise<void> {
    while (!this.#signal.aborted) {
      const progress = this.progress(await this.#parts.fleet.report());
      this.#options.onProgress?.(progress);
      if (progress.reports.some(hasFailed)) this.#ended.abort();
      else await delay(askEveryMs, undefined, { signal: this.#signal }).catch(() => {});
    }
  }

  async #note(): Promise<void> {
    this.steps.push(this.progress(await this.#parts.fleet.report()));
  }

  progress(reports: readonly WorkerReport[]): Progress {
    const { refusals } = this.#parts.provider;
    return {
      rotations: this.#count,
      reports,
      refusals: reports.map((_, index) => refusals.get(`${index + 1}`) ?? 0),
    };
  }
}

function hasFailed({ failures }: WorkerReport): boolean {
  return Object.keys(failures).length > 0;
}
