import { type SecretValue, secretValue } from "@llm-orchestrator/secrets-core";
import { readTextFile } from "./read-file.js";
import { emptySource, fileError } from "./source-errors.js";

/** Variables in `.env` files. Read at each call, so that a change is seen and nothing is kept. */
export class DotenvFiles {
  readonly #paths: readonly string[];

  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  /** From the first file that sets it, even to nothing: that is `NOT_FOUND`, and says so. */
  async find(variable: string): Promise<SecretValue | undefined> {
    for (const path of this.#paths) {
      const value = (await parse(path)).get(variable);
      if (value === "") {
        throw emptySource(`${variable} is set but empty in ${JSON.stringify(path)}`);
      }
      if (value !== undefined) return secretValue(value); // a promise of text could be printed
    }
    return undefined;
  }

  /** Every variable and its value; the first file that sets it wins. */
  async all(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const path of this.#paths) {
      for (const [name, value] of await parse(path)) if (!found.has(name)) found.set(name, value);
    }
    return found;
  }
}

async function parse(path: string): Promise<ReadonlyMap<string, string>> {
  const name = {
    what: `the .env file ${JSON.stringify(path)} of the option dotenv`,
    fix: "Correct the path in dotenv, or leave the file out of it",
  };
  try {
    const { parseEnv } = await import("node:util");
    const parsed = parseEnv(await readTextFile(path, name)) as Record<string, string>;
    return new Map(Object.entries(parsed));
  } catch (error) {
    throw fileError(error, name);
  }
}
