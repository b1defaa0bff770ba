import {
  abortable,
  type OperationContext,
  onAbort,
  SecretError,
} from "@llm-orchestrator/secrets-core";
import type { AwsApi } from "./aws-api.js";
import type { AwsSettings } from "./aws-settings.js";
import { type Permit, RegionCircuit } from "./region-circuit.js";
import type { RegionConnection } from "./region-connection.js";
import { regionOf } from "./secret-name.js";

/** One read, in whatever region it is sent to: `undefined`, where no other could be. */
export type RegionWork<T> = (
  connection: RegionConnection,
  region: string | undefined,
  context: OperationContext,
) => Promise<T>;

/** Who answered. */
export interface Answerer {
  /** `undefined` where there is but one. */
  readonly region: string | undefined;
  /** `"only"`: nobody else could be asked. */
  readonly kind: "home" | "replica" | "only";
}

export interface RegionAnswer<T> {
  readonly result: T;
  /** `undefined` where there is but one. */
  readonly region: string | undefined;
}

/** @returns Why the answer of one of several cannot be used. */
export type Judge<T> = (result: T, answerer: Answerer) => SecretError | undefined;

const theOnlyRegion: Answerer = { region: undefined, kind: "only" };

/**
 * Sends a read to the home of its key, and to the other regions in their order when that cannot be had:
 * a broken connection, a fault of AWS, throttling to the end, or nothing in time. What the home says is
 * believed, "not found" and "denied" too; what a replica does not have says nothing.
 */
export class RegionReads {
  readonly #api: AwsApi;
  readonly #regions: readonly string[];
  readonly #timeoutMs: number;
  readonly #circuit: RegionCircuit;

  constructor(api: AwsApi, settings: AwsSettings, circuit = new RegionCircuit()) {
    this.#api = api;
    this.#regions = settings.regions;
    this.#timeoutMs = settings.regionTimeoutMs;
    this.#circuit = circuit;
  }

  /** The primary; of an ARN the region that it names. */
  homeOf(key: string): string | undefined {
    return regionOf(key) ?? this.#regions[0];
  }

  /** @param key One of those that are read: all have the same home. */
  async read<T>(
    key: string,
    context: OperationContext,
    work: RegionWork<T>,
    judge: Judge<T>,
  ): Promise<RegionAnswer<T>> {
    const home = this.homeOf(key);
    const isSingle = this.#regions.length < 2;
    if (!isSingle && home !== undefined && this.#regions.includes(home)) {
      return this.#readAnywhere(home, context, work, judge);
    }
    const result = await work(this.#api.in(home), undefined, context);
    const answerer: Answerer = isSingle ? theOnlyRegion : { region: home, kind: "only" };
    judge(result, answerer);
    return { result, region: answerer.region };
  }

  async #readAnywhere<T>(
    home: string,
    context: OperationContext,
    work: RegionWork<T>,
    judge: Judge<T>,
  ): Promise<RegionAnswer<T>> {
    const errors: Record<string, SecretError> = {};
    let isFirst = true;
    for (const permit of this.#order(home)) {
      const { region } = permit;
      const isHome = region === home;
      if (!isFirst) context.countRetry();
      isFirst = false;
      try {
        const result = await this.#ask(permit, context, work);
        const refusal = judge(result, { region, kind: isHome ? "home" : "replica" });
        if (!refusal) return { result, region };
        errors[region] = refusal;
      } catch (error) {
        if (!SecretError.isInstance(error) || context.signal?.aborted) throw error;
        if (isHome && !mayFailOver(error)) throw error;
        errors[region] = error;
      }
    }
    throw noRegion(home, errors);
  }

  /** A home that is left alone comes last: it alone can say that a secret is not there. */
  *#order(home: string): Generator<Permit> {
    const first = this.#circuit.mayTry(home);
    if (first) yield first;
    for (const region of this.#regions) {
      const permit = region === home ? undefined : this.#circuit.mayTry(region);
      if (permit) yield permit;
    }
    if (!first) yield { region: home, isTrial: false };
  }

  async #ask<T>(permit: Permit, context: OperationContext, work: RegionWork<T>): Promise<T> {
    const connection = this.#api.in(permit.region);
    let limit: Limit | undefined;
    try {
      // The SDK is loaded once, at the first call of all: that is no region's time.
      await abortable(context.signal, () => connection.open());
      limit = limited(context, this.#timeoutMs);
      const result = await work(connection, permit.region, limit.context);
      this.#circuit.succeeded(permit);
      return result;
    } catch (error) {
      if (context.signal?.aborted) this.#circuit.gaveUp(permit);
      else if (mayFailOver(error)) this.#circuit.failed(permit);
      else this.#circuit.succeeded(permit);
      throw context.signal?.aborted ? context.signal.reason : error;
    } finally {
      limit?.end();
    }
  }
}

/** Whether another region may know better. */
export function mayFailOver(error: unknown): boolean {
  if (!SecretError.isInstance(error)) return false;
  return error.code === "BACKEND_UNAVAILABLE" || error.code === "THROTTLED";
}

/** What the home failed with, unless a replica answered and was behind; the rest stands beside it. */
export function noRegion(home: string, errors: Readonly<Record<string, SecretError>>): SecretError {
  const behind = Object.values(errors).find(({ reason }) => reason === "replica-behind");
  const shown = behind ?? errors[home] ?? new SecretError("BACKEND_UNAVAILABLE");
  const { code, reason, detail, fix, cause } = shown;
  return new SecretError(code, { reason, detail, fix, cause, errors });
}

interface Limit {
  readonly context: OperationContext;
  end(): void;
}

/** A time of its own for one region, after which its request is cancelled. */
function limited(context: OperationContext, timeoutMs: number): Limit {
  const controller = new AbortController();
  const { signal } = context;
  const timer = setTimeout(() => controller.abort(tooLate()), timeoutMs);
  const stop = onAbort(signal, () => controller.abort(signal?.reason));
  return {
    context: { ...context, signal: controller.signal },
    end: () => {
      clearTimeout(timer);
      stop();
    },
  };
}

function tooLate(): SecretError {
  return new SecretError("BACKEND_UNAVAILABLE", {
    ...{ reason: "timeout", detail: "the region did not answer in time" },
  });
}
