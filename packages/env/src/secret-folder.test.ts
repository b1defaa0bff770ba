import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { failure, folderOf, keysOf, storeOf, textOf } from "../test/support.js";

function storeIn(folder: string, prefix = "") {
  return storeOf({}, { folder, prefix });
}

describe("the file of openai/api_key", () => {
  test("is named as the key, the variable, or the variable in lower case", async () => {
    for (const name of ["openai/api_key", "OPENAI_API_KEY", "openai_api_key", "openai-api.key"]) {
      const folder = folderOf({ [name]: "sk-1", other: "x", "openai_api/other": "x" });
      expect(await textOf(storeIn(folder), "openai/api_key")).toBe("sk-1");
    }
  });

  test("may leave out the store's prefix", async () => {
    for (const name of ["db/url", "db_url", "DB_URL", "APP_DB_URL", "app_db_url", "app/db/url"]) {
      expect(await textOf(storeIn(folderOf({ [name]: "u" }), "APP_"), "db/url")).toBe("u");
      expect(await keysOf(storeIn(folderOf({ [name]: "u" }), "APP_"))).toEqual(["db_url"]);
    }
    expect(await textOf(storeIn(folderOf({ x: "u" }), "app_"), "x")).toBe("u");
    expect(await keysOf(storeIn(folderOf({ app_x: "u", app_: "e" }), "app_"))).toEqual([
      "app_",
      "x",
    ]);
  });

  test("stands for one variable only: APP_X is X of the store, not APP_APP_X", async () => {
    await failure(() => storeIn(folderOf({ app_x: "u" }), "APP_").getSecret("app/x"), "NOT_FOUND");
  });

  test("that is there twice is CONFIGURATION that names both", async () => {
    const store = storeIn(folderOf({ "openai/api_key": "1", openai_api_key: "2" }));
    const call = () => store.getSecret("openai/api_key");
    const error = await failure(call, "CONFIGURATION", "ambiguous-file");
    for (const part of ["openai/api_key and ", "openai_api_key", "OPENAI_API_KEY"]) {
      expect(error.message).toContain(part);
    }
    expect(await keysOf(store, "openai/")).toEqual(["openai/api_key"]);
  });
});

test("one newline at the end is not part of the secret, and nothing else is taken away", async () => {
  const folder = folderOf({
    ...{
      a: "v",
      b: "v\n",
      c: "v\r\n",
      d: "v\n\n",
      e: "v\r\n\r\n",
      f: "\r",
      g: "v \t\n",
      h: "\uFEFFv",
    },
    ...{ empty: "", newline: "\n", windows: "\r\n" },
  });
  const store = storeIn(folder);
  const keys = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const values = await Promise.all(keys.map((key) => textOf(store, key)));
  expect(values).toEqual(["v", "v", "v", "v\n", "v\r\n", "\r", "v \t", "\uFEFFv"]);
  for (const key of ["empty", "newline", "windows"]) {
    const error = await failure(() => store.getSecret(key), "NOT_FOUND", "absent");
    expect(error.message).toContain(`the file "${key}" of the folder`);
    expect(error.message).toContain("is empty");
  }
});

test("directories, dotfiles and names that no key has are left alone", async () => {
  const folder = folderOf({
    ...{ ".hidden": "x", "..data": "x", "in/.hidden": "x", "a b": "x", é: "x", "d/e": "x" },
  });
  const store = storeIn(folder);
  for (const key of ["hidden", "_hidden", "__data", "in/_hidden", "a/b", "_", "d"]) {
    await failure(() => store.getSecret(key), "NOT_FOUND", "absent");
  }
  const all = await Promise.all(["a", "d", "h", "i", "_"].map((prefix) => keysOf(store, prefix)));
  expect(all.flat()).toEqual(["d_e"]);
});

test("a file that appears, changes and goes is seen at the next call", async () => {
  const folder = folderOf();
  const store = storeIn(folder);
  await failure(() => store.getSecret("x"), "NOT_FOUND");
  writeFileSync(join(folder, "x"), "1");
  expect(await textOf(store, "x")).toBe("1");
  writeFileSync(join(folder, "x"), "2");
  expect(await textOf(store, "x")).toBe("2");
  rmSync(join(folder, "x"));
  await failure(() => store.getSecret("x"), "NOT_FOUND");
});

describe("a Kubernetes mount", () => {
  /** What its kubelet does: a new folder, one link turned to it at once, the old folder removed. */
  function publish(folder: string, generation: number) {
    mkdirSync(join(folder, `..g${generation}`, "openai"), { recursive: true });
    writeFileSync(join(folder, `..g${generation}`, "openai", "api_key"), `v${generation}`);
    writeFileSync(join(folder, `..g${generation}`, "token"), `v${generation}`);
    symlinkSync(`..g${generation}`, join(folder, "..data_tmp"));
    renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    rmSync(join(folder, `..g${generation - 1}`), { recursive: true, force: true });
  }

  function mount(): string {
    const folder = folderOf();
    publish(folder, 1);
    symlinkSync("..data/openai", join(folder, "openai"));
    symlinkSync("..data/token", join(folder, "token"));
    return folder;
  }

  test("is read through its links, and listed once", async () => {
    const store = storeOf({}, { folder: mount() });
    expect(await textOf(store, "openai/api_key")).toBe("v1");
    expect(await textOf(store, "token")).toBe("v1");
    expect(await keysOf(store, "openai/")).toEqual(["openai/api_key"]);
    expect(await keysOf(store, "t")).toEqual(["token"]);
    expect(await keysOf(store, "_")).toEqual([]);
  });

  test("that is swapped over and over is never called absent, and ends on the newest", async () => {
    const folder = mount();
    const store = storeOf({}, { folder });
    const swaps = process.env.TEST_DEEP ? 5_000 : 100;
    for (let generation = 2; generation <= swaps; generation++) {
      const reads = [textOf(store, "openai/api_key"), textOf(store, "token")];
      await Promise.resolve();
      publish(folder, generation);
      const allowed = [`v${generation - 1}`, `v${generation}`];
      for (const value of await Promise.all(reads)) expect(allowed).toContain(value);
    }
    expect(await textOf(store, "token")).toBe(`v${swaps}`);
  }, 60_000);
});

describe("links", () => {
  test("inside the folder are followed, the folder itself may be one", async () => {
    const folder = folderOf({ "real/x": "1" });
    symlinkSync("x", join(folder, "real", "y"));
    symlinkSync("real", join(folder, "link"));
    const store = storeIn(join(folder, "link"));
    expect([await textOf(store, "x"), await textOf(store, "y")]).toEqual(["1", "1"]);
  });

  test("out of the folder are refused, of a file and of a folder, also to a like-named one", async () => {
    const parent = folderOf({ outside: "canary", "s-more/x": "canary", "s/ok": "1" });
    const folder = join(parent, "s");
    symlinkSync("../outside", join(folder, "a"));
    symlinkSync(join(parent, "s-more"), join(folder, "b"));
    symlinkSync(join(parent, "s-more", "x"), join(folder, "c"));
    symlinkSync("..", join(folder, "up"));
    const store = storeIn(folder);
    for (const key of ["a", "c", "b", "up"]) {
      const error = await failure(() => store.getSecret(key), "CONFIGURATION", "outside-folder");
      expect(error.message).toContain("is a link out of that folder");
    }
    for (const key of ["b/x", "up/outside"]) {
      await failure(() => store.getSecret(key), "NOT_FOUND");
    }
    expect(await textOf(store, "ok")).toBe("1");
  });

  test("that lead nowhere, or to each other, are CONFIGURATION that names them", async () => {
    const folder = folderOf({ ok: "1" });
    symlinkSync("gone", join(folder, "broken"));
    symlinkSync("ring", join(folder, "ring"));
    const store = storeIn(folder);
    const broken = await failure(() => store.getSecret("broken"), "CONFIGURATION", "missing-file");
    expect(broken.message).toContain(JSON.stringify(join(folder, "broken")));
    await failure(() => store.getSecret("ring"), "CONFIGURATION", "bad-path");
    expect(await textOf(store, "ok")).toBe("1");
    await failure(() => keysOf(store, "o"), "CONFIGURATION");
  });

  test("into a folder above do not go round for ever", async () => {
    const folder = folderOf({ "a/x": "1" });
    symlinkSync("..", join(folder, "a", "loop"));
    symlinkSync(".", join(folder, "self"));
    expect(await keysOf(storeIn(folder), "a/")).toEqual(["a/x"]);
    expect(await keysOf(storeIn(folder), "self")).toEqual([]);
  });
});

test("no key leads out of the folder", async () => {
  const parent = folderOf({ outside: "canary", "s/x": "1" });
  const store = storeIn(join(parent, "s"));
  for (const key of ["../outside", "..", "x/../../outside", "/etc/passwd", "%2e%2e/outside"]) {
    await failure(() => store.getSecret(key), "INVALID_KEY");
  }
  for (const key of [".../outside", "..x", "__/outside"]) {
    await failure(() => store.getSecret(key), "NOT_FOUND");
  }
});

test("a folder that is missing or is a file is CONFIGURATION that names the option", async () => {
  const folder = folderOf({ file: "x" });
  for (const [path, reason] of [
    ["none", "missing-file"],
    ["file", "bad-path"],
  ] as const) {
    const store = storeIn(join(folder, path));
    for (const call of [() => store.getSecret("x"), () => keysOf(store, "x")]) {
      const error = await failure(call, "CONFIGURATION", reason);
      expect(error.message).toContain(`${JSON.stringify(join(folder, path))} of the option folder`);
    }
  }
});

test("a folder that was not made for secrets is refused before a disk is walked", async () => {
  const hundred = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`d/n${index}`, ""]),
  );
  const folder = folderOf(hundred);
  for (let index = 1; index < 99; index++) symlinkSync("d", join(folder, `d${index}`));
  const store = storeIn(folder);
  writeFileSync(join(folder, "nr10000"), ""); // 99 folders of 100 files, and itself
  expect(await keysOf(store, "n")).toEqual(["nr10000"]);
  writeFileSync(join(folder, "nr10001"), "");
  await failure(() => keysOf(store, "n"), "CONFIGURATION", "too-many-files");
});
