import { type FileHandle, open } from "node:fs/promises";
import { publishWarning } from "@llm-orchestrator/secrets-core";
import type { AgeCipher } from "./age-cipher.js";
import { emptyDocument, type SecretDocument } from "./document.js";
import { decodeDocument } from "./document-text.js";
import { badFile, damaged, fileError, unlessAbsent } from "./file-errors.js";
import { checkFolders, checkMode, lookAt, signatureOf } from "./file-state.js";
import { targetOf } from "./secret-target.js";

/** The most that Node reads at once; what the store writes is half of it. */
const largestFileBytes = 2 ** 31 - 1;

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
    const document = this.#load();
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

  /**
   * The file that is written: a link is followed, so that all who write the file meet at one lock.
   *
   * @throws SecretError `CONFIGURATION` also when other users may put another file there.
   */
  async target(): Promise<string> {
    const { path } = this.#options;
    try {
      const target = await targetOf(path);
      await checkFolders(path, target);
      return target;
    } catch (error) {
      throw fileError(error, path);
    }
  }

  async #load(): Promise<SecretDocument> {
    const { path, cipher, store } = this.#options;
    await this.target();
    const whole = await readWhole(path);
    if (whole === undefined) return emptyDocument;
    const { bytes, isReadable } = whole;
    if (isReadable) warnOfReaders(path, store);
    if (bytes.length === 0) throw damaged(path, "is empty");
    const plain = await cipher.open(bytes, path);
    try {
      return decodeDocument(plain, path);
    } finally {
      plain.fill(0);
    }
  }
}

interface WholeFile {
  readonly bytes: Uint8Array;
  /** By other users. */
  readonly isReadable: boolean;
}

/** What is checked and what is read are one file, whatever comes to the name meanwhile. */
async function readWhole(path: string): Promise<WholeFile | undefined> {
  try {
    const handle = await unlessAbsent(open(path, "r"));
    return handle && (await readAndClose(handle, path));
  } catch (error) {
    throw fileError(error, path);
  }
}

async function readAndClose(handle: FileHandle, path: string): Promise<WholeFile> {
  try {
    const found = await handle.stat({ bigint: true });
    const { isReadable } = checkMode(found, path);
    if (found.size > largestFileBytes) throw tooLarge(path);
    return { isReadable, bytes: await handle.readFile() };
  } finally {
    await handle.close();
  }
}

function tooLarge(path: string): Error {
  return badFile(
    "foreign-file",
    `the file ${path} is larger than 2 GiB, and none that FileSecretStore wrote`,
    "Correct the option path",
  );
}

function warnOfReaders(path: string, store: string): void {
  publishWarning({
    ...{ code: "SECRETS_FILE_READABLE", store },
    message:
      `Other users may read ${path}. It is encrypted, and a copy can be guessed at for as long as ` +
      "one likes: run chmod 600 on it.",
  });
}
