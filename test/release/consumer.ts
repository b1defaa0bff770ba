import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execute } from "../packed/execute.js";

const scope = "@llm-orchestrator/secrets-";

const program = `
import { EnvSecretStore } from "${scope}env";
const store = new EnvSecretStore({ environment: { API_KEY: "example" } });
const secret = await store.getSecret("api_key");
console.log(secret.value.expose(), String(secret.value));
`;

/** What an application has installed: by package the versions, more than one where there are copies. */
export type Installed = Readonly<Record<string, readonly string[]>>;

/** An application that depends on packages of ours, by range. */
export class Consumer {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#env = env;
  }

  /** A blank project that asks for `names`, such as "core", by a range. */
  static async create(
    folder: string,
    env: NodeJS.ProcessEnv,
    names: readonly string[],
    range: string,
  ): Promise<Consumer> {
    await mkdir(folder, { recursive: true });
    const dependencies = Object.fromEntries(names.map((name) => [scope + name, range]));
    const manifest = { private: true, type: "module", dependencies };
    await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
    await writeFile(join(folder, "main.js"), program);
    return new Consumer(folder, env);
  }

  /** Runs npm, then the application, and tells what is installed. */
  async npm(...args: readonly string[]): Promise<Installed> {
    const options = { cwd: this.#folder, env: this.#env };
    await execute("npm", [...args, "--no-fund", "--loglevel=error"], options);
    const { stdout } = await execute(process.execPath, ["main.js"], options);
    if (stdout !== "example [redacted]\n") throw new Error(`The application printed ${stdout}`);
    return this.#installed();
  }

  /** Asks for other versions, as a person does. */
  async upgrade(names: readonly string[], range: string): Promise<Installed> {
    return this.npm("install", ...names.map((name) => `${scope}${name}@${range}`));
  }

  async #installed(): Promise<Installed> {
    const lockfile = JSON.parse(
      await readFile(join(this.#folder, "package-lock.json"), "utf8"),
    ) as {
      packages: Readonly<Record<string, { readonly version?: string }>>;
    };
    const installed: Record<string, string[]> = {};
    for (const [path, { version = "" }] of Object.entries(lockfile.packages)) {
      const [, name] = new RegExp(`node_modules/${scope}([^/]+)$`).exec(path) ?? [];
      if (name) installed[name] = [...(installed[name] ?? []), version];
    }
    return installed;
  }
}
