import { toArray } from "@llm-orchestrator/secrets-core";
import { describe, expect, test } from "vitest";
import { type FakeAnswer, secretAnswer, startFakeVault } from "../support/fake-vault.ts";
import { codeOf, openStore } from "../support/stores.ts";

const page = "<html><body>Sign in to the network</body></html>";
const head = "HTTP/1.1 200 OK\r\n";
const version = { version: 1, created_time: "", destroyed: false, deletion_time: "" };

const answers: readonly [what: string, answer: FakeAnswer][] = [
  ["a page of HTML", { status: 200, body: page }],
  ["an empty body", { status: 200 }],
  ["no content", { status: 204 }],
  ["spaces", { status: 200, body: "  \n" }],
  ["a JSON text", { status: 200, body: '"canary"' }],
  ["a JSON list", { status: 200, body: "[]" }],
  ["null", { status: 200, body: "null" }],
  ["an empty object", { status: 200, body: "{}" }],
  ["empty data", { status: 200, body: { data: {} } }],
  [
    "data without a version",
    { status: 200, body: { data: { data: { value: "v" }, metadata: {} } } },
  ],
  ["data that is a text", { status: 200, body: { data: { data: "v", metadata: version } } }],
  ["data that is nothing", { status: 200, body: { data: { data: null, metadata: version } } }],
  ["something that is well-known elsewhere", { status: 200, body: { status: "ok" } }],
  ["half of the JSON", { status: 200, body: '{"data":{"data":{"value":"v' }],
  ["less than was announced", { raw: `${head}content-length: 500\r\n\r\n{"data":{"data":{` }],
  ["a chunk that is cut", { raw: `${head}transfer-encoding: chunked\r\n\r\n20\r\n{"data":` }],
  ["no HTTP at all", { raw: "SSH-2.0-OpenSSH_9.6\r\n" }],
  ["a head that is cut", { raw: "HTTP/1.1 200 OK\r\ncontent-le" }],
  ["a page with 404", { status: 404, body: page }],
  ["nothing with 404", { status: 404 }],
  ["another service's 404", { status: 404, body: { message: "no such page" } }],
  ["a page with 403", { status: 403, body: page }],
  ["nothing with 403", { status: 403 }],
  ["a page with 400", { status: 400, body: page }],
  ["a page with 502", { status: 502, body: page }],
  ["nothing with 503", { status: 503 }],
  ["a page with 429", { status: 429, body: page }],
  ["the end of the connection", "drop"],
];

describe("answers", () => {
  test.each(answers)(
    "V43: %s is BACKEND_UNAVAILABLE for every call, and never a value or an absence",
    async (_, answer) => {
      const vault = await startFakeVault(() => answer);
      const open = () => openStore({ address: vault.address, rootToken: "t" }, { maxRetries: 0 });
      const calls = [
        () => open().getSecret("a"),
        () => open().getSecretVersion("a", "1"),
        () => open().describeSecret("a"),
        () => open().getSecretVersions("a"),
        () => open().restoreSecret("a"),
        () => toArray(open().listSecrets()),
        () => open().putSecret("a", "v"),
        () => open().deleteSecret("a"),
        () => open().rotateSecret("a", { generate: () => "w" }),
      ];
      for (const call of calls) expect(await codeOf(call())).toMatch(/^BACKEND_UNAVAILABLE/);
      const health = await open().healthCheck();
      expect([health.ok, health.error?.code]).toEqual([false, "BACKEND_UNAVAILABLE"]);
      await vault.stop();
    },
  );

  test("a deletion that is answered with 200 and nothing has not been said to be made", async () => {
    const vault = await startFakeVault(({ method }) =>
      method === "DELETE" ? { status: 200 } : { status: 403, body: { errors: ["preflight"] } },
    );
    for (const options of [{}, { kvVersion: 1 as const }]) {
      const store = openStore(
        { address: vault.address, rootToken: "t" },
        { maxRetries: 0, ...options },
      );
      const removal = store.deleteSecret("a", { mode: "permanent" });
      expect(await codeOf(removal)).toBe("BACKEND_UNAVAILABLE malformed");
    }
    await vault.stop();
  });

  test("V43: an answer that is longer than any secret is refused, not kept in memory", async () => {
    const vault = await startFakeVault(() => ({ status: 200, body: " ".repeat(65 * 1_048_576) }));
    const options = { maxRetries: 0, timeoutMs: 20_000, deadlineMs: 20_000 };
    const store = openStore({ address: vault.address, rootToken: "t" }, options);
    expect(await codeOf(store.getSecret("a"))).toBe("BACKEND_UNAVAILABLE malformed");
    await vault.stop();
  });

  test("V43: control: the same server's right answer is a value", async () => {
    const vault = await startFakeVault(() => secretAnswer("right"));
    const store = openStore({ address: vault.address, rootToken: "t" });
    expect((await store.getSecret("a")).value.expose()).toBe("right");
    await vault.stop();
  });
});
