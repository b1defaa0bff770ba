import { type SecretBackend, SecretError } from "@llm-orchestrator/secrets-core";
import { type JsonFileOptions, JsonFileStore } from "./json-file-store.js";

/** What a builder needs to make the store: from options, or from `json-file:?path=secrets.json`. */
export const jsonFileBackend: SecretBackend<JsonFileOptions, JsonFileStore> = {
  scheme: "json-file",

  create: (options) => new JsonFileStore(options),

  optionsFromUrl({ scheme, host, path, parameters }) {
    if (scheme !== "json-file" || host !== "" || path.length > 0) {
      throw new SecretError("CONFIGURATION", {
        detail: "a URL of json-file has no suffix, host or path",
        fix: "Write json-file:?path=secrets.json",
      });
    }
    return Object.fromEntries(parameters); // the store refuses what it does not know
  },
};
