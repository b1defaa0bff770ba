import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rangeOf, templateFolder } from "./own-manifest.js";
import { parseServiceName } from "./service-name.js";
import { standaloneFiles } from "./template-files.js";

const manifestAt = async (url: URL | string) => JSON.parse(await readFile(url, "utf8"));
const root = await manifestAt(new URL("../../../package.json", import.meta.url));
const template = await manifestAt(join(templateFolder, "package", "_package.json"));

/** Tools whose version is not the repository's own, of which another one is what is tested here. */
function oddVersions(manifest: { devDependencies: Record<string, string> }): readonly string[] {
  return Object.entries(manifest.devDependencies)
    .filter(([name, version]) => version !== (root.devDependencies[name] ?? "workspace:^"))
    .map(([name]) => name);
}

test("the template takes the versions of tools that the repository itself uses", () => {
  expect(oddVersions(template)).toEqual([]);
  const { devDependencies } = template;
  const changed = { devDependencies: { ...devDependencies, vitest: "4.0.0", "left-pad": "1.3.0" } };
  expect(oddVersions(changed)).toEqual(["vitest", "left-pad"]); // the control
  expect(template.engines).toEqual(root.engines);
});

test("packages of ours get a range that holds the version in the repository", async () => {
  const filling = { packageName: "a", description: "b", service: parseServiceName("doppler") };
  const files = await standaloneFiles(filling);
  const manifest = JSON.parse(files.get("package.json") ?? "");
  for (const folder of ["core", "testing"]) {
    const { name, version } = await manifestAt(
      new URL(`../../${folder}/package.json`, import.meta.url),
    );
    expect({ ...manifest.dependencies, ...manifest.devDependencies }[name]).toBe(`^${version}`);
  }
});

test("a package of ours that this one was not tested with has no range", async () => {
  await expect(rangeOf("@llm-orchestrator/secrets-vault")).rejects.toThrow(/devDependencies/);
});
