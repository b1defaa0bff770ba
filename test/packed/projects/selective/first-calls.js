// The first thing that an application asks of each package. It needs no server: where a store has
// one, nothing listens at its address, and the call fails after all is loaded.
const closedPort = "http://127.0.0.1:1";

export const firstCalls = {
  core: async ({ secretValue }) => secretValue("a value").expose(),
  env: ({ EnvSecretStore }) =>
    new EnvSecretStore({ environment: { KEY: "a value" } }).getSecret("key"),
  file: async ({ FileSecretStore }) => {
    const passphrase = "correct horse battery";
    const store = new FileSecretStore({ path: "secrets.age", passphrase, scryptWorkFactor: 10 });
    await store.putSecret("key", "a value");
  },
  vault: ({ VaultSecretStore }) =>
    new VaultSecretStore({ address: closedPort, token: "none", maxRetries: 0 }).getSecret("key"),
  aws: ({ AwsSecretStore }) => {
    const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
    return new AwsSecretStore({ ...awsOptions, credentials }).getSecret("key");
  },
  "aws, assumeRole": ({ AwsSecretStore }) => {
    const assumeRole = { roleArn: "arn:aws:iam::123456789012:role/example" };
    return new AwsSecretStore({ ...awsOptions, assumeRole }).getSecret("key");
  },
  builder: ({ SecretManagerBuilder }, name) => new SecretManagerBuilder(name).build(),
  cache: async ({ SecretCache }) => new SecretCache(await someStore()).getSecret("key"),
  live: async ({ liveKey }) => {
    const { fetch } = liveKey(await someStore(), "key", { origin: closedPort });
    await fetch(closedPort);
  },
  openai: async ({ createOpenAIClient }) => createOpenAIClient(await someStore(), "key"),
  anthropic: async ({ createAnthropicClient }) => createAnthropicClient(await someStore(), "key"),
  "ai-sdk": async ({ createOpenAI }) => createOpenAI({ store: await someStore(), secret: "key" }),
  testing: ({ MemorySecretStore }) => MemorySecretStore.from({ key: "a value" }).getSecret("key"),
};

const awsOptions = { region: "us-east-1", endpoint: closedPort };

async function someStore() {
  const { BaseSecretStore } = await import("@llm-orchestrator/secrets-core");
  class Store extends BaseSecretStore {
    constructor() {
      super({ name: "some" });
    }
    async read() {
      return { value: "sk-example" };
    }
  }
  return new Store();
}
