import { isDeepStrictEqual } from "node:util";
import { layers, packageName, testsMayImport } from "./layers.mjs";

const sourceCondition = "@llm-orchestrator/source";
const scope = "@llm-orchestrator/";
const home = "https://github.com/llm-orchestrator/secrets";
const ours = (name) => name.startsWith(scope) || name === "secrets-tools";

/** Where a published manifest departs from the one template, or points up. Returns messages. */
export function checkManifest(folder, manifest) {
  const layer = layers[folder];
  if (!layer) return [`packages/${folder}: not in the table of tools/checks/layers.mjs`];
  return [
    ...checkTemplate(folder, layer, manifest),
    ...checkExports(layer, manifest),
    ...checkDependencies(folder, layer, manifest),
  ].map((message) => `packages/${folder}/package.json: ${message}`);
}

function checkTemplate(folder, layer, manifest) {
  const template = {
    name: packageName(folder),
    license: "MIT",
    homepage: `${home}/tree/main/packages/${folder}#readme`,
    bugs: `${home}/issues`,
    repository: {
      type: "git",
      url: `git+${home}.git`,
      directory: `packages/${folder}`,
    },
    type: "module",
    sideEffects: false,
    engines: { node: ">=20.19" },
    files: layer.program
      ? ["dist/*.js", "dist/*.js.map", "template", "CHANGELOG.md", "README.md"]
      : ["dist", "!dist/types.tsbuildinfo", "CHANGELOG.md", "README.md"],
    // npm runs the one bin that has the package's own name without the scope. No "./" before the
    // path: npm takes it away when it publishes, with a warning.
    bin: layer.program ? { [folder]: "dist/main.js" } : undefined,
    private: undefined,
  };
  const messages = Object.entries(template)
    .filter(([field, value]) => !isDeepStrictEqual(manifest[field], value))
    .map(([field, value]) => `"${field}" should be ${JSON.stringify(value)}`);
  if (!manifest.description) messages.push('"description" is missing');
  if (!manifest.keywords?.length) messages.push('"keywords" is missing');
  return messages;
}

/** The order of conditions counts, so they are compared as text. */
function checkExports(layer, { exports = {}, publishConfig }) {
  const messages = [];
  const published = {};
  for (const [subpath, target] of Object.entries(exports)) {
    if (subpath === "./package.json") {
      published[subpath] = target;
      continue;
    }
    const entry = subpath === "." ? "index" : subpath.slice(2);
    const conditions = { types: `./dist/${entry}.d.ts`, default: `./dist/${entry}.js` };
    const expected = { [sourceCondition]: `./src/${entry}.ts`, ...conditions };
    published[subpath] = conditions;
    if (JSON.stringify(target) !== JSON.stringify(expected)) {
      messages.push(`"exports" of "${subpath}" should be ${JSON.stringify(expected)}`);
    }
  }
  for (const subpath of [".", "./package.json"]) {
    const wanted = subpath !== "." || !layer.program;
    if (wanted && !exports[subpath]) messages.push(`"exports" lacks "${subpath}"`);
    if (!wanted && exports[subpath]) messages.push(`"exports" of a program holds "${subpath}"`);
  }
  const config = { access: "public", provenance: true, exports: published };
  if (JSON.stringify(publishConfig) !== JSON.stringify(config)) {
    messages.push(`"publishConfig" should be ${JSON.stringify(config)}`);
  }
  return messages;
}

function checkDependencies(folder, layer, manifest) {
  const { dependencies = {}, devDependencies = {}, peerDependencies = {} } = manifest;
  const messages = [];
  const below = layer.mayImport.map(packageName);
  const optional = (layer.mayLoad ?? []).map(packageName);
  const forTests = [...below, ...optional, ...testsMayImport(folder)];

  for (const [name, range] of Object.entries(dependencies)) {
    if (!ours(name)) {
      if (layer.selfContained) messages.push(`"${name}" is a runtime dependency that is not ours`);
    } else if (!below.includes(name)) {
      messages.push(`"${name}" in "dependencies" is not below ${folder}`);
    } else if (range !== "workspace:^") {
      messages.push(`"${name}" should be "workspace:^"`);
    }
  }
  for (const [name, range] of Object.entries(devDependencies)) {
    if (!ours(name)) continue;
    if (!forTests.includes(name))
      messages.push(`"${name}" in "devDependencies" is not below ${folder}`);
    else if (range !== "workspace:^") messages.push(`"${name}" should be "workspace:^"`);
  }
  const peersOfOurs = Object.fromEntries(
    Object.entries(peerDependencies).filter(([name]) => ours(name)),
  );
  if (!isDeepStrictEqual(peersOfOurs, Object.fromEntries(optional.map((name) => [name, "*"])))) {
    messages.push(
      `our packages in "peerDependencies" should be "*" of ${optional.join(", ") || "none"}`,
    );
  }
  for (const name of optional) {
    if (manifest.peerDependenciesMeta?.[name]?.optional !== true) {
      messages.push(`"${name}" should be optional in "peerDependenciesMeta"`);
    }
  }
  return messages;
}
