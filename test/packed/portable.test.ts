import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { type BuildResult, build } from "esbuild";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { packPackages } from "./pack.js";
import { createProject, temporaryFolder } from "./project.js";

// npm, compilers and bundlers, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const folder = temporaryFolder();

const table = new URL("../../tools/checks/layers.mjs", import.meta.url).href;
const { layers, packageName } = (await import(table)) as {
  layers: Readonly<Record<string, { readonly portable?: boolean }>>;
  packageName(folder: string): string;
};
const isPortable = (folder: string) => layers[folder]?.portable === true;

let project: string;
let folders: readonly string[];

beforeAll(async () => {
  const packages = await packPackages(folder);
  const names = new Set(packages.map(({ name }) => name));
  folders = Object.keys(layers).filter((each) => names.has(packageName(each)));
  project = await createProject(join(folder, "app"), "loaded", { type: "module", packages });
});

/** Bundles code for a platform that has ECMAScript and the Web APIs, and nothing of Node. */
function bundleForNoPlatform(contents: string): Promise<BuildResult<{ write: false }>> {
  return build({
    stdin: { contents, resolveDir: project },
    ...{ bundle: true, write: false, format: "iife", platform: "neutral", logLevel: "silent" },
  });
}

describe("a package that has to run where there is no Node", () => {
  it("bundles without an import that is left unresolved", async () => {
    expect(folders.filter(isPortable)).toContain("core");
    for (const folder of folders.filter(isPortable)) {
      const result = await bundleForNoPlatform(`export * from "${packageName(folder)}";`);
      expect(result).toMatchObject({ errors: [], warnings: [] });
    }
  });

  it("would not, with an import of a module of Node's: env has some", async () => {
    const bundling = bundleForNoPlatform(`export * from "${packageName("env")}";`);
    await expect(bundling).rejects.toThrow(/Could not resolve "node:/);
  });

  it("runs without `process`, as in a worker", async () => {
    const { outputFiles } = await bundleForNoPlatform(`
      import { BaseSecretStore, onAudit, SecretError } from "${packageName("core")}";
      class Store extends BaseSecretStore {
        constructor() { super({ name: "worker" }); }
        async read(key) { return key === "here" ? { value: "found" } : undefined; }
      }
      globalThis.run = async () => {
        const store = new Store();
        const outcomes = [];
        onAudit(({ outcome }) => outcomes.push(outcome));
        const { value } = await store.getSecret("here");
        const error = await store.getSecret("absent").catch((error) => error);
        return [value.expose(), String(value), error.code, ...outcomes].join();
      };`);
    const worker = { TextEncoder, TextDecoder, performance, crypto };
    const context: typeof worker & { run?: () => Promise<string> } = { ...worker };
    runInNewContext(outputFiles[0]?.text ?? "", context);
    expect(await context.run?.()).toBe("found,[redacted],NOT_FOUND,success,failure");
  });
});
