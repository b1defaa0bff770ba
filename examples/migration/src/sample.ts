import { EnvSecretStore } from "@llm-orchestrator/secrets-env";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";

const environment = {
  OPENAI_API_KEY: "sk-sample-openai",
  OPENAI_ORGANIZATION: "org-sample",
  DATABASE_PASSWORD: "sample-password",
};

/** Three variables; one of them is in the target already, another has been changed there. */
export const sample = {
  prefixes: ["openai/", "database/"],
  makeFrom: () => new EnvSecretStore({ environment }),
  makeTo: () =>
    MemorySecretStore.from({
      "openai/organization": "org-sample",
      "database/password": "changed since",
    }),
};
