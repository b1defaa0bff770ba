import {
  type OperationContext,
  type ReadManyResult,
  type SecretData,
  SecretError,
} from "@llm-orchestrator/secrets-core";
import { askTogether, type BatchAnswer } from "./batch-request.js";
import { type Answerer, mayFailOver, noRegion, type RegionReads } from "./region-reads.js";
import { notThere, type SecretReader, withRegion } from "./secret-reader.js";
import { placeOf, type SeenVersions } from "./seen-versions.js";

/** For how long a batch that was denied is not asked for again: policies take minutes to change. */
const deniedForMs = 300_000;
type Results = Map<string, SecretData | SecretError | undefined>;
/** Keys that nobody has answered yet, and why what a region said of one could not be used. */
type Open = Map<string, Record<string, SecretError>>;

/** Reads up to 20 secrets with one request; one by one where that is denied or throttled. */
export class BatchReader {
  readonly #regions: RegionReads;
  readonly #seen: SeenVersions;
  readonly #reader: SecretReader;
  #deniedAt = Number.NEGATIVE_INFINITY;

  constructor(regions: RegionReads, seen: SeenVersions, reader: SecretReader) {
    this.#regions = regions;
    this.#seen = seen;
    this.#reader = reader;
  }

  async read(keys: readonly string[], context: OperationContext): Promise<ReadManyResult> {
    const results: Results = new Map();
    const groups = this.#groupByHome(keys);
    await Promise.all(
      groups.map((keysOfRegion) => this.#readGroup(keysOfRegion, results, context)),
    );
    return results;
  }

  async #readGroup(keys: readonly string[], results: Results, context: OperationContext) {
    const open: Open = new Map(keys.map((key) => [key, {}]));
    const isDenied = performance.now() - this.#deniedAt < deniedForMs;
    if (keys.length > 1 && !isDenied) {
      try {
        await this.#readTogether(open, results, context);
      } catch (error) {
        if (!SecretError.isInstance(error)) throw error;
        if (error.code === "PERMISSION_DENIED") this.#deniedAt = performance.now();
        this.#fail(open, error, results);
        if (open.size > 0) context.countRetry();
      }
    }
    // Of what no answer spoke, nothing is known.
    await this.#readSingly([...open.keys()], results, context);
  }

  /** What one region does not have, or is behind with, the next is asked for. */
  async #readTogether(open: Open, results: Results, context: OperationContext): Promise<void> {
    const [first = ""] = open.keys();
    await this.#regions.read(
      first,
      context,
      (connection, region, timed) => askTogether(connection, [...open.keys()], region, timed),
      (answer, answerer) => this.#take(answer, answerer, open, results),
    );
  }

  #take(answer: BatchAnswer, answerer: Answerer, open: Open, results: Results) {
    const { region } = answerer;
    let last: SecretError | undefined;
    for (const [key, found] of answer) {
      const refusal = this.#refuse(key, found, answerer);
      if (refusal) {
        last = refusal;
        open.set(key, { ...open.get(key), [String(region)]: refusal });
        continue;
      }
      open.delete(key);
      const isData = found !== undefined && !SecretError.isInstance(found);
      results.set(key, isData ? withRegion(found, region) : found);
    }
    return last;
  }

  #refuse(
    key: string,
    found: SecretData | SecretError | undefined,
    { kind }: Answerer,
  ): SecretError | undefined {
    if (kind === "only") return undefined;
    if (SecretError.isInstance(found)) {
      return kind === "replica" || mayFailOver(found) ? found : undefined;
    }
    const place = placeOf(key, "AWSCURRENT");
    if (kind === "replica") return found ? this.#seen.refuse(place, found.createdAt) : notThere();
    this.#seen.note(place, found?.createdAt);
    return undefined;
  }

  /** Leaves open what may be had one by one. What was said of one key stands for no other. */
  #fail(open: Open, error: SecretError, results: Results): void {
    for (const [key, refusals] of open) {
      if (mayHelpSingly(error, refusals)) continue;
      const home = this.#regions.homeOf(key) ?? "";
      const own = { ...error.errors, ...refusals };
      results.set(key, Object.keys(refusals).length === 0 ? error : noRegion(home, own));
      open.delete(key);
    }
  }

  async #readSingly(keys: readonly string[], results: Results, context: OperationContext) {
    await Promise.all(
      keys.map(async (key) => {
        try {
          results.set(key, await this.#reader.read(key, context));
        } catch (error) {
          if (!SecretError.isInstance(error)) throw error;
          results.set(key, error);
        }
      }),
    );
  }

  /** Names and ARNs together, by the region that is asked first. */
  #groupByHome(keys: readonly string[]): readonly (readonly string[])[] {
    const groups = new Map<string | undefined, string[]>();
    for (const key of keys) {
      const home = this.#regions.homeOf(key);
      groups.set(home, [...(groups.get(home) ?? []), key]);
    }
    return [...groups.values()];
  }
}

/** What is wrong with one key: said of a whole batch, it holds for some key in it and not for each. */
const ofOneKey: ReadonlySet<SecretError["code"]> = new Set([
  ...(["NOT_FOUND", "INVALID_SECRET", "CONFLICT", "NOT_SUPPORTED"] as const),
]);

/** Single reads are another right than a batch, with another quota; in one of several regions too. */
function mayHelpSingly({ code, errors = {} }: SecretError, refusals: object): boolean {
  if (ofOneKey.has(code)) return true;
  const ofBatch = Object.entries(errors).filter(([region]) => !Object.hasOwn(refusals, region));
  const codes = [code, ...ofBatch.map(([, error]) => error.code)];
  return code === "THROTTLED" || codes.includes("PERMISSION_DENIED");
}
