import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FileSecretStore, generateIdentity } from "../src/index.js";
import { bundleChildren, newFile, startChild } from "./support.js";

const processes = 4;
const incrementsEach = 25;
let children: string;

beforeAll(async () => {
  children = await bundleChildren("increment");
}, 60_000);
afterAll(() => rmSync(children, { recursive: true }));

test("compare-and-set of several processes side by side loses nothing", async () => {
  const { folder, path } = newFile();
  const identity = await generateIdentity();
  const store = new FileSecretStore({ path, identity });
  await store.putSecret("counter", "0");
  const variables = { SECRETS_FILE_PATH: path, SECRETS_FILE_IDENTITY: identity.expose() };
  const program = join(children, "increment.mjs");
  const started = Array.from({ length: processes }, () =>
    startChild(program, variables, [String(incrementsEach)]),
  );
  const codes = await Promise.all(started.map(async ({ ended }) => (await ended).code));
  expect(codes).toEqual(Array(processes).fill(0));
  const { value, version } = await store.getSecret("counter");
  expect(value.expose()).toBe(String(processes * incrementsEach));
  expect(version?.split("-")[0]).toBe(String(processes * incrementsEach + 1));
  expect(readdirSync(folder)).toEqual(["secrets.age"]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
}, 60_000);
