// Runs a task of this repository on a machine that has nothing but Node and npm:
// fetches the pinned pnpm through npx, installs what the lockfile says, then runs the task's commands.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

const build = "turbo run build --output-logs=errors-only --log-order=grouped";

const tasks = {
  start: [`${build} --filter=example-basic...`, "node examples/basic/dist/main.js"],
  test: [build, "vitest run"],
  "test:deep": [build, "vitest run"],
  check: ["node tools/check.mjs"],
  build: [build],
  typecheck: ["tsc -b", "tsc -p tsconfig.test.json"],
  lint: ["biome check --error-on-warnings"],
  structure: ["node tools/checks/structure.mjs"],
  packages: ["node tools/checks/packages.mjs"],
  sizes: [build, "node tools/checks/packages.mjs --write-sizes"],
  interfaces: ["node tools/checks/api.mjs"],
  api: [build, "node tools/checks/api.mjs --write"],
  matrix: [build, "node tools/checks/matrix.mjs"],
  docs: ["node site/serve.mjs"],
  "docs:build": ["node site/build.mjs"],
  site: ["node site/check.mjs"],
  unused: ["knip --no-config-hints"],
  format: ["biome check --write"],
  bench: [build, "node bench/main.mjs"],
  changeset: ["changeset"],
  version: ["changeset version", "pnpm install --lockfile-only"],
  pack: [build, "node tools/release/pack.mjs"],
  tag: ["changeset tag"],
};

function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32", // npx and pnpm are .cmd files there
    ...options,
  });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  return { ...result, status: result.status ?? 1 };
}

/** Prints only what failed. */
function runQuietly(command, args) {
  const result = run(command, args, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  if (result.status !== 0) console.error(result.stdout, result.stderr);
  return result;
}

function install() {
  if (!existsSync(join(root, "node_modules"))) console.error("Installing dependencies …");
  return runQuietly("pnpm", ["install", "--frozen-lockfile"]).status;
}

function runTask(task, extraArguments) {
  process.env.PATH = join(root, "node_modules", ".bin") + delimiter + process.env.PATH;
  process.env.TURBO_TELEMETRY_DISABLED = "1";
  process.env.TURBO_NO_UPDATE_NOTIFIER = "1";
  if (task === "test:deep") process.env.TEST_DEEP = "1";

  const commands = tasks[task].map((line) => line.split(" "));
  commands.at(-1).push(...extraArguments);
  for (const [command, ...args] of commands) {
    const { status } = (command === "turbo" ? runQuietly : run)(command, args);
    if (status !== 0) return status;
  }
  return 0;
}

function main([task, ...extraArguments]) {
  if (!Object.hasOwn(tasks, task ?? "")) {
    console.error(`Usage: node tools/run.mjs <${Object.keys(tasks).join(" | ")}>`);
    return 2;
  }
  const pnpm = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).packageManager;
  // A task that starts another one has installed already.
  if (process.env.TASK_RUNNER === "installed") return runTask(task, extraArguments);
  if (process.env.TASK_RUNNER === pnpm) {
    process.env.TASK_RUNNER = "installed";
    delete process.env.npm_config_package; // an npx within the task would look for pnpm again
    return install() || runTask(task, extraArguments);
  }
  // turbo, publint and changesets start `pnpm` by name, so it has to be on PATH.
  process.env.TASK_RUNNER = pnpm;
  const self = ["node", "tools/run.mjs", task, ...extraArguments];
  return run("npx", ["--yes", `--package=${pnpm}`, "--", ...self]).status;
}

process.exitCode = main(process.argv.slice(2));
