import { SecretsProvider } from "@aws-lambda-powertools/parameters/secrets";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { AwsSecretStore } from "@llm-orchestrator/secrets-aws";
import { AwsClient } from "aws4fetch";
import { compareFreshProcesses } from "./fresh-process.mjs";
import { compareInFlight } from "./in-flight.mjs";
import { interleave, report } from "./interleave.mjs";
import { loadTool } from "./tool.mjs";

const region = "us-east-1";
const value = "sk-bench-0123456789abcdef";

export async function benchAws() {
  const { startMiniStack } = await loadTool("aws/ministack");
  const server = await startMiniStack();
  const { endpoint, credentials } = server;
  const config = { region, endpoint, credentials };
  const store = new AwsSecretStore(config);
  const client = new SecretsManagerClient(config);
  const keys = Array.from({ length: 1_000 }, (_, index) => `bench/${index}`);
  for (let start = 0; start < keys.length; start += 50) {
    await Promise.all(keys.slice(start, start + 50).map((key) => store.putSecret(key, value)));
  }
  const calls = makeCalls(store, client, config);
  for (const [name, call] of Object.entries(calls)) {
    if ((await call("bench/1")) !== value) throw new Error(`${name} read another value`);
  }
  await compareInFlight("One secret of MiniStack", calls, [1, 16], { rounds: 11 });
  await compareMany(store, calls, keys);
  const environment = { BENCH_ENDPOINT: endpoint, AWS_ACCESS_KEY_ID: "test" };
  compareFreshProcesses("Fresh process to the first secret of MiniStack", programs, {
    ...{ ...environment, AWS_SECRET_ACCESS_KEY: "test", AWS_REGION: region },
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
  await store.close();
  client.destroy();
  await server.stop();
}

function makeCalls(store, client, { endpoint, credentials }) {
  const provider = new SecretsProvider({ awsSdkV3Client: client });
  const signed = new AwsClient({ ...credentials, region, service: "secretsmanager" });
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "secretsmanager.GetSecretValue",
  };
  return {
    "the bare SDK": async (key = "bench/1") =>
      (await client.send(new GetSecretValueCommand({ SecretId: key }))).SecretString,
    AwsSecretStore: async (key = "bench/1") => (await store.getSecret(key)).value.expose(),
    Powertools: (key = "bench/1") => provider.get(key, { forceFetch: true }),
    aws4fetch: async (key = "bench/1") => {
      const body = JSON.stringify({ SecretId: key });
      const answer = await signed.fetch(`${endpoint}/`, { method: "POST", headers, body });
      return (await answer.json()).SecretString;
    },
  };
}

async function compareMany(store, calls, keys) {
  const concurrently = (call) => () => Promise.all(keys.map((key) => call(key)));
  const subjects = {
    "the bare SDK, side by side": concurrently(calls["the bare SDK"]),
    "getSecrets of AwsSecretStore": async () => {
      const { secrets } = await store.getSecrets(keys);
      if (secrets.size !== keys.length) throw new Error("Not all were read.");
    },
    "aws4fetch, side by side": concurrently(calls.aws4fetch),
  };
  const medians = await interleave(subjects, { rounds: 5, count: 1 });
  const milliseconds = new Map([...medians].map(([name, each]) => [name, each / 1e6]));
  report("1,000 secrets of MiniStack", milliseconds, "ms");
}

const clock = 'const at = (what) => console.log(what + "=" + performance.now());';
const programs = {
  "the bare SDK": `${clock}
    const { SecretsManagerClient, GetSecretValueCommand } = await import("@aws-sdk/client-secrets-manager");
    at("imported");
    const client = new SecretsManagerClient({ endpoint: process.env.BENCH_ENDPOINT });
    await client.send(new GetSecretValueCommand({ SecretId: "bench/1" }));
    at("first secret");
    process.exit();`,
  AwsSecretStore: `${clock}
    const { AwsSecretStore } = await import("@llm-orchestrator/secrets-aws");
    at("imported");
    const store = new AwsSecretStore({ endpoint: process.env.BENCH_ENDPOINT });
    await store.getSecret("bench/1");
    at("first secret");
    process.exit();`,
};
