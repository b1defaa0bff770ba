import { describe, expect, test } from "vitest";
import { AwsSecretStore } from "../../src/index.js";
import { aSecret, type Reply } from "../support/scripted-aws.js";
import { onEmulators, scripted, track } from "../support/servers.js";

const once = { maxAttempts: 1 };

/** By the class of AWS's error: the code and the reason. */
const classes: readonly (readonly [string, string, string | undefined])[] = [
  ["ResourceNotFoundException", "NOT_FOUND", "absent"],
  ["ResourceExistsException", "CONFLICT", "exists"],
  ["PreconditionNotMetException", "CONFLICT", undefined],
  ["InvalidRequestException", "CONFLICT", "state"],
  ["InvalidParameterException", "INVALID_SECRET", "refused"],
  ["LimitExceededException", "INVALID_SECRET", "limit-exceeded"],
  ["DecryptionFailure", "PERMISSION_DENIED", "kms"],
  ["EncryptionFailure", "PERMISSION_DENIED", "kms"],
  ["AccessDeniedException", "PERMISSION_DENIED", undefined],
  ["UnrecognizedClientException", "AUTHENTICATION_FAILED", "bad-credentials"],
  ["InvalidSignatureException", "AUTHENTICATION_FAILED", "bad-credentials"],
  ["IncompleteSignature", "AUTHENTICATION_FAILED", "bad-credentials"],
  ["ExpiredTokenException", "AUTHENTICATION_FAILED", "expired"],
  ["RequestTimeTooSkewed", "AUTHENTICATION_FAILED", "clock-skew"],
  ["RequestInTheFuture", "AUTHENTICATION_FAILED", "clock-skew"],
  ["ValidationException", "INVALID_SECRET", "refused"],
  ["RequestTimeoutException", "BACKEND_UNAVAILABLE", "timeout"],
  ["ThrottlingException", "THROTTLED", undefined],
  ["TooManyRequestsException", "THROTTLED", undefined],
  ["InternalServiceError", "BACKEND_UNAVAILABLE", "server"],
  ["SomethingNewException", "UNKNOWN", undefined],
];

/** What is no answer of AWS. */
const oddities: readonly (readonly [string, Reply, string, string | undefined])[] = [
  [
    "XML of 403",
    { status: 403, body: "<Error/>", type: "text/xml" },
    "PERMISSION_DENIED",
    undefined,
  ],
  ["HTML of 500", { status: 500, body: "<html>" }, "BACKEND_UNAVAILABLE", "server"],
  ["HTML of 429", { status: 429, body: "<html>" }, "THROTTLED", undefined],
  ["HTML of 200", { status: 200, body: "<html>" }, "BACKEND_UNAVAILABLE", "malformed"],
  ["half an answer", "half", "BACKEND_UNAVAILABLE", "malformed"],
  ["a reset", "reset", "BACKEND_UNAVAILABLE", "network"],
];

describe("A33: an error of AWS has one meaning", () => {
  test.each(classes)("%s is %s (%s)", async (error, code, reason) => {
    const { store } = await scripted(() => ({ error, message: "canary-of-the-message" }), once);
    const thrown = await store.getSecret("k").catch((failure: Error) => failure);
    expect(thrown).toMatchObject({ code, ...(reason !== undefined && { reason }) });
    expect(String(thrown)).not.toContain("canary");
  });

  test.each(oddities)("%s", async (_, reply, code, reason) => {
    const { store } = await scripted(() => reply, once);
    const expected = { code, ...(reason !== undefined && { reason }) };
    await expect(store.getSecret("k")).rejects.toMatchObject(expected);
  });

  test("nobody there, no such host, no trust", async () => {
    const { store } = await scripted(() => "hang", { ...once, endpoint: "http://127.0.0.1:1" });
    await expect(store.getSecret("k")).rejects.toMatchObject({
      ...{ code: "BACKEND_UNAVAILABLE", reason: "network" },
    });
    const nowhere = await scripted(() => "hang", { ...once, endpoint: "https://nowhere.invalid" });
    await expect(nowhere.store.getSecret("k")).rejects.toMatchObject({ reason: "network" });
  });

  test("states that only the message tells apart", async () => {
    for (const [message, code, reason] of [
      ["… because it was marked for deletion.", "NOT_FOUND", "pending-deletion"],
      ["… because it was already scheduled for deletion.", "NOT_FOUND", "pending-deletion"],
      ["The operation can't be performed on a replica secret.", "NOT_SUPPORTED", "replica"],
    ] as const) {
      const { store } = await scripted(() => ({ error: "InvalidRequestException", message }), once);
      await expect(store.putSecret("k", "v")).rejects.toMatchObject({ code, reason });
    }
  });
});

describe("credentials", () => {
  const expired: Reply = { error: "ExpiredTokenException" };
  const keys = (id: string) => ({ accessKeyId: id, secretAccessKey: "secret-example" });

  test("A35: what has expired is had anew once, and the call made once more", async () => {
    let had = 0;
    const credentials = async () => keys(`AKID${++had}`);
    const { server, store } = await scripted(
      ({ accessKeyId }) => (accessKeyId === "AKID1" ? expired : aSecret("v")),
      { credentials },
    );
    expect((await store.getSecret("k")).value.expose()).toBe("v");
    expect(server.calls.map(({ accessKeyId }) => accessKeyId)).toEqual(["AKID1", "AKID2"]);
  });

  test("A35: what stays refused ends in AUTHENTICATION_FAILED after the second", async () => {
    let had = 0;
    const { server, store } = await scripted(() => expired, {
      credentials: async () => keys(`AKID${++had}`),
    });
    await expect(store.getSecret("k")).rejects.toMatchObject({ code: "AUTHENTICATION_FAILED" });
    expect(server.calls).toHaveLength(2);
    const fixed = await scripted(() => expired);
    await expect(fixed.store.getSecret("k")).rejects.toMatchObject({ reason: "expired" });
    expect(fixed.server.calls).toHaveLength(1);
  });

  test("A35: a new client that cannot be made is made at the next call", async () => {
    const { server, store: first } = await scripted(({ accessKeyId }) =>
      accessKeyId === "AKID1" ? expired : aSecret("v"),
    );
    await first.close();
    let had = 0;
    let made = 0;
    const endpoint = () => {
      made++;
      if (made === 2) throw new Error("not now");
      return server.endpoint;
    };
    const credentials = async () => keys(`AKID${++had}`);
    const store = track(new AwsSecretStore({ region: "us-east-1", endpoint, credentials }));
    await expect(store.getSecret("k")).rejects.toMatchObject({ code: "CONFIGURATION" });
    expect((await store.getSecret("k")).value.expose()).toBe("v");
    expect(made).toBe(3);
  });

  test("A35: 50 reads that were refused share one new client", async () => {
    let had = 0;
    const { store } = await scripted(
      ({ accessKeyId }) => (accessKeyId === "AKID1" ? expired : aSecret("v")),
      { credentials: async () => keys(`AKID${++had}`) },
    );
    await Promise.all(Array.from({ length: 50 }, (_, index) => store.getSecret(`k${index}`)));
    expect(had).toBe(2);
  });

  test("A36: credentials that change are taken up without a restart", async () => {
    let id = "AKIDOLD";
    const soon = () => new Date(Date.now() + 60_000); // within minutes: asked for again each time
    const credentials = async () => ({ ...keys(id), expiration: soon() });
    const { server, store } = await scripted(() => aSecret("v"), { credentials });
    await store.getSecret("k");
    id = "AKIDNEW";
    await store.getSecret("k");
    expect(server.calls.map(({ accessKeyId }) => accessKeyId)).toEqual(["AKIDOLD", "AKIDNEW"]);
  });

  test("what the caller's function throws is not passed on", async () => {
    const credentials = async () => {
      throw new Error("canary-credential");
    };
    const { store } = await scripted(() => aSecret("v"), { credentials });
    const thrown = await store.getSecret("k").catch((error: Error) => error);
    expect(thrown).toMatchObject({ code: "AUTHENTICATION_FAILED", reason: "no-credentials" });
    expect(`${thrown} ${(thrown as Error).stack}`).not.toContain("canary");
  });
});

onEmulators((emulated) => {
  test("A34: Moto's denials, which are XML, are denials", async () => {
    const aws = emulated.store();
    await aws.putSecret("auth/k", "v");
    const reset = `${emulated.server.endpoint}/moto-api/reset-auth`;
    const headers = { "content-type": "text/plain" };
    await fetch(reset, { method: "POST", headers, body: "0" });
    try {
      await expect(aws.getSecret("auth/k")).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:PERMISSION_DENIED|AUTHENTICATION_FAILED)$/),
      });
    } finally {
      await fetch(reset, { method: "POST", headers, body: "inf" });
    }
    expect((await aws.getSecret("auth/k")).value.expose()).toBe("v");
  });
}, "moto");
