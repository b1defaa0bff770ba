// Runs the tests of the packed packages and of the LLM SDKs on every Node that is supported, and the
// packed packages on Bun, Deno and workerd. Run it after the build.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
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

/** Other runtimes that packages are tried on: npm's package of the binary, its path, its version. */
const others = {
  bun: ["@oven/bun-linux-x64", "bin/bun", "1.4.5"],
  deno: ["@deno/linux-x64-glibc", "deno", "2.9.6"],
  workerd: ["@cloudflare/workerd-linux-64", "bin/workerd", "1.20261117.1"],
};

/** The path of another runtime's binary. @returns `undefined` where npm could not install it. */
function fetchOther([name, binary, version]) {
  const folder = join(cache, `${name.split("/")[0]}-${version}`);
  const path = join(folder, "node_modules", name, binary);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  const args = [
    "install",
    "--no-save",
    "--ignore-scripts",
    "--loglevel=error",
    `${name}@${version}`,
  ];
  spawnSync("npm", args, { cwd: folder, stdio: "inherit" });
  if (existsSync(path)) return path;
  console.error(`${name} ${version} is not tried: npm could not install it.`);
  return undefined;
}

const nodes = Object.fromEntries(versions.map((version) => [version, fetchNode(version)]));
// Their packages are named for the system that CI runs on.
const hasOthers = process.platform === "linux" && process.arch === "x64";
const runtimes = Object.fromEntries(
  Object.entries(hasOthers ? others : {}).map(([name, other]) => [name, fetchOther(other)]),
);
if ([...Object.values(nodes), ...Object.values(runtimes)].includes(undefined)) process.exit(1);

const folders = ["test/packed", "test/llm/matrix"];
const { status } = spawnSync("vitest", ["run", ...folders, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
  env: {
    ...process.env,
    TEST_NODES: JSON.stringify(nodes),
    TEST_RUNTIMES: JSON.stringify(runtimes),
  },
});
process.exitCode = status ?? 1;
