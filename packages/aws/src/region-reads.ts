import { type OperationContext, onAbort, SecretError } from "@llm-orchestrator/secrets-core";
import type { AwsApi } from "./aws-api.js";
import type { AwsSettings } from "./aws-settings.js";
import { RegionCircuit } from "./region-circuit.js";
import type { RegionConnection } from "./region-connection.js";
import { regionOf } from "./secret-name.js";

/** One read, in whatever region it is sent to. */
export type RegionWork<T> = (
  connection: RegionConnection,
  region: string | undefined,
  context: OperationContext,
) => Promise<T>;

export interface RegionAnswer<T> {
  readonly result: T;
  /** `undefined` where there is but one. */
  readonly region: string | undefined;
  /** Why the primary was not the one that answered. */
  readonly primaryError: SecretError | undefined;
}

/** Says why an answer of a replica cannot be used. */
type Refusal<T> = (result: T) => SecretError | undefined;

/**
 * Sends a read to the primary, and to the replicas in their order when the primary cannot be had: a
 * broken connection, a fault of AWS, throttling to the end, or nothing in time. What the primary says is
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

  isPrimary(region: string): boolean {
    return region === this.#regions[0];
  }

  /** @param key Whose ARN may name a region. */
  async read<T>(
    key: string,
    context: OperationContext,
    work: RegionWork<T>,
    refuse: Refusal<T>,
  ): Promise<RegionAnswer<T>> {
    const own = regionOf(key);
    const isElsewhere = own !== undefined && !this.#regions.includes(own);
    if (this.#regions.length > 1 && !isElsewhere) return this.#readAnywhere(context, work, refuse);
    const result = await work(this.#api.in(own), undefined, context);
    return { result, region: undefined, primaryError: undefined };
  }

  async #readAnywhere<T>(
    context: OperationContext,
    work: RegionWork<T>,
    refuse: Refusal<T>,
  ): Promise<RegionAnswer<T>> {
    const [primary = "", ...replicas] = this.#regions;
    const errors: Record<string, SecretError> = {};
    // One that is left alone comes last: it alone can say that a secret is not there.
    const order = this.#circuit.mayTry(primary) ? [primary, ...replicas] : [...replicas, primary];
    for (const region of order) {
      const isPrimary = region === primary;
      if (!isPrimary && !this.#circuit.mayTry(region)) continue;
      try {
        const result = await this.#ask(region, context, work);
        const refusal = isPrimary ? undefined : refuse(result);
        if (!refusal) return { result, region, primaryError: errors[primary] };
        errors[region] = refusal;
      } catch (error) {
        if (!SecretError.isInstance(error) || context.signal?.aborted) throw error;
        if (isPrimary && !mayFailOver(error)) throw error;
        errors[region] = error;
      }
    }
    throw failure(errors[primary], errors);
  }

  async #ask<T>(region: string, context: OperationContext, work: RegionWork<T>): Promise<T> {
    const limit = limited(context, this.#timeoutMs);
    try {
      const result = await work(this.#api.in(region), region, limit.context);
      this.#circuit.succeeded(region);
      return result;
    } catch (error) {
      if (context.signal?.aborted) this.#circuit.gaveUp(region);
      else if (mayFailOver(error)) this.#circuit.failed(region);
      else this.#circuit.succeeded(region);
      throw context.signal?.aborted ? context.signal.reason : error;
    } finally {
      limit.end();
    }
  }
}

function mayFailOver(error: unknown): boolean {
  if (!SecretError.isInstance(error)) return false;
  return error.code === "BACKEND_UNAVAILABLE" || error.code === "THROTTLED";
}

/** What the primary failed with is what the caller has to know; the rest stands beside it. */
function failure(
  { code, reason, detail, fix, cause }: SecretError = new SecretError("BACKEND_UNAVAILABLE"),
  errors: Readonly<Record<string, SecretError>>,
): SecretError {
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
