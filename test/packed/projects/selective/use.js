// What an application does with one backend; given what its package exports.
const uses = {
  env: ({ EnvSecretStore }) => readFrom(new EnvSecretStore({ environment: { KEY: "a value" } })),
  file: async ({ FileSecretStore, generateIdentity }, { path }) => {
    const identity = await generateIdentity();
    return writtenAndRead(new FileSecretStore({ path, identity }));
  },
  vault: ({ VaultSecretStore }, { address, token }) =>
    writtenAndRead(new VaultSecretStore({ address, token })),
  aws: ({ AwsSecretStore }, { endpoint }) => {
    const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
    return writtenAndRead(new AwsSecretStore({ region: "us-east-1", endpoint, credentials }));
  },
};

/** Prints one line: the value that came, and what an absent key says. */
export async function use(name, exported) {
  console.log(await uses[name](exported, JSON.parse(process.argv[2])));
}

async function writtenAndRead(store) {
  await store.putSecret("key", "a value");
  return readFrom(store);
}

async function readFrom(store) {
  const { value } = await store.getSecret("key");
  const error = await store.getSecret("absent").catch(({ code }) => code);
  await store.close();
  return `${value.expose()} ${error}`;
}
