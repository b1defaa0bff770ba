import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type AwsHttpServer, afterCommit, onlyNth, startAwsProxy } from "./aws-proxy.ts";
import { type MiniStackServer, startMiniStack } from "./ministack.ts";
import { installTimeoutMs, type MotoServer, startMoto } from "./moto.ts";
import { clientOf } from "./reference/tester.ts";

const clients: SecretsManager[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

function open(...args: Parameters<typeof clientOf>): SecretsManager {
  const client = clientOf(...args);
  clients.push(client);
  return client;
}

const notFound = { name: "ResourceNotFoundException" };

describe.each([
  ["Moto", startMoto as () => Promise<MotoServer | MiniStackServer>],
  ["MiniStack", startMiniStack],
])("%s", (_, start) => {
  let server: MotoServer | MiniStackServer;
  let proxy: AwsHttpServer;
  beforeAll(async () => {
    server = await start();
    proxy = await startAwsProxy(server.endpoint);
  }, installTimeoutMs);
  afterAll(async () => {
    await proxy?.close();
    await server?.stop();
  });
  afterEach(async () => {
    proxy.heal();
    proxy.forget();
    await server.reset();
  });

  test("keeps what is put, and forgets it when reset", async () => {
    const aws = open(server);
    await aws.createSecret({ Name: "k", SecretString: "value" });
    expect((await aws.getSecretValue({ SecretId: "k" })).SecretString).toBe("value");
    await server.reset();
    await expect(aws.getSecretValue({ SecretId: "k" })).rejects.toMatchObject(notFound);
  });

  test("listens on the loopback address alone", async () => {
    // A server on every interface would have this address too.
    const other = server.endpoint.replace("127.0.0.1", "127.0.0.2");
    await expect(fetch(other)).rejects.toThrow("fetch failed");
    expect((await fetch(server.endpoint, { method: "POST" })).status).toBeGreaterThan(0);
  });

  test("answers nothing while frozen, and then what was asked meanwhile", async () => {
    const aws = open(server);
    await aws.createSecret({ Name: "k", SecretString: "cold" });
    await server.freeze();
    let isAnswered = false;
    const answer = aws.getSecretValue({ SecretId: "k" }).finally(() => {
      isAnswered = true;
    });
    const signal = AbortSignal.timeout(250);
    await expect(fetch(server.endpoint, { method: "POST", signal })).rejects.toThrow("timeout");
    expect(isAnswered).toBe(false);
    server.thaw();
    expect((await answer).SecretString).toBe("cold");
  });

  test("behind the proxy: counted by operation, and the second put alone loses its reply", async () => {
    const aws = open({ ...server, endpoint: proxy.endpoint });
    await aws.createSecret({ Name: "k", SecretString: "first" });
    proxy.handle("PutSecretValue", onlyNth(2, afterCommit("reset")));
    const put = (SecretString: string) => aws.putSecretValue({ SecretId: "k", SecretString });
    await put("second");
    await expect(put("third")).rejects.toMatchObject({ code: "ECONNRESET" });
    const read = () => aws.getSecretValue({ SecretId: "k", VersionStage: "AWSCURRENT" });
    expect((await read()).SecretString).toBe("third");
    await put("fourth");
    expect(proxy.operations).toEqual([
      ...["CreateSecret", "PutSecretValue", "PutSecretValue", "GetSecretValue", "PutSecretValue"],
    ]);
    expect(proxy.requests[1]).toMatchObject({
      input: { SecretString: "second" },
      region: "us-east-1",
    });
  });

  test("behind the proxy: what the proxy answers never gets there", async () => {
    const aws = open({ ...server, endpoint: proxy.endpoint });
    proxy.handleNext("CreateSecret", { error: "InternalServiceError", status: 500 });
    const create = () => aws.createSecret({ Name: "k", SecretString: "x" });
    await expect(create()).rejects.toMatchObject({ name: "InternalServiceError" });
    await expect(aws.describeSecret({ SecretId: "k" })).rejects.toMatchObject(notFound);
    await proxy.refuse();
    const other = open({ ...server, endpoint: proxy.endpoint }); // keeps no socket yet
    await expect(other.listSecrets()).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await proxy.accept();
    await other.createSecret({ Name: "k", SecretString: "x" });
  });

  test("20 first puts side by side make one secret, with the value of one of them", async () => {
    const aws = open(server, { maxAttempts: 3 });
    const values = Array.from({ length: 20 }, (_each, index) => `value-${index}`);
    const outcomes = await Promise.allSettled(
      values.map((SecretString) => aws.createSecret({ Name: "k", SecretString })),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(values).toContain((await aws.getSecretValue({ SecretId: "k" })).SecretString);
  });
});

describe("Moto by itself", () => {
  let moto: MotoServer;
  beforeAll(async () => {
    moto = await startMoto();
  }, installTimeoutMs);
  afterAll(() => moto?.stop());

  test("denies everything with XML, and then nothing any more", async () => {
    const aws = open(moto);
    await aws.createSecret({ Name: "k", SecretString: "value" });
    await moto.denyAll();
    await expect(aws.getSecretValue({ SecretId: "k" })).rejects.toMatchObject({
      ...{ name: "SyntaxError", $metadata: { httpStatusCode: 403 } },
    });
    await moto.allowAll();
    expect((await aws.getSecretValue({ SecretId: "k" })).SecretString).toBe("value");
  });

  test("ends with stop, twice if need be, even when frozen", async () => {
    const other = await startMoto();
    expect(other.endpoint).not.toBe(moto.endpoint);
    await other.freeze();
    await other.stop();
    await other.stop();
    await expect(fetch(other.endpoint)).rejects.toThrow("fetch failed");
    await expect(open(other).listSecrets()).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});

describe("MiniStack with signatures and policies", () => {
  let server: MiniStackServer;
  let proxy: AwsHttpServer;
  const allowed = "arn:aws:secretsmanager:us-east-1:*:secret:allowed-??????";
  const action = "secretsmanager:GetSecretValue";
  beforeAll(async () => {
    server = await startMiniStack({ auth: true });
    proxy = await startAwsProxy(server.endpoint);
    const root = open(server);
    for (const Name of ["allowed", "other"]) {
      await root.createSecret({ Name, SecretString: "value" });
    }
  }, installTimeoutMs);
  afterAll(async () => {
    await proxy?.close();
    await server?.stop();
  });

  const read = (client: SecretsManager, SecretId: string) => client.getSecretValue({ SecretId });
  const denied = { name: "AccessDeniedException", $metadata: { httpStatusCode: 403 } };

  test("a user may do what the policy says, on what it names", async () => {
    const credentials = await server.createUser({ Action: action, Resource: allowed });
    const user = open({ ...server, credentials });
    expect((await read(user, "allowed")).SecretString).toBe("value");
    await expect(read(user, "other")).rejects.toMatchObject(denied);
    const put = user.putSecretValue({ SecretId: "allowed", SecretString: "x" });
    await expect(put).rejects.toMatchObject(denied);
  });

  test("a denial outweighs a permission", async () => {
    const deny = { Effect: "Deny", Action: action, Resource: allowed } as const;
    const credentials = await server.createUser({ Action: "secretsmanager:*" }, deny);
    const user = open({ ...server, credentials });
    expect((await read(user, "other")).SecretString).toBe("value");
    await expect(read(user, "allowed")).rejects.toMatchObject(denied);
  });

  test("an unknown key, a wrong one and a session that is none are told apart", async () => {
    const known = await server.createUser({ Action: action });
    const refusal = (changes: object) => {
      const credentials = { ...known, ...changes };
      return expect(read(open({ ...server, credentials }), "allowed")).rejects;
    };
    const unknown = { name: "UnrecognizedClientException", $metadata: { httpStatusCode: 400 } };
    await refusal({ accessKeyId: "AKIAIOSFODNN7EXAMPLE" }).toMatchObject(unknown);
    await refusal({ sessionToken: "none" }).toMatchObject(unknown);
    await refusal({ secretAccessKey: "wrong" }).toMatchObject({
      ...{ name: "InvalidSignatureException", $metadata: { httpStatusCode: 400 } },
    });
  });

  test("signatures hold through the proxy, which sees the key that signed", async () => {
    const credentials = await server.createUser({ Action: action });
    const user = open({ ...server, endpoint: proxy.endpoint, credentials });
    expect((await read(user, "allowed")).SecretString).toBe("value");
    expect(proxy.requests.at(-1)?.accessKeyId).toBe(credentials.accessKeyId);
  });
});
