import type { BigIntStats } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { publishWarning } from "@llm-orchestrator/secrets-core";
import type { AgeCipher } from "./age-cipher.js";
import { emptyDocument, type SecretDocument } from "./document.js";
import { decodeDocument } from "./document-text.js";
import { damaged, fileError, unlessAbsent } from "./file-errors.js";
import { checkMode, lookAt, signatureOf } from "./file-state.js";

interface Loaded {
  readonly signature: string;
  readonly document: Promise<SecretDocument>;
}

export interface SecretFileOptions {
  readonly path: string;
  readonly cipher: AgeCipher;
  /** Name of the store, for warnings. */
  readonly store: string;
}

/** One file, decrypted anew only when it was replaced. */
export class SecretFile {
  readonly #options: SecretFileOptions;
  #loaded: Loaded | undefined;

  constructor(options: SecretFileOptions) {
    this.#options = options;
  }

  /** What the file holds now: one `stat` where it is the one that was read or written last. */
  async read(): Promise<SecretDocument> {
    const { path } = this.#options;
    const found = await lookAt(path);
    if (!found) return emptyDocument;
    const signature = signatureOf(found);
    if (this.#loaded?.signature === signature) return this.#loaded.document;
    const document = this.#load(found);
    const loaded = { signature, document };
    this.#loaded = loaded;
    document.catch(() => {
      if (this.#loaded === loaded) this.#loaded = undefined; // what failed is tried again
    });
    return document;
  }

  /** Forgets what was decrypted. */
  forget(): void {
    this.#loaded = undefined;
  }

  /** What the file holds, says who has written it and still has its lock. */
  async keep(document: SecretDocument): Promise<void> {
    const written = await lookAt(this.#options.path).catch(() => undefined);
    this.#loaded = written && {
      signature: signatureOf(written),
      document: Promise.resolve(document),
    };
  }

  /** A link is followed, so that all who write the file meet at one lock. */
  async target(): Promise<string> {
    const { path } = this.#options;
    try {
      const found = await unlessAbsent(realpath(path));
      return found ?? join(await realpath(dirname(path)), basename(path));
    } catch (error) {
      throw fileError(error, path);
    }
  }

  async #load(found: BigIntStats): Promise<SecretDocument> {
    const { path, cipher, store } = this.#options;
    if (checkMode(found, path).isReadable) warnOfReaders(path, store);
    const bytes = await readWhole(path);
    if (bytes === undefined) return emptyDocument;
    if (bytes.length === 0) throw damaged(path, "is empty");
    const plain = await cipher.open(bytes, path);
    try {
      return decodeDocument(plain, path);
    } finally {
      plain.fill(0);
    }
  }
}

async function readWhole(path: string): Promise<Uint8Array | undefined> {
  try {
    return await unlessAbsent(
      (async () => {
        const handle = await open(path, "r");
        try {
          return await handle.readFile();
        } finally {
          await handle.close();
        }
      })(),
    );
  } catch (error) {
    throw fileError(error, path);
  }
}

function warnOfReaders(path: string, store: string): void {
  publishWarning({
    ...{ code: "SECRETS_FILE_READABLE", store },
    message:
      `Other users may read ${path}. It is encrypted, and a copy can be guessed at for as long as ` +
      "one likes: run chmod 600 on it.",
  });
}
