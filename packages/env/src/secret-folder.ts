import type { SecretValue } from "@llm-orchestrator/secrets-core";
import { type FolderFile, walkFolder } from "./folder-walk.js";
import { readSecretFile } from "./read-file.js";
import { badFile, type FileName, fileError, systemCode } from "./source-errors.js";
import { toVariable } from "./variable-name.js";

/** Looks at a folder that is being swapped: each swap can spoil one look, and the next sees more. */
const maxLooks = 5;

/**
 * A folder of files, one secret each, as Docker and Kubernetes mount them. A file stands for the
 * variable that its path maps to, with or without the prefix: with `APP_`, `APP_DB_PASSWORD` is
 * in `db_password`, `db/password`, `DB_PASSWORD` or `APP_DB_PASSWORD`.
 */
export class SecretFolder {
  readonly #folder: string;
  readonly #prefix: string;

  constructor(folder: string, prefix: string) {
    this.#folder = folder;
    this.#prefix = prefix;
  }

  find(variable: string): Promise<SecretValue | undefined> {
    const bare = toVariable(variable.slice(this.#prefix.length));
    const whole = toVariable(variable);
    const leads = (name: string) => leadsTo(toVariable(name), bare, whole);
    return this.#look(async () => {
      const files = await walkFolder(this.#folder, leads);
      const matching = files.filter(({ name }) => this.#variableOf(name) === whole);
      return matching.length === 0 ? undefined : this.#read(variable, matching);
    });
  }

  /** Every variable that a file stands for. */
  names(): Promise<string[]> {
    return this.#look(async () => {
      const files = await walkFolder(this.#folder, () => true);
      const skipped = toVariable(this.#prefix).length;
      return files.map(({ name }) => this.#prefix + this.#variableOf(name).slice(skipped));
    });
  }

  #variableOf(name: string): string {
    const prefix = toVariable(this.#prefix);
    const variable = toVariable(name);
    const isWhole = variable.startsWith(prefix) && variable.length > prefix.length;
    return isWhole ? variable : prefix + variable;
  }

  #read(variable: string, [first, second]: readonly FolderFile[]): Promise<SecretValue> {
    if (second) {
      throw badFile(
        "ambiguous-file",
        `the files ${first?.name} and ${second.name} of the folder both stand for ${variable}`,
        "Remove one of them",
      );
    }
    const what = `the file ${JSON.stringify(first?.name)} of the folder ${JSON.stringify(this.#folder)}`;
    const fix = "Put a file with the value there";
    if (first?.path === undefined) {
      throw badFile("outside-folder", `${what} is a link out of that folder`, fix);
    }
    return readSecretFile(first.path, { what, fix }).catch((error: unknown) => {
      throw systemCode(error) === "ENOENT" ? error : fileError(error, { what, fix });
    });
  }

  /**
   * Kubernetes replaces all files at once, by a link that it points elsewhere. A look-up that
   * runs meanwhile finds a link whose target has just gone, and must not call that absent.
   */
  async #look<T>(work: () => Promise<T>): Promise<T> {
    for (let look = 1; ; look++) {
      try {
        return await work();
      } catch (error) {
        if (systemCode(error) !== "ENOENT" || look === maxLooks) {
          throw fileError(error, this.#placeOf(error));
        }
      }
    }
  }

  /** The file system says which of the folder's paths it stumbled over. */
  #placeOf(error: unknown): FileName {
    const { path } = error as { path?: unknown };
    const folder = `the folder ${JSON.stringify(this.#folder)} of the option folder`;
    if (typeof path === "string" && path !== this.#folder) {
      return {
        what: `${JSON.stringify(path)} in ${folder}`,
        fix: "Remove it, or point it at a file in the folder",
      };
    }
    return { what: folder, fix: "Correct the path in folder, or leave the option out" };
  }
}

/** Whether a file or folder of that name can be, or hold, what is looked for. */
function leadsTo(name: string, ...wanted: string[]): boolean {
  return wanted.some((variable) => variable === name || variable.startsWith(`${name}_`));
}
