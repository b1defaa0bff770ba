import { secretValue } from "@llm-orchestrator/secrets-core";
import { expect, test } from "vitest";
import {
  append,
  largestDocumentBytes,
  type SecretDocument,
  type StoredVersion,
} from "./document.js";

const value = secretValue("12345678");
const createdAt = "2026-01-01T00:00:00.000Z";

/** With one other secret, which says that it is so long. */
function documentOf(bytes: number): SecretDocument {
  const version: StoredVersion = { id: "1", value, bytes, createdAt };
  return {
    revision: 1,
    secrets: new Map([["other", { versions: [version], createdAt, tags: {} }]]),
  };
}

const put = (before: SecretDocument, key: string) =>
  append(before, key, { value, createdAt, isRotation: false, maxVersions: 2 });

test("what can be written can be read: more than a GiB of values is INVALID_SECRET", () => {
  const full = put(documentOf(largestDocumentBytes - 8), "key").document;
  expect(full.secrets.size).toBe(2);
  const call = () => put(documentOf(largestDocumentBytes - 7), "key");
  expect(call).toThrow(
    expect.objectContaining({ code: "INVALID_SECRET", reason: "too-large", key: "key" }),
  );
  expect(call).toThrow("lower maxVersions");
});

test("a version that goes makes room", () => {
  const full = put(put(documentOf(largestDocumentBytes - 16), "key").document, "key").document;
  expect(put(full, "key").secret.versions).toHaveLength(2);
});
