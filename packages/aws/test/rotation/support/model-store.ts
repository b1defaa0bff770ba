import { afterEach } from "vitest";
import { AwsSecretStore, type AwsSecretStoreOptions } from "../../../src/index.js";
import { patient } from "../../support/servers.js";
import { AwsModel } from "./aws-model.js";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A store of its own for each test, at a model of AWS. One attempt a request, unless said otherwise. */
export async function openModel(
  options: AwsSecretStoreOptions = {},
): Promise<{ aws: AwsModel; store: AwsSecretStore; open: () => AwsSecretStore }> {
  const aws = new AwsModel();
  const endpoint = await aws.start();
  ends.push(() => aws.stop());
  const open = () => {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const given = { region: "us-east-1", credentials, endpoint, maxAttempts: 1 };
    const store = new AwsSecretStore({ ...given, ...patient, ...options });
    ends.push(() => store.close());
    return store;
  };
  return { aws, store: open(), open };
}
