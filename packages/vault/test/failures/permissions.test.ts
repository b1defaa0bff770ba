import { readFileSync } from "node:fs";
import { onWarning, toArray } from "@llm-orchestrator/secrets-core";
import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { VaultSecretStore } from "../../src/index.js";
import { openStore, tokenWith } from "../support/stores.ts";

let server: OpenBaoServer;
beforeAll(async () => {
  server = await startOpenBao();
}, installTimeoutMs);
afterAll(() => server?.stop());

/** One capability on one path. */
type Grant = readonly [path: string, capability: string];

const key = "team/key";
const claim = `${key}.llm-orchestrator-rotation-claim`;
const generate = () => "new";

/** What each row of the README's page means. */
const operations: Readonly<Record<string, (store: VaultSecretStore) => Promise<unknown>>> = {
  "`getSecret`, `getSecrets`": async (store) => {
    await store.getSecret(key);
    for (const error of (await store.getSecrets([key])).errors.values()) throw error;
  },
  "`getSecretVersion`": async (store) => {
    for (const version of ["1", "current"]) await store.getSecretVersion(key, version);
  },
  '… of `"previous"`': (store) => store.getSecretVersion(key, "previous"),
  "`putSecret`": async (store) => {
    for (const each of [key, `team/new-${++count}`]) await store.putSecret(each, "v");
  },
  "… with description, tags or period": async (store) => {
    const options = { description: "d", tags: { a: "b" }, rotationPeriodDays: 30 };
    for (const each of [key, `team/new-${++count}`]) await store.putSecret(each, "v", options);
  },
  "… of a `field`": async (store) => {
    await openStore(server).putSecret(key, '{"user":"u"}');
    await store.putSecret(key, "v", { field: "user" });
  },
  "`deleteSecret`": (store) => store.deleteSecret(key),
  '… with `mode: "permanent"`': (store) => store.deleteSecret(key, { mode: "permanent" }),
  "`restoreSecret`": async (store) => {
    await openStore(server).deleteSecret(key);
    await store.restoreSecret(key);
  },
  "`describeSecret`, `getSecretVersions`": async (store) => {
    await store.describeSecret(key);
    await store.getSecretVersions(key);
  },
  "`listSecrets`": async (store) =>
    expect(await toArray(store.listSecrets("team/"))).toContain(key),
  "`rotateSecret`": (store) => strictly(() => store.rotateSecret(key, { generate })),
  "… with `minting: true`": async (store) => {
    await strictly(() => store.rotateSecret(key, { generate, minting: true }));
    const { status } = await server.request("GET", `secret/metadata/${claim}`);
    if (status !== 404) throw denied(); // it could not take its claim away
  },
  "`finalizeRotation`": (store) => store.finalizeRotation(key),
};
let count = 0;

function denied(): Error {
  return Object.assign(new Error("in part"), { code: "PERMISSION_DENIED" });
}

/** A warning counts as a failure. */
async function strictly(rotate: () => Promise<unknown>): Promise<void> {
  let isWarned = false;
  const stop = onWarning(({ code }) => {
    isWarned ||= code === "VAULT_ROTATION_NOT_NOTED";
  });
  await rotate().finally(stop);
  if (isWarned) throw denied();
}

/** The rows of the page: `| operation | on the data | on the metadata | path: on another |`. */
const page = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const rows = [...(page.split("## Permissions")[1] ?? "").matchAll(/^\|(.+)\|$/gm)]
  .map(([, line = ""]) => line.split("|").map((cell) => cell.trim()))
  .slice(2)
  .map(([name = "", data = "", metadata = "", other = ""]) => {
    const [path = "", more = ""] = other.split(": ");
    const grants = [
      ...capabilitiesIn(data).map((each): Grant => ["secret/data/team/*", each]),
      ...capabilitiesIn(metadata).map((each): Grant => ["secret/metadata/team/*", each]),
      ...capabilitiesIn(more).map((each): Grant => [path.replaceAll("`", ""), each]),
    ];
    return [name, grants] as const;
  });

function capabilitiesIn(cell: string): string[] {
  return [...cell.matchAll(/\w+/g)].map(([capability]) => capability);
}

/** A store that may do that and nothing else, on a secret of two versions. */
async function storeWith(grants: readonly Grant[]): Promise<VaultSecretStore> {
  const root = openStore(server);
  await root.deleteSecret(key, { mode: "permanent" });
  await server.request("DELETE", `secret/metadata/${claim}`);
  for (const value of ["1", "2"]) await root.putSecret(key, value);
  const policy = [...new Set(grants.map(([path]) => path))].map((path) => {
    const capabilities = grants.flatMap(([each, can]) => (each === path ? [can] : []));
    return `path "${path}" { capabilities = ${JSON.stringify(capabilities)} }`;
  });
  policy.push('path "none/*" { capabilities = ["read"] }'); // an empty one is refused
  return openStore(server, { token: await tokenWith(server, policy.join("\n")) });
}

describe("permissions", () => {
  test("the page has every operation", () => {
    expect(rows.map(([name]) => name)).toEqual(Object.keys(operations));
  });

  test.each(rows)("%s works with what the page grants, and with nothing less", async (...row) => {
    const [name, grants] = row;
    const operation = operations[name] as (store: VaultSecretStore) => Promise<unknown>;
    await operation(await storeWith(grants));
    for (const left of grants) {
      const store = await storeWith(grants.filter((grant) => grant !== left));
      const outcome = operation(store).then(
        () => "works",
        ({ code }: { code: string }) => code,
      );
      expect([...left, await outcome]).toEqual([...left, "PERMISSION_DENIED"]);
    }
  });

  test.each(["`rotateSecret`", "… with description, tags or period"])(
    "%s takes read and update in place of patch",
    async (name) => {
      const [, grants = []] = rows.find(([each]) => each === name) ?? [];
      const others = grants.flatMap(([path, can]): Grant[] =>
        can === "patch" ? ["read", "update"].map((each) => [path, each] as const) : [[path, can]],
      );
      await operations[name]?.(await storeWith(others));
    },
  );
});
