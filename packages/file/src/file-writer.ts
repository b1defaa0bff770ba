import type { AgeCipher, Seal } from "./age-cipher.js";
import type { SecretDocument } from "./document.js";
import { encodeDocument } from "./document-text.js";
import { fileError } from "./file-errors.js";
import { type HeldLock, isLocked, takeLock } from "./file-lock.js";
import { lookAt } from "./file-state.js";
import { type Change, PendingChange } from "./pending-change.js";
import { replaceFile } from "./replace-file.js";
import type { SecretFile } from "./secret-file.js";
import { sweep } from "./sweep.js";

/** What a writer works on. */
export interface FileWriterOptions {
  readonly file: SecretFile;
  readonly cipher: AgeCipher;
  readonly lockTimeoutMs: number;
}

/**
 * Changes the file as a whole, under its lock. All that is asked for while a write is under way goes into
 * the next one together: a write costs the same for one change as for a hundred.
 */
export class FileWriter {
  readonly #options: FileWriterOptions;
  #pending: PendingChange[] = [];
  #working: Promise<void> | undefined;
  #isSwept = false;

  constructor(options: FileWriterOptions) {
    this.#options = options;
  }

  /** Resolves when the change is on the disk. */
  change<T>(change: Change<T>, signal: PendingSignal): Promise<T> {
    const endsAt = performance.now() + this.#options.lockTimeoutMs;
    const pending = new PendingChange(change, signal, endsAt);
    this.#pending.push(pending as PendingChange);
    this.#working ??= this.#work();
    return pending.done;
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    await undefined; // what is asked for in one turn goes together
    while (this.#waiting().length > 0) {
      try {
        await this.#round();
      } catch (error) {
        const isOver = ({ endsAt }: PendingChange) => endsAt <= performance.now();
        for (const pending of this.#waiting()) {
          if (!isLocked(error) || isOver(pending)) pending.fail(error);
        }
      }
    }
    this.#working = undefined;
  }

  #waiting(): readonly PendingChange[] {
    this.#pending = this.#pending.filter(({ isWanted }) => isWanted);
    return this.#pending;
  }

  /** What takes long, or cannot work, comes before the lock is taken. */
  async #round(): Promise<void> {
    const { file, cipher } = this.#options;
    await file.read();
    const seal = await cipher.prepareSeal();
    const target = await file.target();
    const lock = await this.#takeLock(target);
    if (!lock) return;
    const batch = this.#waiting();
    this.#pending = [];
    const failure = await this.#write(batch, { target, lock, seal }).catch((error: unknown) =>
      fileError(error, target),
    );
    await lock.release();
    for (const pending of batch) failure ? pending.fail(failure) : pending.succeed();
  }

  /** Waits as long as the first of them may, and no longer than anybody wants it. */
  async #takeLock(target: string): Promise<HeldLock | undefined> {
    const waiting = this.#waiting();
    if (waiting.length === 0) return undefined;
    const unwanted = new AbortController();
    const stops = waiting.map((pending) =>
      pending.onAbort(() => this.#waiting().length === 0 && unwanted.abort()),
    );
    const endsAt = Math.min(...waiting.map((pending) => pending.endsAt));
    const { lockTimeoutMs: timeoutMs } = this.#options;
    try {
      return await takeLock(target, { endsAt, timeoutMs, signal: unwanted.signal });
    } catch (error) {
      if (unwanted.signal.aborted) return undefined;
      throw error;
    } finally {
      for (const stop of stops) stop();
    }
  }

  async #write(batch: readonly PendingChange[], write: LockedWrite): Promise<undefined> {
    const { target, lock, seal } = write;
    if (lock.wasAbandoned || !this.#isSwept) await sweep(target);
    this.#isSwept = true;
    const { file } = this.#options;
    const before = await file.read();
    const wanted = batch.filter(({ isWanted }) => isWanted);
    const after = wanted.reduce((document, pending) => pending.apply(document), before);
    if (after === before) return;
    await replaceFile(target, {
      bytes: await encrypt(after, seal),
      temporaryPath: `${target}.${lock.owner}.tmp`,
      previousMs: Number((await lookAt(target))?.mtimeMs ?? 0n),
      check: () => lock.check(),
    });
    await file.keep(after);
  }
}

type PendingSignal = ConstructorParameters<typeof PendingChange>[1];

interface LockedWrite {
  readonly target: string;
  readonly lock: HeldLock;
  readonly seal: Seal;
}

async function encrypt(document: SecretDocument, seal: Seal): Promise<Uint8Array> {
  const plain = encodeDocument(document);
  try {
    return await seal(plain);
  } finally {
    plain.fill(0);
  }
}
