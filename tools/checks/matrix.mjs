// Runs the tests of the packed packages and of the LLM SDKs on every Node that is supported. Run it
// after the build.
import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const cache = join(root, "node_modules", ".cache", "nodes");

/** The newest of each major version that is tested; Node's own npm packages hold the binary. */
const versions = ["20.20.2", "22.23.3", "24.21.0", "26.10.0"];

const nodePackage = `node-${process.platform}-${process.arch}`;

const versionOf = (node) => spawnSync(node, ["--version"], { encoding: "utf8" }).stdout?.trim();

/** The path of a Node of this version, fetched by npm unless an earlier run has done so. */
function fetchNode(version) {
  const folder = join(cache, version);
  const node = join(folder, "node");
  if (versionOf(node) === `v${version}`) return node;

  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  const wanted = `${nodePackage}@${version}`;
  const args = ["install", "--no-save", "--ignore-scripts", "--loglevel=error", wanted];
  const { status } = spawnSync("npm", args, { cwd: folder, stdio: "inherit" });
  const modules = join(folder, "node_modules");
  if (status === 0) renameSync(join(modules, nodePackage, "bin", "node"), node);
  rmSync(modules, { recursive: true, force: true }); // headers and npm are half of it
  if (versionOf(node) === `v${version}`) return node;
  console.error(`Node ${version} is not tested: npm could not install ${wanted}.`);
  return undefined;
}

const nodes = Object.fromEntries(versions.map((version) => [version, fetchNode(version)]));
if (Object.values(nodes).includes(undefined)) process.exit(1);

const folders = ["test/packed", "test/llm/matrix"];
const { status } = spawnSync("vitest", ["run", ...folders, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, TEST_NODES: JSON.stringify(nodes) },
});
process.exitCode = status ?? 1;
