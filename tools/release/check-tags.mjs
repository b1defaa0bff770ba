// For the release workflow, last of all: "changeset tag" says nothing of a tag that git refused.
import { fileURLToPath } from "node:url";
import { missingTags } from "./missing-tags.mjs";

const missing = missingTags(fileURLToPath(new URL("../..", import.meta.url)));
if (missing.length > 0) {
  console.error(`origin has no tag ${missing.join(", ")}: does git know who commits?`);
  process.exitCode = 1;
}
