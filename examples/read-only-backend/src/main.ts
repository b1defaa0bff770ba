import { fileURLToPath } from "node:url";
import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import { jsonFileBackend } from "./json-file-backend.js";

const path = fileURLToPath(new URL("../sample-secrets.json", import.meta.url));

// By object, with options.
const store = await new SecretManagerBuilder(jsonFileBackend, { path }).build();
const secret = await store.getSecret("openai/api_key");
console.log(secret.key, "is", secret.value, "from", secret.store);
await store.close();

// By URL: the backend is passed along, since no URL ever chooses what is imported.
const url = `json-file:?path=${encodeURIComponent(path)}`;
const team = await SecretManagerBuilder.fromUrl(url, { backends: [jsonFileBackend] })
  .withKeyPrefix("db/")
  .build();
const { value } = await team.getSecret("primary", { field: "user" });
console.log("the user of db/primary has", value.expose().length, "letters");
await team.close();
