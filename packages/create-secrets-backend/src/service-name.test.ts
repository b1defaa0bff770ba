import { expect, test } from "vitest";
import { parseServiceName } from "./service-name.js";
import type { UsageError } from "./usage-error.js";

test("a name is spelt in every way that a package needs", () => {
  expect(parseServiceName("gcp-secret-manager")).toEqual({
    kebab: "gcp-secret-manager",
    camel: "gcpSecretManager",
    pascal: "GcpSecretManager",
    constant: "GCP_SECRET_MANAGER",
    title: "Gcp Secret Manager",
  });
  expect(parseServiceName("s3")).toMatchObject({ camel: "s3", pascal: "S3", constant: "S3" });
});

test.each([
  ["Doppler", "Pass doppler"],
  ["gcpSecretManager", "Pass gcp-secret-manager"],
  ["gcp_secret manager", "Pass gcp-secret-manager"],
  ["1password", "Pass onepassword"],
  ["1Password", "Pass one-password"],
  ["365-vault", "Pass my-365-vault"],
  ["döppler", "Pass doppler"],
  ["Élan Vault", "Pass elan-vault"],
  ["Vault", "Pass another one, such as my-vault"],
  ["-a-", "Pass a"],
  ["a--b", "Pass a-b"],
  ["../up", "Pass up"],
  ["@acme/doppler", "Pass doppler --scope @acme"],
  ["@acme/secrets-doppler", "Pass doppler --scope @acme"],
  ["@Acme/doppler", "Pass acme-doppler"],
  ["日本", "Pass one such as doppler"],
  ["", "Pass one such as doppler"],
])("%j is not kebab-case, and the nearest name is suggested", (text, fix) => {
  const parse = () => parseServiceName(text);
  expect(parse).toThrow(/is not kebab-case/);
  expect(parse).toThrow(expect.objectContaining<Partial<UsageError>>({ fix }));
});

test("a long name is refused", () => {
  expect(parseServiceName("a".repeat(32)).kebab).toHaveLength(32);
  expect(() => parseServiceName("a".repeat(33))).toThrow(/33 characters, and at most 32/);
});

test.each(["vault", "env", "base", "memory", "file", "aws"])("%s is this project's own", (name) => {
  expect(() => parseServiceName(name)).toThrow(/belongs to a package of this project/);
});

test.each([
  ["http", /would be the scheme http:, which means something else/, "another one, such as my-http"],
  ["https", /the scheme https:/, "another one, such as my-https"],
  ["secret", /class would be SecretSecretStore/, "another one, such as my-secret"],
  ["secrets", /class would be SecretsSecretStore/, "another one, such as my-secrets"],
  ["secrets-doppler", /begins with secrets-, which the package's name gets anyway/, "doppler"],
  ["secrets-secrets-doppler", /begins with secrets-/, "doppler"],
  ["secrets-vault", /begins with secrets-/, "another one, such as my-vault"],
])("%s would mean something else", (name, message, suggestion) => {
  const parse = () => parseServiceName(name);
  expect(parse).toThrow(message);
  const fix = `Pass ${suggestion}`;
  expect(parse).toThrow(expect.objectContaining<Partial<UsageError>>({ fix }));
});

test.each(["secret-server", "my-secrets", "gcp-secret-manager", "http-vault"])(
  "%s is a name",
  (name) => {
    expect(parseServiceName(name).kebab).toBe(name);
  },
);
