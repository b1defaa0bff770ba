import { fileURLToPath } from "node:url";
import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import { SecretError } from "@llm-orchestrator/secrets-core";
import { jsonFileBackend } from "./json-file-backend.js";

const path = fileURLToPath(new URL("../sample-secrets.json", import.meta.url));

console.log("By object, with options");
const store = await new SecretManagerBuilder(jsonFileBackend, { path }).build();
const secret = await store.getSecret("openai/api_key");
console.log("  one secret      ", secret.key, secret.value, "from", secret.store);

console.log("What nobody wrote for it");
const { secrets, errors } = await store.getSecrets(["openai/api_key", "openai/organization"]);
for (const key of secrets.keys()) console.log("  several at once ", key, "found");
for (const [key, { code }] of errors) console.log("  several at once ", key, code);
console.log("  is it well      ", (await store.healthCheck()).ok);
const refusal = await store.putSecret("openai/api_key", "example").catch((error) => error);
console.log("  a write is      ", SecretError.isInstance(refusal) ? refusal.code : "taken");
await store.close();

// The backend is passed along, since no URL ever chooses what is imported.
console.log("By URL, below a key prefix");
const url = `json-file:?path=${encodeURIComponent(path)}`;
const team = await SecretManagerBuilder.fromUrl(url, { backends: [jsonFileBackend] })
  .withKeyPrefix("db/")
  .build();
const user = await team.getSecret("primary", { field: "user" });
console.log("  one field of it ", user.key, "user", user.value);
await team.close();
