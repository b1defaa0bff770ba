import { describe, expect, test } from "vitest";
import { MyServiceSecretStore, myServiceBackend } from "../src/index.js";

const url = { scheme: "my-service", host: "host:8200", path: [], parameters: new Map() };

const { optionsFromUrl, keyPrefixFromUrl, optionsFromEnv } = myServiceBackend;

describe("myServiceBackend", () => {
  test("makes a store from options", () => {
    const store = myServiceBackend.create({ address: "https://host", token: "example" });
    expect(store).toBeInstanceOf(MyServiceSecretStore);
    expect(store.name).toBe("my-service");
  });

  test("reads a URL", () => {
    const plain = { ...url, scheme: "my-service+http" };
    expect(optionsFromUrl?.(url)).toEqual({ address: "https://host:8200" });
    expect(optionsFromUrl?.(plain)).toEqual({ address: "http://host:8200" });
    expect(keyPrefixFromUrl?.(url)).toBe("");
    expect(keyPrefixFromUrl?.({ ...url, path: ["a", "b"] })).toBe("a/b/");
  });

  test.each([
    { ...url, scheme: "my-service+ftp" },
    { ...url, host: "" },
    { ...url, parameters: new Map([["region", "eu"]]) },
  ])("refuses a URL that it does not understand, case %#", (wrong) => {
    const read = () => optionsFromUrl?.(wrong);
    expect(read).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  });

  test("reads the environment, and leaves out what is not set", () => {
    const variables = {
      MY_SERVICE_ADDRESS: "https://host",
      MY_SERVICE_TOKEN: "example",
    };
    const options = { address: "https://host", token: "example" };
    expect(optionsFromEnv?.(variables)).toEqual(options);
    expect(optionsFromEnv?.({})).toEqual({});
    expect(MyServiceSecretStore.fromEnv(variables).name).toBe("my-service");
    expect(() => MyServiceSecretStore.fromEnv({})).toThrow(/address is missing/);
  });

  test.each([
    undefined,
    {},
    { address: "host", token: "example" },
    { address: "ftp://host", token: "example" },
    { address: "https://host/path", token: "example" },
    { address: "https://host", token: "" },
    { address: "https://host", token: "example", timeoutMs: 0 },
    { address: "https://host", token: "example", tokn: "example" },
  ])("refuses options that are wrong, case %#", (options) => {
    const make = () => myServiceBackend.create(options as never);
    expect(make).toThrow(expect.objectContaining({ code: "CONFIGURATION" }));
  });
});
