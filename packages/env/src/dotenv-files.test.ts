import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { failure, folderOf, storeOf, textOf } from "../test/support.js";

const workingFolder = process.cwd();
afterEach(() => process.chdir(workingFolder));

function storeWith(text: string | Uint8Array) {
  return storeOf({}, { dotenv: join(folderOf({ ".env": text }), ".env") });
}

test("a .env file is read as Node reads it", async () => {
  const store = storeWith(
    '# comment\r\nA=1\r\nexport B = \'two # not a comment\'\nC="x\\ny"\nD="line\nline" # comment\nA_=$A\n',
  );
  expect(await textOf(store, "a")).toBe("1");
  expect(await textOf(store, "b")).toBe("two # not a comment");
  expect(await textOf(store, "c")).toBe("x\ny");
  expect(await textOf(store, "d")).toBe("line\nline");
  expect(await textOf(store, "a_")).toBe("$A");
});

test("a byte order mark does not hide the first variable", async () => {
  expect(await textOf(storeWith("\uFEFFA=1\nB=2"), "a")).toBe("1");
});

test("the first file that sets a variable wins, and a change is seen", async () => {
  const folder = folderOf({ one: "A=1", two: "A=2\nB=2" });
  const store = storeOf({}, { dotenv: [join(folder, "one"), join(folder, "two")] });
  expect([await textOf(store, "a"), await textOf(store, "b")]).toEqual(["1", "2"]);
  writeFileSync(join(folder, "one"), "B=3");
  expect([await textOf(store, "a"), await textOf(store, "b")]).toEqual(["2", "3"]);
});

test("a variable that is empty in the first file that sets it is NOT_FOUND and says where", async () => {
  const folder = folderOf({ one: "A=", two: "A=2" });
  const paths = [join(folder, "one"), join(folder, "two")];
  const error = await failure(() => storeOf({}, { dotenv: paths }).getSecret("a"), "NOT_FOUND");
  expect(error.message).toContain(`A is set but empty in ${JSON.stringify(paths[0])}`);
});

test("a NAME_FILE line in a .env file is a variable like any other", async () => {
  const store = storeWith("A_FILE=/run/secrets/a");
  await failure(() => store.getSecret("a"), "NOT_FOUND");
  expect(await textOf(store, "a/file")).toBe("/run/secrets/a");
});

test("a file that is not there is CONFIGURATION that names the option, never NOT_FOUND", async () => {
  const dotenv = join(folderOf(), "none.env");
  const error = await failure(() => storeOf({}, { dotenv }).getSecret("a"), "CONFIGURATION");
  expect(error).toMatchObject({ reason: "missing-file", key: "a" });
  expect(error.message).toContain(`${JSON.stringify(dotenv)} of the option dotenv does not exist`);
});

test("a file that vanishes and comes back is missed only meanwhile", async () => {
  const dotenv = join(folderOf({ ".env": "A=1" }), ".env");
  const store = storeOf({}, { dotenv });
  rmSync(dotenv);
  await failure(() => store.getSecret("a"), "CONFIGURATION", "missing-file");
  writeFileSync(dotenv, "A=2");
  expect(await textOf(store, "a")).toBe("2");
});

test("a variable that is set needs no .env file", async () => {
  expect(await textOf(storeOf({ A: "1" }, { dotenv: "/none/.env" }), "a")).toBe("1");
});

test("a relative path is taken from where the store was made", async () => {
  const folder = folderOf({ ".env": "A=1" });
  process.chdir(folder);
  const store = storeOf({}, { dotenv: ".env" });
  mkdirSync(join(folder, "elsewhere"));
  process.chdir(join(folder, "elsewhere"));
  expect(await textOf(store, "a")).toBe("1");
});

test("what no key maps to, or a prototype has, is not read from it", async () => {
  const store = storeWith("__proto__=polluted\nconstructor=c\nlower=l");
  for (const key of ["__proto__", "constructor", "lower", "polluted"]) {
    await failure(() => store.getSecret(key), "NOT_FOUND");
  }
});
