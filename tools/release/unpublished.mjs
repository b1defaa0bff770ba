// For the release workflow: is there anything to publish? Says what, and sets the step's output "unpublished".
import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readWorkspaces } from "../checks/workspace.mjs";
import { unpublished } from "./registry-versions.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const published = readWorkspaces(root).filter((workspace) => workspace.published);
const manifests = published.map(({ manifest }) => manifest);
const registry = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();

const missing = await unpublished(manifests, registry);
console.log(missing.join("\n") || "The registry has every version.");
const { GITHUB_OUTPUT } = process.env;
if (GITHUB_OUTPUT) appendFileSync(GITHUB_OUTPUT, `unpublished=${missing.length > 0}\n`);
