import { execFileSync } from "node:child_process";
import { readWorkspaces } from "../checks/workspace.mjs";

/** The tags `name@version` of published packages that `origin` does not have. */
export function missingTags(root) {
  const listed = execFileSync("git", ["ls-remote", "--tags", "origin"], {
    ...{ cwd: root, encoding: "utf8" },
  });
  const there = new Set([...listed.matchAll(/\trefs\/tags\/(.+)$/gm)].map(([, tag]) => tag));
  return readWorkspaces(root)
    .filter((workspace) => workspace.published)
    .map(({ manifest: { name, version } }) => `${name}@${version}`)
    .filter((tag) => !there.has(tag));
}
