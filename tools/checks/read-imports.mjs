import { readFileSync } from "node:fs";
import { parseSync, Visitor } from "oxc-parser";

/**
 * What a file imports, re-exports or names in `import("…")` types: `{ specifier, kind, line }`,
 * where kind is "static", "type" or "dynamic". Computed specifiers are left out.
 */
export function readImports(path) {
  const text = readFileSync(path, "utf8");
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);

  const imports = [];
  const add = (source, kind) => {
    if (typeof source?.value !== "string") return;
    const line = text.slice(0, source.start).split("\n").length;
    imports.push({ specifier: source.value, kind, line });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source, node.importKind === "type" ? "type" : "static"),
    ExportNamedDeclaration: (node) =>
      add(node.source, node.exportKind === "type" ? "type" : "static"),
    ExportAllDeclaration: (node) =>
      add(node.source, node.exportKind === "type" ? "type" : "static"),
    ImportExpression: (node) => add(node.source, "dynamic"),
    TSImportType: (node) => add(node.source, "type"),
  }).visit(program);
  return imports;
}

/** `@scope/name/path` → `@scope/name`; `undefined` for a relative specifier. */
export function packageOf(specifier) {
  if (specifier.startsWith(".") || specifier.startsWith("/")) return undefined;
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
