import { readFile } from "node:fs/promises";
import { BaseSecretStore, type OperationContext } from "@llm-orchestrator/secrets-core";
import { checkOptions } from "./check-options.js";
import { fileError, notAnObject } from "./file-errors.js";

export interface JsonFileOptions {
  /** A JSON object with a property for each key: text, or an object of fields. */
  readonly path: string;
}

/** Secrets in one JSON file that is read at each call, so that a changed file is seen. */
export class JsonFileStore extends BaseSecretStore {
  readonly #path: string;

  constructor(options: JsonFileOptions) {
    super({ name: "json-file" });
    this.#path = checkOptions(options).path;
  }

  /** The one hook: plain data, or `undefined` for a key that is not there. */
  protected override async read(key: string, { signal }: OperationContext) {
    const secrets = parse(await readFile(this.#path, { signal }).catch(fileError));
    if (!Object.hasOwn(secrets, key)) return undefined;
    const value = secrets[key];
    return { value: typeof value === "string" ? value : JSON.stringify(value) };
  }
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Record<string, unknown>;
    }
  } catch {
    // The parser's message quotes the file.
  }
  throw notAnObject();
}
