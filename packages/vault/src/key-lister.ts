import { setMaxListeners } from "node:events";
import { type OperationContext, onAbort } from "@llm-orchestrator/secrets-core";
import { isClaim } from "./secret-path.js";
import { folderOf, walkKeys } from "./walk-keys.js";

/** What a KV mount can list. */
interface KeySource {
  /** Names directly below a folder; folders end in `/`. */
  names(folder: string, context: OperationContext): Promise<readonly string[]>;
  /** Every key below a folder, or `undefined` where the server or the token cannot do it at once. */
  scan(folder: string, context: OperationContext): Promise<readonly string[] | undefined>;
}

/** Runs a request within a deadline of its own. */
type Run = <T>(
  context: OperationContext,
  work: (source: KeySource, timed: OperationContext) => Promise<T>,
) => Promise<T>;

/** Lists every key that starts with a prefix, sorted: at once where the server can, else by a walk. */
export class KeyLister {
  readonly #run: Run;
  readonly #concurrency: number;
  #mayScan = true;

  constructor(run: Run, concurrency: number) {
    this.#run = run;
    this.#concurrency = concurrency;
  }

  async *list(prefix: string, { signal, countRetry }: OperationContext): AsyncGenerator<string> {
    const ending = new AbortController();
    setMaxListeners(0, ending.signal); // as many as there are folders asked for
    const stop = onAbort(signal, () => ending.abort(signal?.reason));
    const context = () => ({ signal: ending.signal, countRetry });
    try {
      const keys = await this.#scan(folderOf(prefix), context());
      if (keys?.length) return yield* keys.filter((each) => isListed(each, prefix)).sort();
      const names = (folder: string) =>
        this.#run(context(), (source, timed) => source.names(folder, timed));
      for await (const key of walkKeys(prefix, names, this.#concurrency)) {
        if (!isClaim(key)) yield key;
      }
    } finally {
      stop();
      ending.abort(); // folders that were asked for ahead
    }
  }

  /** What could not be scanned once is walked from then on. */
  async #scan(folder: string, context: OperationContext): Promise<readonly string[] | undefined> {
    if (!this.#mayScan) return undefined;
    const keys = await this.#run(context, (source, timed) => source.scan(folder, timed));
    if (keys === undefined) this.#mayScan = false;
    return keys;
  }
}

/** The claim of a rotation is no secret, and no key that a store accepts. */
function isListed(key: string, prefix: string): boolean {
  return key.startsWith(prefix) && !isClaim(key);
}
