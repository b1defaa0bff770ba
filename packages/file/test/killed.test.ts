import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { size } from "secrets-tools/test-size";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FileSecretStore, generateIdentity } from "../src/index.js";
import { bundleChildren, newFile, seededRandom, startChild } from "./support.js";

const kills = size(50, 1_000);
const seed = 20_260_311;
let children: string;

beforeAll(async () => {
  children = await bundleChildren("put-for-ever", "put-and-die");
}, 60_000);
afterAll(() => rmSync(children, { recursive: true }));

/** Runs a child until so many of its puts are acknowledged, and a little longer; then kills it. */
async function killAfter(
  acknowledged: number,
  laterMs: number,
  start: (onOutput: (output: string) => void) => ReturnType<typeof startChild>,
): Promise<number> {
  let isDue = false;
  const child = start((output) => {
    if (isDue || linesOf(output).length <= acknowledged) return;
    isDue = true;
    setTimeout(() => child.process.kill("SIGKILL"), laterMs); // the moment itself is what is random
  });
  const { output } = await child.ended;
  return Number(linesOf(output).slice(1).at(-1) ?? 0);
}

const linesOf = (output: string) => output.split("\n").slice(0, -1);

test(
  `of ${kills} processes that are killed while they write, nothing acknowledged is lost`,
  async () => {
    const { folder, path } = newFile();
    const identity = await generateIdentity();
    const reader = new FileSecretStore({ path, identity });
    const variables = { SECRETS_FILE_PATH: path, SECRETS_FILE_IDENTITY: identity.expose() };
    const random = seededRandom(seed);
    const kept = new Map<string, string>();
    let total = 0;
    for (let round = 1; round <= kills; round++) {
      const last = await killAfter(Math.floor(random() * 5), random() * 15, (onOutput) =>
        startChild(join(children, "put-for-ever.mjs"), variables, [String(round)], onOutput),
      );
      total += last;
      for (let count = Math.max(1, last - 2); count <= last; count++) {
        kept.set(`key/${count % 3}`, `${round}.${count}`);
      }
      for (const [key, acknowledged] of kept) {
        const [of, count] = (await reader.getSecret(key)).value.expose().split(".");
        const found = `${of}.${count}`;
        const isUnderWay = found === `${round}.${last + 1}` && key === `key/${(last + 1) % 3}`;
        if (isUnderWay) kept.set(key, found);
        else expect(found).toBe(acknowledged);
      }
    }
    expect(total).toBeGreaterThan(kills);
    const next = new FileSecretStore({ path, identity });
    await next.putSecret("after", "all of them");
    expect(readdirSync(folder)).toEqual(["secrets.age"]);
  },
  size(90_000, 1_200_000),
);

test("a process may be killed before each single step of a write, after one that died", async () => {
  const { folder, path } = newFile();
  const identity = await generateIdentity();
  const reader = new FileSecretStore({ path, identity });
  const variables = { SECRETS_FILE_PATH: path, SECRETS_FILE_IDENTITY: identity.expose() };
  const lock = `${path}.lock`;
  await reader.putSecret("key", "0");
  let dead: string | undefined;
  let step = 0;
  for (let hasEnded = false; !hasEnded; ) {
    const value = String(++step);
    if (dead !== undefined) writeFileSync(lock, dead);
    const program = join(children, "put-and-die.mjs");
    const { output } = await startChild(program, variables, [value, value]).ended;
    const found = (await reader.getSecret("key")).value.expose();
    const before = String(step - 1);
    expect(output.includes("acknowledged") ? [value] : [before, value]).toContain(found);
    if (existsSync(lock)) dead ??= readFileSync(lock, "utf8");
    const next = new FileSecretStore({ path, identity }); // as after a restart
    await next.putSecret("key", value);
    expect(readdirSync(folder)).toEqual(["secrets.age"]);
    hasEnded = output.includes("ended");
  }
  expect(dead).toBeDefined();
  expect(step).toBeGreaterThan(25);
}, 90_000);
