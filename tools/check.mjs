// Everything that has to hold before a change lands. Ends with the line that CI reads: "N passed, N failed".
// A check counts as one, and so does each test.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const checks = [
  "lint",
  "typecheck",
  "build",
  "structure",
  "interfaces",
  "packages",
  "matrix",
  "site",
  "unused",
];

let passed = 0;
const failures = [];

function count(name, ok) {
  if (ok) passed += 1;
  else failures.push(name);
}

function run(title, command, args, env = process.env) {
  console.log(`\n── ${title}`);
  const startTime = performance.now();
  const { status } = spawnSync(command, args, { stdio: "inherit", env });
  const seconds = ((performance.now() - startTime) / 1000).toFixed(1);
  console.log(`── ${title}: ${status === 0 ? "ok" : "FAILED"} (${seconds} s)`);
  return status === 0;
}

const whatGitSees = () => spawnSync("git", ["status", "--porcelain"], { encoding: "utf8" }).stdout;

/** Runs `npm test` exactly as a newcomer does, and counts its tests. */
function runTests() {
  const folder = mkdtempSync(join(tmpdir(), "test-report-"));
  const env = { ...process.env, TEST_REPORT: join(folder, "report.json") };
  delete env.TASK_RUNNER; // as from outside: with its own install
  const ok = run("npm test", "npm", ["test"], env);
  let report = { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  try {
    report = JSON.parse(readFileSync(env.TEST_REPORT, "utf8"));
  } catch {
    console.error("npm test left no report: it failed before the first test.");
  }
  rmSync(folder, { recursive: true });

  const failedBefore = failures.length;
  passed += report.numPassedTests;
  for (const file of report.testResults) {
    const broken =
      file.status === "failed" && file.assertionResults.every(({ status }) => status !== "failed");
    if (broken) failures.push(`test file: ${relative(process.cwd(), file.name)}`);
    for (const test of file.assertionResults) {
      if (test.status === "failed") failures.push(`test: ${test.fullName}`);
      else if (test.status !== "passed") console.log(`${test.status}: ${test.fullName}`);
    }
  }
  // An unhandled rejection fails the run, but no test; a run without a test fails too.
  const unexplained = !ok && failures.length === failedBefore;
  if (unexplained || report.numPassedTests === 0) failures.push("npm test");
}

const before = whatGitSees();
for (const check of checks) count(check, run(check, process.execPath, ["tools/run.mjs", check]));
runTests();
const after = whatGitSees();
count("leaves no file that git sees", before === after);
if (before !== after) console.log(`\ngit status was:\n${before}\nand is:\n${after}`);

if (failures.length > 0) console.log(`\nFailed:\n  ${failures.join("\n  ")}`);
console.log(`\n${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
