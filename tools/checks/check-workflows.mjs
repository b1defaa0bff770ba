import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const workflows = ".github/workflows";

/**
 * What would let a stranger's change, or a stolen token, publish our packages: in the workflows of the
 * repository. Returns messages.
 */
export function checkWorkflows(root) {
  const folder = join(root, workflows);
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  if (!files.includes("release.yml")) return [`${workflows}/release.yml is missing`];
  return files.flatMap((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    const { on, permissions, jobs } = parse(text);
    return [
      ...checkText(text),
      ...checkTriggers(on),
      ...(isEmpty(permissions) ? [] : ['"permissions" of the workflow should be {}']),
      ...Object.entries(jobs).flatMap(([name, job]) => checkJob(name, job)),
      ...(file === "release.yml" ? [...checkPublishing(jobs), ...checkTagging(jobs)] : []),
    ].map((message) => `${workflows}/${file}: ${message}`);
  });
}

const isEmpty = (value) => typeof value === "object" && Object.keys(value ?? { x: 1 }).length === 0;

/** As text, so that the comment beside an action counts too. */
function checkText(text) {
  const messages = [];
  for (const [, action] of text.matchAll(/\buses:\s*(.*?)\s*$/gm)) {
    if (action.startsWith("./") || /^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))
      continue;
    messages.push(`"${action}" should be pinned: owner/name@<full commit SHA> # v<version>`);
  }
  for (const [token] of text.matchAll(/NPM_TOKEN|NODE_AUTH_TOKEN|_authToken|\bsecrets\b/g)) {
    messages.push(`"${token}": nothing here needs a token that lives longer than its job`);
  }
  return messages;
}

/** With this trigger a stranger's code runs with our rights. */
function checkTriggers(on) {
  const triggers = typeof on === "string" ? [on] : Array.isArray(on) ? on : Object.keys(on);
  return triggers
    .filter((trigger) => ["pull_request_target", "workflow_run"].includes(trigger))
    .map((trigger) => `"${trigger}" runs what a stranger wrote with the rights of this repository`);
}

function checkJob(name, { permissions, steps = [] }) {
  const messages = [];
  if (typeof permissions !== "object") messages.push(`job "${name}" should list its permissions`);
  for (const { uses = "", with: inputs, run = "" } of steps) {
    if (uses.startsWith("actions/checkout@") && inputs?.["persist-credentials"] === undefined) {
      messages.push(`job "${name}": a checkout should say "persist-credentials"`);
    }
    if (run.includes("${{")) messages.push(`job "${name}": an expression in a script is code`);
  }
  return messages;
}

/** git makes no tag where it does not know who commits, and "changeset tag" passes all the same. */
function checkTagging(jobs) {
  const scripts = Object.values(jobs).map(({ steps = [] }) => steps.map(({ run = "" }) => run));
  const tagging = scripts.find((runs) => runs.includes("npm run tag"));
  if (tagging?.at(-1) === "node tools/release/check-tags.mjs") return [];
  return ['a job should run "npm run tag", and tools/release/check-tags.mjs last'];
}

const publishes = ({ steps = [] }) => steps.some(({ run = "" }) => run.includes("npm publish"));

/** One job publishes: it may prove who it is, may do nothing else, and runs no code of a dependency. */
function checkPublishing(jobs) {
  const publishing = Object.entries(jobs).filter(([, job]) => publishes(job));
  if (publishing.length !== 1) return ["one job should publish, by npm publish"];
  const [[name, { permissions, steps }]] = publishing;
  const messages = [];
  if (JSON.stringify(permissions) !== '{"id-token":"write"}') {
    messages.push(`"permissions" of "${name}" should be id-token: write, and nothing else`);
  }
  for (const [other, job] of Object.entries(jobs)) {
    if (other !== name && job.permissions?.["id-token"])
      messages.push(`"${other}" needs no id-token`);
  }
  if (!steps.some(({ run = "" }) => /npm publish .*--provenance/.test(run))) {
    messages.push(`"${name}" should publish with --provenance`);
  }
  const uses = steps.map((step) => step.uses?.split("@")[0]);
  if (uses.includes("actions/checkout") || !uses.includes("actions/download-artifact")) {
    messages.push(`"${name}" should publish what another job packed, without a checkout`);
  }
  return messages;
}
