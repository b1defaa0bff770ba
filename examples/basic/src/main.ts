import { onWarning } from "@llm-orchestrator/secrets-core";
import { callModel, printByAccident } from "./call-model.js";
import { openStore, reportKeys } from "./find-keys.js";
import { rotateKey } from "./rotate-key.js";
import { dim, row } from "./terminal.js";

const store = await openStore();
await reportKeys(store);
await callModel();

const stop = onWarning(({ code }) => row("", dim(`warning: ${code}`)));
printByAccident(await store.getSecret("openai/api_key"));
stop();

await rotateKey();
await store.close();
console.log(`\n${dim("Next: the source is in examples/basic/src, the guide in docs/guide.md.")}`);
