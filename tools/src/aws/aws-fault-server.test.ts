import { inspect } from "node:util";
import type { SecretsManager, SecretsManagerClientConfig } from "@aws-sdk/client-secrets-manager";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { until } from "../openbao-until.ts";
import {
  type AwsAnswer,
  type AwsFaultServer,
  afterCommit,
  delayed,
  htmlError,
  onlyNth,
  startAwsFaultServer,
  throttled,
  wrongJson,
  xmlDenied,
} from "./aws-fault-server.ts";
import { clientOf } from "./reference/tester.ts";

let nowMs = 1_000_000_000_000;
let server: AwsFaultServer;
let aws: SecretsManager;
beforeEach(async () => {
  nowMs = 1_000_000_000_000;
  server = await startAwsFaultServer({ now: () => nowMs });
  aws = clientOf(server);
  await aws.createSecret({ Name: "k", SecretString: "value" });
  server.forget();
});
afterEach(async () => {
  aws.destroy();
  await server.close();
});

const get = (client = aws) => client.getSecretValue({ SecretId: "k" });
const put = (SecretString: string) => aws.putSecretValue({ SecretId: "k", SecretString });

function openClient(options: SecretsManagerClientConfig): SecretsManager {
  const client = clientOf(server, options);
  onTestFinished(() => client.destroy());
  return client;
}

describe("what it saw", () => {
  test("is recorded in its order: operation, input, key, region, session token, time", async () => {
    nowMs += 5;
    const credentials = { accessKeyId: "AKIDOTHER", secretAccessKey: "x", sessionToken: "token" };
    const other = openClient({ credentials, region: "eu-west-1" });
    await expect(get(other)).rejects.toThrow();
    await get();
    expect(server.operations).toEqual(["GetSecretValue", "GetSecretValue"]);
    expect([server.countOf("GetSecretValue"), server.countOf("CreateSecret")]).toEqual([2, 0]);
    const [{ headers: _, body: _body, ...first }, second] = server.requests as [
      AwsFaultServer["requests"][number],
      AwsFaultServer["requests"][number],
    ];
    expect({ ...first }).toEqual({
      ...{ operation: "GetSecretValue", ordinal: 1, input: { SecretId: "k" }, timeMs: nowMs },
      ...{ accessKeyId: "AKIDOTHER", region: "eu-west-1", hasSessionToken: true },
    });
    expect([second.ordinal, second.accessKeyId, second.hasSessionToken]).toEqual([
      2,
      "test",
      false,
    ]);
  });

  test("shows nothing that it carried when it is printed", async () => {
    await put("SEKRIT");
    const { requests } = server;
    expect(requests[0]?.input.SecretString).toBe("SEKRIT");
    for (const text of [inspect(requests, { depth: 9 }), JSON.stringify(requests)]) {
      expect(text).toContain("PutSecretValue");
      expect(text).not.toMatch(/SEKRIT|AWS4-HMAC/);
    }
  });
});

describe("scripted answers", () => {
  test.each<[what: string, answer: AwsAnswer, error: object]>([
    ["a class", { error: "AccessDeniedException" }, { name: "AccessDeniedException" }],
    [
      "a class with its status",
      { error: "InternalServiceError", status: 500 },
      { name: "InternalServiceError", $metadata: { httpStatusCode: 500 } },
    ],
    ["a reset", "reset", { code: "ECONNRESET" }],
    ["half a body", "half", { code: "ECONNRESET" }],
    ["HTML", htmlError, { name: "SyntaxError", $metadata: { httpStatusCode: 500 } }],
    ["XML", xmlDenied, { name: "SyntaxError", $metadata: { httpStatusCode: 403 } }],
    ["throttling", throttled(), { name: "ThrottlingException" }],
  ])("%s", async (_, answer, error) => {
    server.handle("GetSecretValue", answer);
    await expect(get()).rejects.toMatchObject(error);
    server.heal();
    expect((await get()).SecretString).toBe("value");
  });

  test("an answer to another question has nothing of a secret", async () => {
    server.handle("GetSecretValue", wrongJson);
    const { SecretString, VersionId } = await get();
    expect([SecretString, VersionId]).toEqual([undefined, undefined]);
  });

  test("a wait that it names is waited for", async () => {
    server.handleNext("GetSecretValue", throttled(1));
    const start = performance.now();
    const { $metadata } = await get(openClient({ maxAttempts: 2 }));
    expect($metadata.attempts).toBe(2);
    expect(performance.now() - start).toBeGreaterThan(950);
  });

  test("no answer ends with the client's patience, and its socket", async () => {
    server.handle("*", "hang");
    const abort = new AbortController();
    const hanging = aws.getSecretValue({ SecretId: "k" }, { abortSignal: abort.signal });
    await until("it has asked", () => server.requests.length === 1);
    abort.abort();
    await expect(hanging).rejects.toThrow("abort");
    await until("its socket is closed", async () => (await server.openConnections()) === 0);
  });

  test("what comes next comes once each, before what comes always", async () => {
    server.handle("*", { error: "Always" });
    server.handleNext("GetSecretValue", { error: "First" }, { error: "Second" });
    for (const name of ["First", "Second", "Always"]) {
      await expect(get()).rejects.toMatchObject({ name });
    }
  });

  test("a delay holds the answer back until its time has passed", async () => {
    let pass = () => {};
    const pause = (delayMs: number) => {
      expect(delayMs).toBe(60_000);
      return new Promise<void>((resolve) => {
        pass = resolve;
      });
    };
    server.handle("GetSecretValue", delayed(60_000, undefined, pause));
    let isAnswered = false;
    const answer = get().finally(() => {
      isAnswered = true;
    });
    await until("it is asked", () => server.requests.length === 1);
    expect(isAnswered).toBe(false);
    pass();
    expect((await answer).SecretString).toBe("value");
  });

  test("a reply that is lost belongs to something done, and one request alone can lose it", async () => {
    server.handle("PutSecretValue", onlyNth(2, afterCommit("reset")));
    await put("second");
    await expect(put("third")).rejects.toMatchObject({ code: "ECONNRESET" });
    expect((await get()).SecretString).toBe("third");
    await put("fourth");
    expect((await get()).SecretString).toBe("fourth");
  });

  test("the SDK's own repetition after a lost reply makes no second version", async () => {
    server.handleNext("PutSecretValue", afterCommit("reset"), afterCommit(htmlError));
    const asked = { SecretId: "k", SecretString: "second" };
    const { $metadata } = await openClient({ maxAttempts: 3 }).putSecretValue(asked);
    expect($metadata.attempts).toBe(3);
    const { versions } = server.secretsManager.region("us-east-1").secret("k");
    expect(versions.size).toBe(2);
  });

  test("nobody listens, and then somebody does again, at the same place", async () => {
    const { endpoint } = server;
    await server.refuse();
    await expect(get()).rejects.toMatchObject({ code: "ECONNRESET" }); // on a socket that it kept
    await expect(get()).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await server.accept();
    expect(server.endpoint).toBe(endpoint);
    expect((await get()).SecretString).toBe("value");
  });
});

test("what is no request of Secrets Manager is refused", async () => {
  const ask = (target: string, body: string) =>
    fetch(server.endpoint, { method: "POST", headers: { "x-amz-target": target }, body });
  for (const [target, body] of [
    ["secretsmanager.Nonsense", "{}"],
    ["secretsmanager.GetSecretValue", "no JSON"],
    ["secretsmanager.CreateSecret", "{}"],
  ] as const) {
    const answer = await ask(target, body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get("x-amzn-errortype")).toMatch(/Exception$/);
  }
});
