import { existsSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { findCircle } from "./find-circle.mjs";
import { layers, packageName, testsMayImport } from "./layers.mjs";
import { packageOf, readImports } from "./read-imports.mjs";
import { filesOf, isTest } from "./workspace.mjs";

/** Imports of one published package against the table and its manifest. Returns messages. */
export function checkImports(root, { folder, path, manifest }) {
  const layer = layers[folder];
  if (!layer) return [];
  const messages = [];
  const graph = new Map();
  const files = [...filesOf(join(path, "src"), ".ts"), ...filesOf(join(path, "test"), ".ts")];

  for (const file of files) {
    const targets = [];
    for (const imported of readImports(file)) {
      const name = packageOf(imported.specifier);
      const problem = name
        ? problemOfPackage(imported, name, {
            folder,
            layer,
            manifest,
            test: isTest(relative(path, file)),
          })
        : problemOfFile(imported, file, path);
      if (problem) messages.push(`${relative(root, file)}:${imported.line}: ${problem}`);
      if (!name) targets.push(sourceOf(file, imported.specifier));
    }
    graph.set(file, targets);
  }

  // Types count: two files that need each other's types are one concept or have one too many.
  const circle = findCircle(graph);
  if (circle) {
    messages.push(`import circle: ${circle.map((file) => relative(root, file)).join(" → ")}`);
  }
  return messages;
}

function problemOfPackage({ specifier, kind }, name, { folder, layer, manifest, test }) {
  if (isBuiltin(specifier)) {
    if (layer.portable && kind !== "dynamic" && !test) {
      return `static import of "${specifier}": ${folder} has to run where there is no Node`;
    }
    return undefined;
  }
  if (name === manifest.name || (test && testsMayImport(folder).includes(name))) return undefined;
  if (!name.startsWith("@llm-orchestrator/") && name !== "secrets-tools") {
    const listed = { ...manifest.dependencies, ...manifest.peerDependencies };
    if (!test && !(name in listed)) return `"${name}" is not in the manifest: tsup would inline it`;
    return undefined;
  }
  if (layer.mayImport.some((below) => packageName(below) === name)) {
    const listed = test || name in (manifest.dependencies ?? {});
    return listed ? undefined : `"${name}" is not in the manifest: tsup would inline it`;
  }
  if (layer.mayLoad?.some((optional) => packageName(optional) === name)) {
    if (test || kind !== "static") return undefined;
    return `"${name}" is an optional peer: only a lazy import() may reach it`;
  }
  return `"${name}" is not below ${folder}`;
}

function problemOfFile({ specifier }, file, packagePath) {
  const target = join(dirname(file), specifier);
  if (!target.startsWith(packagePath + sep)) return `"${specifier}" leaves the package`;
  return undefined;
}

/** "./a.js" and "./a.ts" both name a.ts. */
function sourceOf(file, specifier) {
  const target = join(dirname(file), specifier);
  const source = target.replace(/\.js$/, ".ts");
  return existsSync(source) ? source : target;
}
