// "changeset tag" says nothing of a tag that git refused: see that each version has one.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readWorkspaces } from "../checks/workspace.mjs";
import { missingTags } from "./missing-tags.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const published = readWorkspaces(root).filter((workspace) => workspace.published);
const tags = execFileSync("git", ["tag", "--list"], { cwd: root, encoding: "utf8" }).split("\n");
const missing = missingTags(
  published.map(({ manifest }) => manifest),
  tags,
);
if (missing.length > 0) {
  console.error(`git made no tag ${missing.join(", ")}: does it know who commits?`);
  process.exitCode = 1;
}
