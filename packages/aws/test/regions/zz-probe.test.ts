import { onAudit } from "@llm-orchestrator/secrets-core";
import { test } from "vitest";
import { AwsSecretStore } from "../../src/index.js";
import { toAwsError } from "../../src/error-map.js";
import { aSecret, startScriptedAws } from "../support/scripted-aws.js";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret-example" };
const show = (e: any) => JSON.stringify(e instanceof Error ? { code: (e as any).code, reason: (e as any).reason, errors: Object.fromEntries(Object.entries((e as any).errors ?? {}).map(([k, v]: any) => [k, `${v.code}/${v.reason}`])) } : e);
async function make(scripts: any, options = {}) {
  const servers: any = {};
  for (const [r, s] of Object.entries(scripts)) servers[r] = await startScriptedAws(s as any);
  const store = new AwsSecretStore({ regions: Object.keys(scripts), credentials, maxAttempts: 1, regionTimeoutMs: 300, endpoint: (r: string) => servers[r]?.endpoint ?? "http://127.0.0.1:1", ...options });
  return { store, servers };
}
const dated = (t: string, d: number, name = "k") => { const r: any = aSecret(t); return { json: { ...r.json, Name: name, CreatedDate: d } }; };

test("probe", async () => {
  for (const regions of [["us-east-1"], ["us-east-1", "us-west-2"]]) {
    const s = await startScriptedAws(() => aSecret("v"));
    const store = new AwsSecretStore({ regions, endpoint: s.endpoint, credentials: () => new Promise(() => {}), deadlineMs: 700, regionTimeoutMs: 200 });
    const t = performance.now();
    const r = await Promise.race([store.getSecret("k").then(() => "ok", show), new Promise((r) => setTimeout(r, 2500, "HUNG"))]);
    console.log("hung credentials", regions.length, r, Math.round(performance.now() - t));
    await s.close();
  }
  for (const code of ["EAI_AGAIN", "ENOTFOUND", "ENOENT", "EACCES", "ECONNREFUSED", "ERR_INVALID_ARG_TYPE"]) console.log(code, show(toAwsError(Object.assign(new Error("x"), { code }))));
  {
    const { store, servers } = await make({ "us-east-1": () => "hang", "us-west-2": () => aSecret("r") });
    await store.getSecret("k");
    const t = performance.now();
    while ((await servers["us-east-1"].connections()) > 0 && performance.now() - t < 3000) await new Promise((r) => setTimeout(r, 5));
    console.log("hang socket freed after", performance.now() - t);
    await store.close();
  }
  {
    const { store, servers } = await make({ "us-east-1": () => ({ error: "ResourceNotFoundException" }), "us-west-2": () => aSecret("own") });
    console.log("ARN of replica region", await store.getSecret("arn:aws:secretsmanager:us-west-2:123456789012:secret:k-AbCdEf").then((s) => s.store, show), servers["us-west-2"].calls.length);
  }
  {
    let down = false;
    const { store } = await make({
      "us-east-1": (c: any) => (down ? "reset" : { json: { SecretValues: ["a", "b"].map((n) => (dated("new", 2000, n) as any).json), Errors: [] } }),
      "us-west-2": () => ({ json: { SecretValues: [(dated("old", 1000, "a") as any).json], Errors: [{ SecretId: "b", ErrorCode: "ResourceNotFoundException" }] } }),
      "eu-west-1": () => ({ json: { SecretValues: ["a", "b"].map((n) => (dated("new", 2000, n) as any).json), Errors: [] } }),
    });
    console.log([...(await store.getSecrets(["a", "b"])).secrets.keys()]);
    down = true;
    const { secrets, errors } = await store.getSecrets(["a", "b"]);
    console.log("batch", [...secrets].map(([k, s]) => [k, s.store]), [...errors].map(([k, e]) => [k, show(e)]));
  }
  {
    let down = false;
    const { store } = await make({ "us-east-1": () => (down ? "reset" : dated("new", 2000)), "us-west-2": () => dated("old", 1000) });
    await store.getSecret("k"); down = true;
    console.log("behind", await store.getSecret("k").catch(show));
  }
  {
    const { store, servers } = await make({ "us-east-1": () => ({ error: "ThrottlingException" }), "us-west-2": () => ({ error: "ThrottlingException" }) }, { maxAttempts: 3, regionTimeoutMs: 2000 });
    const t = performance.now();
    console.log("throttled", await store.getSecret("k").catch(show), Math.round(performance.now() - t), servers["us-east-1"].calls.length);
  }
  {
    const seen: any[] = [];
    const off = onAudit((e) => seen.push(e));
    const { store } = await make({ "us-east-1": () => ({ status: 503, body: "" }), "us-west-2": () => aSecret("x") });
    await store.getSecret("k");
    console.log("attempts", seen.map((e) => [e.attempts, e.store]));
    (off as any)?.();
  }
  {
    const { store, servers } = await make({ "us-east-1": () => ({ status: 503, body: "" }), "us-west-2": (c: any) => c.operation === "BatchGetSecretValue" ? { error: "AccessDeniedException" } : aSecret("x") });
    const { secrets, errors } = await store.getSecrets(["k", "l"]);
    console.log("batch denied at replica", [...secrets.keys()], [...errors].map(([k, e]) => [k, show(e)]), servers["us-west-2"].operations);
    console.log("health", await store.healthCheck().then((h) => [h.ok, h.state]));
  }
  {
    const { store } = await make({ "us-east-1": () => "reset", "us-west-2": () => ({ error: "ResourceNotFoundException" }) });
    console.log("health, sentinel", await store.healthCheck().then((h) => [h.ok, h.state]));
  }
  {
    const store = new AwsSecretStore({ regions: ["us-east-1", "us-west-2"], client: { send: async () => { throw Object.assign(new Error(), { code: "ECONNREFUSED" }); } } });
    console.log("one client", await store.getSecret("k").catch(show));
  }
}, 60000);
