import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { filesOf, isTest } from "./workspace.mjs";

/** Compares an unpacked tarball with what the package's folder should give. Returns messages. */
export function checkTarball({ path, manifest }, unpacked) {
  const found = readdirSync(unpacked, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(unpacked, join(entry.parentPath, entry.name)));
  const expected = expectedFiles(path, manifest);
  return [
    ...expected.filter((file) => !found.includes(file)).map((file) => `lacks ${file}`),
    ...found
      .filter((file) => !expected.includes(file) && !isChunk(file, manifest))
      .map((file) => `should not hold ${file}`),
    ...checkPackedManifest(unpacked),
    ...found
      .filter((file) => file.endsWith(".map"))
      .filter((file) => !holdsSources(join(unpacked, file)))
      .map(
        (file) => `${file} lacks sourcesContent: sources are not shipped, so it would lead nowhere`,
      ),
  ];
}

function expectedFiles(path, { exports, bin = {}, files = [] }) {
  const entries = Object.values(exports)
    .map((target) => target.default?.slice("./".length))
    .filter(Boolean);
  const changelog = existsSync(join(path, "CHANGELOG.md")) ? ["CHANGELOG.md"] : [];
  const bundles = [...entries, ...Object.values(bin)].flatMap((entry) => [entry, `${entry}.map`]);
  const declarations = entries.length > 0 ? declarationsOf(join(path, "src")) : [];
  // What npm leaves out by its name, such as a .gitignore, would be missing from every copy of it.
  const template = files.includes("template")
    ? filesOf(join(path, "template"), "").map((file) => relative(path, file))
    : [];
  const always = ["package.json", "LICENSE", "README.md"];
  return [...always, ...changelog, ...bundles, ...declarations, ...template];
}

function declarationsOf(source) {
  return filesOf(source, ".ts")
    .map((file) => relative(source, file))
    .filter((file) => !isTest(file))
    .map((file) => join("dist", file.replace(/\.ts$/, ".d.ts")));
}

function checkPackedManifest(unpacked) {
  const text = readFileSync(join(unpacked, "package.json"), "utf8");
  return ["@llm-orchestrator/source", "workspace:"]
    .filter((internal) => text.includes(internal))
    .map((internal) => `package.json still says "${internal}"`);
}

function holdsSources(map) {
  const { sources, sourcesContent = [] } = JSON.parse(readFileSync(map, "utf8"));
  return sources.every((_, index) => typeof sourcesContent[index] === "string");
}

/** What several entries of a package share: tsup names it by a hash. */
function isChunk(file, { exports }) {
  return Object.keys(exports).length > 2 && /^dist\/chunk-[A-Z0-9]{8}\.js(?:\.map)?$/.test(file);
}
