import { setTimeout as delay } from "node:timers/promises";
import type { SecretStore } from "@llm-orchestrator/secrets-core";
import type { Fleet } from "./fleet.js";
import type { Provider } from "./provider.js";
import { rotateKey } from "./rotate-key.js";
import { untilUnused } from "./until-unused.js";
import type { WorkerReport } from "./worker.js";

/** The key of the secret, in the store. */
export const secret = "llm/api_key";

const askEveryMs = 100;

export interface RotationOptions {
  readonly processes: number;
  /** In each process, at once. */
  readonly callers: number;
  readonly rotations: number;
  /** Revokes the old key when it is no longer sent, instead of at once. */
  readonly overlap: boolean;
  /** Ends it when it takes too long. */
  readonly signal: AbortSignal;
  /** Passes when no call that is under way now is any more. Default: a tenth of a second. */
  readonly quiet?: (provider: Provider, signal: AbortSignal) => Promise<void>;
  /** Awaited when the store has the next key and both are valid. Told how many came before. */
  readonly onRotated?: (rotations: number, provider: Provider, key: string) => Promise<void>;
  readonly onProgress?: (progress: Progress) => void;
}

/** How it stands. The lists have one place for each process. */
export interface Progress {
  readonly rotations: number;
  readonly reports: readonly WorkerReport[];
  /** Requests refused with 401, as the provider counts them. */
  readonly refusals: readonly number[];
}

export interface RotationParts {
  readonly provider: Provider;
  readonly store: SecretStore;
  readonly fleet: Fleet;
}

/** Rotates one key again and again while the fleet uses it. */
export class Rotation {
  readonly steps: Progress[] = [];
  readonly #options: RotationOptions;
  readonly #parts: RotationParts;
  readonly #ended = new AbortController();
  readonly #signal: AbortSignal;
  #count = 0;

  constructor(options: RotationOptions, parts: RotationParts) {
    this.#options = options;
    this.#parts = parts;
    this.#signal = AbortSignal.any([options.signal, this.#ended.signal]);
  }

  /** Resolves when the key was rotated often enough, or a call failed: the reports tell. */
  async run(): Promise<void> {
    try {
      await Promise.race([this.#rotateAll(), this.#watch()]);
    } finally {
      this.#ended.abort();
    }
  }

  progress(reports: readonly WorkerReport[]): Progress {
    const { refusals } = this.#parts.provider;
    return {
      rotations: this.#count,
      reports,
      refusals: reports.map((_, index) => refusals.get(`${index + 1}`) ?? 0),
    };
  }

  async #rotateAll(): Promise<void> {
    await this.#untilAllCalled();
    await this.#note();
    while (this.#count < this.#options.rotations) {
      await this.#rotate();
      this.#count++;
      await this.#note();
    }
  }

  async #rotate(): Promise<void> {
    const { provider, store, fleet } = this.#parts;
    const { quiet = () => delay(100, undefined, { signal: this.#signal }) } = this.#options;
    const { retired, retiredVersion, current } = await rotateKey(store, secret, provider);
    await this.#options.onRotated?.(this.#count, provider, current);
    if (this.#options.overlap) {
      await untilUnused(retiredVersion, {
        look: async () => (await fleet.report()).map(({ uses }) => uses),
        quiet: () => quiet(provider, this.#signal),
      });
    }
    provider.revoke(retired);
    await this.#untilAllCalled(current);
  }

  /** After two answers to each caller, none of them has an older request under way. */
  #untilAllCalled(key?: string): Promise<void> {
    const { processes, callers } = this.#options;
    const wanted = { count: 2, signal: this.#signal, ...(key !== undefined && { key }) };
    return this.#parts.provider.untilEach(processes * callers, wanted);
  }

  /** Shows how it stands all the time. Resolves when a call failed. */
  async #watch(): Promise<void> {
    while (!this.#signal.aborted) {
      const progress = this.progress(await this.#parts.fleet.report());
      this.#options.onProgress?.(progress);
      if (progress.reports.some(hasFailed)) return;
      await delay(askEveryMs, undefined, { signal: this.#signal }).catch(() => {});
    }
    this.#options.signal.throwIfAborted();
  }

  async #note(): Promise<void> {
    this.steps.push(this.progress(await this.#parts.fleet.report()));
  }
}

function hasFailed({ failures }: WorkerReport): boolean {
  return Object.keys(failures).length > 0;
}
