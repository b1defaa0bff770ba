/** Imports the package and makes a store where there is no SDK; says what its first call rejects with. */
import { AwsSecretStore, awsBackend } from "../../src/index.js";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret-example" };
const options = { region: "us-east-1", credentials };
const calls = [
  new AwsSecretStore(options).getSecret("k"),
  new AwsSecretStore(options).preload(),
  awsBackend.prepare?.(awsBackend.create(options)),
];
for (const outcome of await Promise.allSettled(calls)) {
  const { code, reason, fix } = (outcome as PromiseRejectedResult).reason as Record<string, string>;
  process.stdout.write(`${code} ${reason} ${fix}\n`);
}
