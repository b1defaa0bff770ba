import {
  BaseSecretStore,
  type OperationContext,
  type ReadManyResult,
  type RemoveContext,
  type SecretAbortSignal,
  type SecretData,
  SecretError,
  type SecretErrorCode,
  type SecretValue,
  type SecretVersionData,
  secretValue,
  type WriteContext,
} from "@llm-orchestrator/secrets-core";
import type { Scheduler } from "fast-check";

/** A key from one change to the next: its value, or `undefined` while there is none. */
export interface State {
  readonly value: string | undefined;
  /** The signal of the call that made it so: tells whose change it was. */
  readonly by: SecretAbortSignal | undefined;
  /** When the next change came. */
  endedAtMs: number;
}

/** A read that the backend was asked for. */
export interface Request {
  readonly keys: readonly string[];
  readonly signal: SecretAbortSignal | undefined;
  isAnswered: boolean;
}

interface Entry {
  readonly versions: { readonly text: string; readonly createdAt: string }[];
  isDeleted: boolean;
}

/**
 * A backend far away: when a request takes effect there, and when its answer is back, the scheduler
 * decides, for each by itself. Remembers everything that was ever true.
 */
export class ScheduledStore extends BaseSecretStore {
  readonly requests: Request[] = [];
  /** When reads of which keys failed. */
  readonly failures: { readonly keys: readonly string[]; readonly atMs: number }[] = [];
  /** What the next requests to take effect meet. */
  fault: SecretErrorCode | undefined;
  /** Whether the next read is answered by a replica that has not seen the last write. */
  lags: () => boolean = () => false;
  readonly #scheduler: Scheduler;
  readonly #versionPrefix: string;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #histories = new Map<string, State[]>();
  #changes = 0;

  /** @param versionPrefix Before the number of a version: "" makes versions that can be ordered. */
  constructor(scheduler: Scheduler, now: () => number, versionPrefix = "") {
    super({
      name: "scheduled",
      capabilities: {
        ...{ write: true, delete: true, restore: true, versions: true, rotate: true },
        ...{ compareAndSet: true, maxBatchSize: 20 },
      },
    });
    this.#scheduler = scheduler;
    this.#versionPrefix = versionPrefix;
    this.#now = now;
  }

  /** All states of a key, the present one last. */
  history(key: string): readonly State[] {
    return this.#historyOf(key);
  }

  /** A change by somebody else, at once. */
  writeBehind(key: string, text: string): void {
    this.#append(key, text, undefined);
  }

  protected override read(key: string, { signal }: OperationContext) {
    return this.#readFrom([key], signal, () => this.#current(key));
  }

  protected override readMany(keys: readonly string[], { signal }: OperationContext) {
    return this.#readFrom(keys, signal, (): ReadManyResult => {
      const found = keys.map((key) => [key, this.#current(key)] as const);
      return new Map(found);
    });
  }

  protected override readVersion(key: string, version: string, { signal }: OperationContext) {
    return this.#readFrom([key], signal, () => this.#numbered(key, this.#numberOf(version)));
  }

  protected override async versions(
    key: string,
    { signal }: OperationContext,
  ): Promise<readonly SecretVersionData[] | undefined> {
    return this.#readFrom([key], signal, () => {
      const entry = this.#entries.get(key);
      const rows = entry?.versions.map((_, index, { length }) => {
        const isCurrent = index + 1 === length && !entry.isDeleted;
        return { version: this.#nameOf(index + 1), isCurrent };
      });
      return rows?.reverse();
    });
  }

  protected override write(key: string, value: SecretValue, context: WriteContext) {
    const { expectedVersion, signal } = context;
    return this.#exchange(`write ${key}`, () => {
      this.#failIfAsked();
      const current = this.#newest(key)?.version ?? null;
      if (expectedVersion !== undefined && expectedVersion !== current) {
        throw new SecretError("CONFLICT", { key });
      }
      return this.#append(key, value.expose(), signal);
    });
  }

  protected override remove(key: string, { mode, signal }: RemoveContext): Promise<void> {
    return this.#exchange(`remove ${key}`, () => {
      this.#failIfAsked();
      const entry = this.#entries.get(key);
      if (mode === "permanent") this.#entries.delete(key);
      else if (entry) entry.isDeleted = true;
      this.#change(key, undefined, signal);
    });
  }

  protected override recover(key: string, { signal }: OperationContext): Promise<void> {
    return this.#exchange(`recover ${key}`, () => {
      this.#failIfAsked();
      const entry = this.#entries.get(key);
      if (!entry) throw new SecretError("NOT_FOUND", { key, reason: "absent" });
      entry.isDeleted = false;
      this.#change(key, entry.versions.at(-1)?.text, signal);
    });
  }

  async #readFrom<T>(
    keys: readonly string[],
    signal: SecretAbortSignal | undefined,
    look: () => T,
  ): Promise<T> {
    const request: Request = { keys, signal, isAnswered: false };
    this.requests.push(request);
    try {
      return await this.#exchange(`read ${keys.join()}`, () => {
        if (this.fault) this.failures.push({ keys, atMs: this.#now() });
        this.#failIfAsked();
        return look();
      });
    } finally {
      request.isAnswered = true;
    }
  }

  async #exchange<T>(what: string, effect: () => T): Promise<T> {
    await this.#scheduler.schedule(Promise.resolve(), `${what}: takes effect`);
    const outcome = attempt(effect);
    await this.#scheduler.schedule(Promise.resolve(), `${what}: is answered`);
    return outcome();
  }

  #failIfAsked(): void {
    if (this.fault) throw new SecretError(this.fault);
  }

  #current(key: string): SecretData | undefined {
    const newest = this.#newest(key);
    const before = newest && this.lags() ? this.#numberOf(newest.version) - 1 : 0;
    return before > 0 ? this.#numbered(key, before) : newest;
  }

  #newest(key: string): SecretData | undefined {
    const entry = this.#entries.get(key);
    return entry && !entry.isDeleted ? this.#numbered(key, entry.versions.length) : undefined;
  }

  #numbered(key: string, number: number): SecretData | undefined {
    const made = this.#entries.get(key)?.versions[number - 1];
    return (
      made && {
        value: secretValue(made.text),
        version: this.#nameOf(number),
        createdAt: made.createdAt,
      }
    );
  }

  #append(key: string, text: string, by: State["by"]) {
    const entry = this.#entries.get(key) ?? { versions: [], isDeleted: false };
    this.#entries.set(key, entry);
    entry.isDeleted = false;
    const createdAt = new Date(++this.#changes).toISOString(); // the backend has a clock of its own
    entry.versions.push({ text, createdAt });
    this.#change(key, text, by);
    return { version: this.#nameOf(entry.versions.length), createdAt };
  }

  #nameOf(number: number): string {
    return `${this.#versionPrefix}${number}`;
  }

  #numberOf(version = ""): number {
    return Number(version.slice(this.#versionPrefix.length));
  }

  #change(key: string, value: string | undefined, by: State["by"]): void {
    const history = this.#historyOf(key);
    const last = history.at(-1);
    if (last) last.endedAtMs = this.#now();
    history.push({ value, by, endedAtMs: Number.POSITIVE_INFINITY });
  }

  #historyOf(key: string): State[] {
    const history = this.#histories.get(key) ?? [
      { value: undefined, by: undefined, endedAtMs: Number.POSITIVE_INFINITY },
    ];
    this.#histories.set(key, history);
    return history;
  }
}

/** Runs it now, and tells how it went later. */
function attempt<T>(work: () => T): () => T {
  try {
    const result = work();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
