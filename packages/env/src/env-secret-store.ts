import { resolve } from "node:path";
import {
  BaseSecretStore,
  type Environment,
  type SecretData,
  SecretError,
  type SecretValue,
  secretValue,
  type WrittenData,
} from "@llm-orchestrator/secrets-core";
import { DotenvFiles } from "./dotenv-files.js";
import { checkEnvOptions, type EnvSecretStoreOptions } from "./env-options.js";
import { KeyClaims } from "./key-claims.js";
import { readSecretFile } from "./read-file.js";
import { SecretFolder } from "./secret-folder.js";
import { badFile, emptySource, fileError } from "./source-errors.js";
import { fileSuffix, pointedVariable, toVariable } from "./variable-name.js";

/** As AWS keeps. A much longer variable keeps this process from starting others (E2BIG). */
const maxValueBytes = 65_536;

/**
 * Secrets from environment variables, files that variables name, `.env` files and a folder of
 * files: for development, tests, and containers that get their secrets mounted. The key
 * `openai/api_key` is the variable `OPENAI_API_KEY`; every call looks again. Asked in this order:
 * the variable, the file that `OPENAI_API_KEY_FILE` names, the `.env` files, the folder.
 *
 * @throws SecretError `CONFIGURATION` from the constructor, for a wrong or unknown option.
 * @example
 * ```ts
 * import { EnvSecretStore } from "@llm-orchestrator/secrets-env";
 *
 * const store = new EnvSecretStore({ environment: { OPENAI_API_KEY: "sk-example" } });
 * const secret = await store.getSecret("openai/api_key");
 * console.log(secret.value); // [redacted]
 * ```
 */
export class EnvSecretStore extends BaseSecretStore {
  readonly #prefix: string;
  readonly #environment: Environment | undefined;
  readonly #dotenv: DotenvFiles;
  readonly #folder: SecretFolder | undefined;
  readonly #claims: KeyClaims | undefined;
  readonly #hasFiles: boolean;

  constructor(options: EnvSecretStoreOptions = {}) {
    checkEnvOptions(options);
    const { name = "env", prefix = "", dotenv = [], folder, writable = false } = options;
    super({
      name,
      capabilities: { list: true, write: writable, delete: writable },
      maxValueBytes,
    });
    this.#prefix = prefix;
    this.#environment = options.environment;
    this.#dotenv = new DotenvFiles([dotenv].flat().map((path) => resolve(path)));
    this.#folder = folder === undefined ? undefined : new SecretFolder(resolve(folder), prefix);
    this.#hasFiles = folder !== undefined || dotenv.length > 0;
    this.#claims = options.allowCollisions ? undefined : new KeyClaims();
  }

  /** The same as the constructor: here the environment is the store. */
  static fromEnv(options?: EnvSecretStoreOptions): EnvSecretStore {
    return makeStore(options);
  }

  protected override async read(key: string): Promise<SecretData> {
    const variable = this.#prefix + toVariable(key);
    const value = this.#readVariable(variable) ?? (await this.#readFiles(variable));
    if (value === undefined) throw this.#notSet(variable);
    this.#claims?.claim(key, variable);
    return { value: secretValue(value) }; // a promise of text could be printed
  }

  protected override async write(key: string, value: SecretValue): Promise<WrittenData> {
    const variable = this.#prefix + toVariable(key);
    checkWritable(variable, this.#prefix);
    const text = value.expose();
    if (text.includes("\0")) {
      throw new SecretError("INVALID_SECRET", {
        reason: "not-text",
        detail: "the value holds a NUL, at which a variable ends",
        fix: "Store it as base64",
      });
    }
    if (this.#variable(variable + fileSuffix) !== undefined) throw setTwice(variable);
    this.#claims?.check(key, variable);
    const property = { value: text, writable: true, enumerable: true, configurable: true };
    // Defined and not assigned, since assigning to `__proto__` would change the object.
    if (!Reflect.defineProperty(this.#variables(), variable, property)) throw fixed(variable);
    this.#claims?.claim(key, variable);
    return {};
  }

  protected override async remove(key: string): Promise<void> {
    const variable = this.#prefix + toVariable(key);
    checkWritable(variable, this.#prefix);
    this.#claims?.check(key, variable);
    if (await this.#isInFiles(variable)) {
      throw new SecretError("NOT_SUPPORTED", {
        reason: "read-only-source",
        detail: `${variable} is in a file, and this store changes variables only`,
        fix: `Remove it from the .env file or folder, or unset ${variable}${fileSuffix}`,
      });
    }
    if (!Reflect.deleteProperty(this.#variables(), variable)) throw fixed(variable);
    this.#claims?.forget(variable);
  }

  protected override async *list(prefix: string): AsyncGenerator<string> {
    if (prefix === "" && this.#prefix === "") {
      throw new SecretError("CONFIGURATION", {
        reason: "unbounded-list",
        detail: "a listing without a prefix would list PATH, HOME and all other variables",
        fix: 'Pass a prefix to listSecrets ("database/"), or give the store one ("APP_")',
      });
    }
    const start = this.#prefix + toVariable(prefix);
    const { pattern, maxLength } = this.keySyntax;
    for (const variable of [...(await this.#names())].sort()) {
      const rest = variable.slice(start.length);
      const key = prefix + rest.toLowerCase();
      if (!variable.startsWith(start) || !/^[A-Z0-9_]*$/.test(rest)) continue;
      if (key.length > maxLength || !pattern.test(key)) continue;
      this.#claims?.list(key);
      yield key;
    }
  }

  /** Every `.env` file and the folder, so that a wrong path is known before a key is missed. */
  protected override async checkHealth(): Promise<string> {
    await this.#dotenv.all();
    await this.#folder?.names();
    return "ready";
  }

  /** `process.env` is looked up each time: tests replace it. */
  #variables(): Environment {
    return this.#environment ?? process.env;
  }

  /** Own ones only: `Object.prototype` holds no secrets. */
  #variable(name: string): string | undefined {
    const variables = this.#variables();
    const value: unknown = variables[name];
    if (value === undefined || !Object.hasOwn(variables, name)) return undefined;
    if (typeof value === "string") return value;
    throw new SecretError("INVALID_SECRET", {
      reason: "wrong-type",
      detail: `${name} of the environment is not text`,
      fix: "Put strings into the environment",
    });
  }

  #readVariable(variable: string): string | undefined {
    const value = this.#variable(variable);
    if (value === undefined) return undefined;
    if (this.#variable(variable + fileSuffix) !== undefined) throw setTwice(variable);
    if (value === "") throw emptySource(`${variable} is set but empty`);
    return value;
  }

  async #readFiles(variable: string): Promise<SecretValue | undefined> {
    const pointer = variable + fileSuffix;
    const path = this.#variable(pointer);
    if (path === "") throw emptySource(`${pointer} is set but empty`);
    if (path !== undefined) return readPointed(path, pointer);
    return (await this.#dotenv.find(variable)) ?? (await this.#folder?.find(variable));
  }

  async #isInFiles(variable: string): Promise<boolean> {
    if (this.#variable(variable + fileSuffix) !== undefined) return true;
    try {
      return (await this.#readFiles(variable)) !== undefined;
    } catch (error) {
      if (SecretError.isInstance(error) && error.code === "NOT_FOUND") return false;
      throw error;
    }
  }

  /** What has a value, from the first source that sets it, as a read would find it. */
  async #names(): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    const decided = new Set<string>();
    for (const [name, value] of Object.entries(this.#variables())) {
      const variable = pointedVariable(name, this.#prefix) ?? name;
      if (value === undefined) continue;
      decided.add(variable);
      if (value !== "") names.add(variable);
    }
    for (const [name, value] of await this.#dotenv.all()) {
      if (value !== "" && !decided.has(name)) names.add(name);
      decided.add(name);
    }
    for (const name of (await this.#folder?.names()) ?? []) {
      if (!decided.has(name)) names.add(name);
    }
    return names;
  }

  #notSet(variable: string): SecretError {
    const where = this.#hasFiles ? ", and no .env file and no file of the folder has it" : "";
    return new SecretError("NOT_FOUND", {
      reason: "absent",
      detail: `the variable ${variable} is not set${where}`,
      fix: `Set ${variable}, or ${variable}${fileSuffix} to the path of a file, or check the prefix`,
    });
  }
}

/** A class that names itself is bundled, and then printed, as `_EnvSecretStore`. */
function makeStore(options: EnvSecretStoreOptions | undefined): EnvSecretStore {
  return new EnvSecretStore(options);
}

/** The path is text of a variable, where a value may stand by mistake: no message shows it. */
async function readPointed(path: string, pointer: string): Promise<SecretValue> {
  const name = {
    what: `the file that ${pointer} names`,
    fix: `Set ${pointer} to the path of a file, not to the value`,
  };
  try {
    return await readSecretFile(path, name);
  } catch (error) {
    throw fileError(error, name);
  }
}

function setTwice(variable: string): SecretError {
  return badFile(
    "set-twice",
    `${variable} and ${variable}${fileSuffix} are both set`,
    "Unset one of them",
  );
}

function fixed(variable: string): SecretError {
  return badFile(
    "fixed-variable",
    `${variable} of the environment cannot be changed`,
    "Pass an environment whose properties can be written and deleted",
  );
}

/** @throws SecretError `INVALID_KEY` for a variable that changes where another key is read. */
function checkWritable(variable: string, prefix: string): void {
  const pointed = pointedVariable(variable, prefix);
  if (pointed === undefined) return;
  throw new SecretError("INVALID_KEY", {
    reason: "file-variable",
    detail: `${variable} would name the file that holds ${pointed}`,
    fix: `Use a key whose variable does not end in ${fileSuffix}`,
  });
}
