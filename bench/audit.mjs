import { isAudited, onAudit } from "@llm-orchestrator/secrets-core";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { interleave, report } from "./interleave.mjs";

export async function benchAudit() {
  const store = MemorySecretStore.from({ "bench/api_key": "v" });
  const reads = async (count) => {
    for (let index = 0; index < count; index++) await store.getSecret("bench/api_key");
  };
  const listened = async (count) => {
    const stop = onAudit(() => {});
    await reads(count);
    stop();
  };
  const asked = (count) => {
    for (let index = 0; index < count; index++) isAudited();
  };
  report(
    "Audit: what a read costs, and what asking for listeners does",
    await interleave({ "read, nobody listens": reads, "read, one listener": listened, asked }),
  );
}
