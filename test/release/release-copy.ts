import { existsSync, readdirSync } from "node:fs";
import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execute } from "../packed/execute.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));

export interface Manifest {
  readonly name: string;
  version?: string;
  readonly private?: boolean;
  dependencies?: Record<string, string>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export type Bump = "patch" | "minor" | "major";

/** What `changeset version` reads and writes, in a folder of its own: manifests, changesets, changelogs. */
export class ReleaseCopy {
  readonly folder: string;
  #changesets = 0;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Copies the repository's manifests and changesets into an empty folder, as one commit of a new history. */
  static async create(folder: string): Promise<ReleaseCopy> {
    const files = [
      "package.json",
      "pnpm-workspace.yaml",
      ".changeset",
      ...manifestPaths(repository),
    ];
    for (const file of files) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await cp(join(repository, file), join(folder, file), { recursive: true });
    }
    // Changesets looks for its own writer of changelogs from there.
    await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
    await writeFile(join(folder, ".gitignore"), "node_modules\n");
    const copy = new ReleaseCopy(folder);
    await copy.#git("init", "--quiet", "--initial-branch=main");
    await copy.#commit();
    return copy;
  }

  /** Forgets what was released and what waits: each package is about to be published for the first time. */
  async startOver(): Promise<void> {
    const waiting = readdirSync(join(this.folder, ".changeset")).filter((file) =>
      file.endsWith(".md"),
    );
    for (const file of waiting) await rm(join(this.folder, ".changeset", file));
    const names = Object.keys(await this.versions());
    for (const [path, manifest] of await this.#read()) {
      if (manifest.private) continue;
      await writeFile(join(this.folder, path), JSON.stringify({ ...manifest, version: "0.0.0" }));
    }
    await this.change(Object.fromEntries(names.map((name) => [name, "major"])), "First release.");
  }

  /** The manifests of all workspaces, by name. */
  async manifests(): Promise<ReadonlyMap<string, Manifest>> {
    return new Map((await this.#read()).map(([, manifest]) => [manifest.name, manifest]));
  }

  /** The versions of the packages that are published, by name. */
  async versions(): Promise<Readonly<Record<string, string>>> {
    const published = [...(await this.manifests()).values()].filter((one) => !one.private);
    return Object.fromEntries(published.map(({ name, version = "" }) => [name, version]));
  }

  /** The published packages that list `name` in `dependencies`. */
  async dependentsOf(name: string): Promise<readonly string[]> {
    const manifests = [...(await this.manifests()).values()];
    return manifests
      .filter((manifest) => !manifest.private && name in (manifest.dependencies ?? {}))
      .map((manifest) => manifest.name);
  }

  /** Changes settings of changesets. */
  async configure(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const path = join(this.folder, ".changeset", "config.json");
    const before = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
    await writeFile(path, JSON.stringify({ ...before, ...settings }));
  }

  async changelog(name: string): Promise<string> {
    const path =
      manifestPaths(this.folder).find((one) => one.includes(`/${folderOf(name)}/`)) ?? "";
    const changelog = join(this.folder, dirname(path), "CHANGELOG.md");
    return existsSync(changelog) ? readFile(changelog, "utf8") : "";
  }

  /** Adds a changeset, as `npm run changeset` writes it. */
  async change(bumps: Readonly<Record<string, Bump>>, text: string): Promise<void> {
    this.#changesets += 1;
    const lines = Object.entries(bumps).map(([name, bump]) => `"${name}": ${bump}`);
    const changeset = `---\n${lines.join("\n")}\n---\n\n${text}\n`;
    await writeFile(join(this.folder, ".changeset", `change-${this.#changesets}.md`), changeset);
  }

  /** `changeset version`. */
  async version(): Promise<void> {
    await this.#commit();
    const changeset = join(repository, "node_modules", "@changesets", "cli", "bin.js");
    await execute(process.execPath, [changeset, "version"], { cwd: this.folder });
  }

  #read(): Promise<readonly (readonly [path: string, manifest: Manifest])[]> {
    return Promise.all(
      manifestPaths(this.folder).map(async (path) => {
        const manifest = JSON.parse(await readFile(join(this.folder, path), "utf8")) as Manifest;
        return [path, manifest] as const;
      }),
    );
  }

  async #commit(): Promise<void> {
    const author = ["-c", "user.name=release", "-c", "user.email=release@example.com"];
    await this.#git("add", "--all");
    await this.#git(...author, "commit", "--quiet", "--allow-empty", "--message=change");
  }

  async #git(...args: readonly string[]): Promise<void> {
    await execute("git", args, { cwd: this.folder });
  }
}

/** "@llm-orchestrator/secrets-core" stands in packages/core. */
const folderOf = (name: string) => name.replace(/^@llm-orchestrator\/(?:secrets-)?/, "");

function manifestPaths(root: string): readonly string[] {
  const parents = ["packages", "examples"].flatMap((parent) =>
    readdirSync(join(root, parent)).map((folder) => `${parent}/${folder}`),
  );
  return [...parents, "bench", "site", "test", "tools"]
    .map((folder) => `${folder}/package.json`)
    .filter((path) => existsSync(join(root, path)));
}
