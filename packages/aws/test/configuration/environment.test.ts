import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "secrets-tools/openbao";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { AwsConfig, AwsSecretStore, type AwsSecretStoreOptions } from "../../src/index.js";
import { aSecret, type ScriptedAws, startScriptedAws } from "../support/scripted-aws.js";
import { track } from "../support/servers.js";

const plainHttp = { code: "CONFIGURATION", message: expect.stringContaining("plain http") };

let folder: string;
let server: ScriptedAws;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "aws-config-"));
  vi.stubEnv("AWS_CONFIG_FILE", join(folder, "config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "credentials"));
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDAMBIENT");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret-ambient");
  server = await startScriptedAws(() => aSecret("v"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const open = (options: AwsSecretStoreOptions = {}) =>
  track(new AwsSecretStore({ maxAttempts: 1, ...options }));

/** A profile has its own: those of the environment are not for it. */
const ownKeys = ["aws_access_key_id = AKIDPROFILE", "aws_secret_access_key = secret-profile"];

async function configure(...lines: readonly string[]): Promise<void> {
  await writeFile(join(folder, "config"), `${lines.join("\n")}\n`);
}

describe("an endpoint", () => {
  const elsewhere = "http://secrets.invalid";

  test.each(["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SECRETS_MANAGER"])(
    "of %s is used, and over plain http only on this machine",
    async (variable) => {
      vi.stubEnv(variable, server.endpoint);
      expect((await open().getSecret("k")).value.expose()).toBe("v");
      vi.stubEnv(variable, elsewhere);
      await expect(open().getSecret("k")).rejects.toMatchObject(plainHttp);
      expect(() => AwsSecretStore.fromEnv()).toThrow("plain http");
    },
  );

  test("of a profile is used", async () => {
    await configure("[profile near]", ...ownKeys, `endpoint_url = ${server.endpoint}`);
    vi.stubEnv("AWS_PROFILE", "near");
    expect((await open().getSecret("k")).value.expose()).toBe("v");
    expect(server.calls[0]?.accessKeyId).toBe("AKIDPROFILE");
  });

  test("of a profile on another machine is refused", async () => {
    await configure("[profile far]", ...ownKeys, `endpoint_url = ${elsewhere}`);
    vi.stubEnv("AWS_PROFILE", "far");
    await expect(open().getSecret("k")).rejects.toMatchObject(plainHttp);
    const allowed = open({ dangerouslyAllowPlainHttp: true });
    await expect(allowed.getSecret("k")).rejects.toMatchObject({ reason: "network" });
  });

  test("is not taken from variables that are to be ignored", async () => {
    const environment = {
      AWS_ENDPOINT_URL: elsewhere,
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
    };
    expect(AwsConfig.fromEnv(environment).endpoint).toBeUndefined();
  });

  test("may be an IPv6 address of this machine", async () => {
    const six = createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify({ SecretString: "six", VersionId: "v".repeat(32) }));
    });
    six.listen(0, "::1");
    await once(six, "listening");
    onTestFinished(() => void six.close());
    const endpoint = `http://[::1]:${(six.address() as AddressInfo).port}`;
    expect((await open({ endpoint }).getSecret("k")).value.expose()).toBe("six");
  });

  test("by a function is asked for with the region that the SDK found", async () => {
    vi.stubEnv("AWS_REGION", undefined);
    vi.stubEnv("AWS_DEFAULT_REGION", undefined);
    await configure("[profile eu]", ...ownKeys, "region = eu-west-1");
    const asked: string[] = [];
    const endpoint = (region: string) => {
      asked.push(region);
      return server.endpoint;
    };
    await open({ profile: "eu", endpoint }).getSecret("k");
    expect([asked, server.calls[0]?.region]).toEqual([["eu-west-1"], "eu-west-1"]);
  });
});

describe("without a region", () => {
  test("a call, and preload, say what to set; a profile's will do", async () => {
    vi.stubEnv("AWS_REGION", " ");
    vi.stubEnv("AWS_DEFAULT_REGION", undefined);
    const noRegion = { code: "CONFIGURATION", reason: "no-region" };
    await expect(open().getSecret("k")).rejects.toMatchObject(noRegion);
    await expect(open({ region: undefined }).preload()).rejects.toMatchObject(noRegion);
    await expect(open({ endpoint: () => server.endpoint }).preload()).rejects.toMatchObject(
      noRegion,
    );
    vi.stubEnv("AWS_DEFAULT_REGION", "us-west-2");
    await open({ endpoint: server.endpoint }).getSecret("k");
    expect(server.calls[0]?.region).toBe("us-west-2");
  });
});

/** An STS that has one role, or refuses. */
async function startSts(answer: { readonly status: number; readonly body: string } | undefined) {
  const seen: string[] = [];
  const sts = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    seen.push(body);
    if (!answer) return;
    response.writeHead(answer.status, { "content-type": "text/xml" });
    response.end(answer.body);
  });
  sts.listen(0, "127.0.0.1");
  await once(sts, "listening");
  onTestFinished(() => {
    sts.closeAllConnections();
    sts.close();
  });
  return { seen, sts, endpoint: `http://127.0.0.1:${(sts.address() as AddressInfo).port}` };
}

const assumed = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
  <Credentials><AccessKeyId>AKIDROLE</AccessKeyId><SecretAccessKey>secret-role</SecretAccessKey>
  <SessionToken>token-role</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
  </AssumeRoleResult></AssumeRoleResponse>`;
const refused = (code: string) =>
  `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
  <Code>${code}</Code><Message>canary</Message></Error></ErrorResponse>`;

describe("a role", () => {
  const assumeRole = { roleArn: "arn:aws:iam::123456789012:role/reader" };

  test("is assumed with the credentials that are there, and signs", async () => {
    const sts = await startSts({ status: 200, body: assumed });
    vi.stubEnv("AWS_ENDPOINT_URL_STS", sts.endpoint);
    const store = open({
      endpoint: server.endpoint,
      assumeRole: { ...assumeRole, externalId: "x" },
    });
    await store.getSecret("k");
    expect(server.calls[0]?.accessKeyId).toBe("AKIDROLE");
    expect(sts.seen[0]).toContain("RoleSessionName=secrets");
    expect(sts.seen[0]).toContain("ExternalId=x");
  });

  test.each([
    [403, "AccessDenied", "AUTHENTICATION_FAILED", "no-credentials"],
    [400, "ValidationError", "AUTHENTICATION_FAILED", "no-credentials"],
    [400, "Throttling", "THROTTLED", undefined],
    [500, "InternalFailure", "BACKEND_UNAVAILABLE", "server"],
  ])(
    "that STS answers with %d %s is %s, not a denial of the secret",
    async (status, code, expected, reason) => {
      const sts = await startSts({ status, body: refused(code) });
      vi.stubEnv("AWS_ENDPOINT_URL_STS", sts.endpoint);
      const store = open({ endpoint: server.endpoint, assumeRole });
      const error = await store.getSecret("k").catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: expected });
      expect((error as { reason?: string }).reason).toBe(reason);
      expect(String(error)).not.toContain("canary");
      expect(server.calls).toEqual([]);
    },
  );

  test("is not asked for over plain http on another machine", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_STS", "http://sts.invalid");
    const store = open({ endpoint: server.endpoint, assumeRole });
    await expect(store.getSecret("k")).rejects.toMatchObject(plainHttp);
  });

  test("of a profile is not asked for there either, and signs otherwise", async () => {
    await configure(
      "[profile role]",
      `role_arn = ${assumeRole.roleArn}`,
      "source_profile = base",
      "[profile base]",
      "aws_access_key_id = AKIDBASE",
      "aws_secret_access_key = secret-base",
    );
    const sts = await startSts({ status: 200, body: assumed });
    vi.stubEnv("AWS_ENDPOINT_URL_STS", sts.endpoint);
    await open({ endpoint: server.endpoint, profile: "role" }).getSecret("k");
    expect(server.calls[0]?.accessKeyId).toBe("AKIDROLE");
    vi.stubEnv("AWS_ENDPOINT_URL_STS", "http://sts.invalid");
    const refusing = open({ endpoint: server.endpoint, profile: "role" });
    await expect(refusing.getSecret("k")).rejects.toMatchObject(plainHttp);
  });

  test("that never comes is given up after the time of an attempt, and its socket with it", async () => {
    const sts = await startSts(undefined);
    vi.stubEnv("AWS_ENDPOINT_URL_STS", sts.endpoint);
    const limits = { timeoutMs: 100, deadlineMs: 5_000 };
    const store = open({ endpoint: server.endpoint, assumeRole, ...limits });
    await expect(store.getSecret("k")).rejects.toMatchObject({
      ...{ code: "BACKEND_UNAVAILABLE", reason: "timeout" },
    });
    await store.close();
    const connections = () =>
      new Promise((resolve) => sts.sts.getConnections((_, count) => resolve(count)));
    await until("its socket is gone", async () => (await connections()) === 0);
  });
});
