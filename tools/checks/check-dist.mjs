import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

/**
 * Code that a bundle holds a second copy of: another package's (a class and its marks would exist twice),
 * or the same file of its own in two entries. Source maps say where code came from. Returns messages.
 */
export function checkDist(root, { path }) {
  const dist = join(path, "dist");
  const bundles = existsSync(dist)
    ? readdirSync(dist, { recursive: true }).filter((name) => name.endsWith(".js"))
    : [];
  if (bundles.length === 0) return [`${relative(root, path)}: no dist; run "npm run build" first`];

  const messages = [];
  const bundleOfSource = new Map();
  for (const bundle of bundles) {
    const name = relative(root, join(dist, bundle));
    const map = join(dist, `${bundle}.map`);
    if (!existsSync(map)) {
      messages.push(`${name}: no source map beside it`);
      continue;
    }
    for (const source of JSON.parse(readFileSync(map, "utf8")).sources) {
      const file = resolve(dirname(map), source);
      const fileName = relative(root, file);
      if (!file.startsWith(join(path, "src") + sep)) {
        messages.push(`${name} inlines ${fileName}`);
      } else if (bundleOfSource.has(file)) {
        messages.push(`${name} and ${bundleOfSource.get(file)} both inline ${fileName}`);
      }
      bundleOfSource.set(file, name);
    }
  }
  return messages;
}
