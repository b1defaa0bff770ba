import { type OperationContext, SecretError } from "@llm-orchestrator/secrets-core";
import type { SecretReader } from "./secret-reader.js";

/** Need not exist: that there is none is an answer. */
const anyKey = "health-check";

/**
 * @returns `"ready"`, or `"degraded"`: AWS answers, and whether it lets secrets be read is not known, or
 * the primary region is not the one that answers.
 */
export async function checkHealth(
  reader: SecretReader,
  healthKey: string | undefined,
  context: OperationContext,
): Promise<string> {
  try {
    const isFirst = await reader.probe(healthKey ?? anyKey, healthKey === undefined, context);
    return isFirst ? "ready" : "degraded";
  } catch (error) {
    const isDenied = SecretError.isInstance(error) && error.code === "PERMISSION_DENIED";
    if (isDenied && healthKey === undefined) return "degraded";
    throw error;
  }
}
