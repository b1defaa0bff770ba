import { SecretError } from "@llm-orchestrator/secrets-core";
import type { JsonFileOptions } from "./json-file-store.js";

/** @throws SecretError `CONFIGURATION` for anything but `{ path }`. */
export function checkOptions(options: unknown): JsonFileOptions {
  const { path, ...others } = Object(options) as Record<string, unknown>;
  if (typeof path === "string" && path !== "" && Object.keys(others).length === 0) return { path };
  throw new SecretError("CONFIGURATION", {
    reason: "bad-argument",
    detail: "the options of json-file are not { path }",
    fix: 'Pass { path: "secrets.json" }, or write json-file:?path=secrets.json',
  });
}
