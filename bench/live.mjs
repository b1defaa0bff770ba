import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import Anthropic from "@anthropic-ai/sdk";
import { createAnthropicClient } from "@llm-orchestrator/secrets-anthropic";
import { SecretCache } from "@llm-orchestrator/secrets-cache";
import { createSecretFetch } from "@llm-orchestrator/secrets-live";
import { createOpenAIClient } from "@llm-orchestrator/secrets-openai";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import OpenAI from "openai";
import { median } from "./interleave.mjs";

const key = "sk-bench-0123456789abcdef0123456789abcdef0123456789";
const secret = "bench/api_key";
const goal = 1.03;
const runs = 5;
const rounds = 40;
const warmUpRounds = 10;
const messages = [{ role: "user", content: "Say hello." }];
const headers = { "content-type": "application/json" };

async function startServer() {
  const child = fork(new URL("./live-server.mjs", import.meta.url), [key]);
  const [{ port }] = await once(child, "message");
  const count = async () => {
    child.send("count");
    return (await once(child, "message"))[0];
  };
  return { url: `http://127.0.0.1:${port}`, count, stop: () => child.disconnect() };
}

/** Each client with a key that it was given, once more as a control, and with a live one. */
async function makeClients(url) {
  const store = new SecretCache(MemorySecretStore.from({ [secret]: key }));
  const baseURL = `${url}/v1`;
  const secretFetch = createSecretFetch(store, secret, { origin: url });
  const ask = (send, apiKey) => async () => {
    const init = { method: "POST", headers: { ...headers, authorization: `Bearer ${apiKey}` } };
    const body = JSON.stringify({ model: "sample", messages });
    return (await send(`${baseURL}/chat/completions`, { ...init, body })).json();
  };
  const complete = (openai) => () => openai.chat.completions.create({ model: "sample", messages });
  const write = (anthropic) => () =>
    anthropic.messages.create({ model: "sample", max_tokens: 10, messages });
  const bareOpenAI = () => complete(new OpenAI({ apiKey: key, baseURL }));
  const bareAnthropic = () => write(new Anthropic({ apiKey: key, baseURL: url }));
  const liveOpenAI = await createOpenAIClient(store, secret, { baseURL });
  const liveAnthropic = await createAnthropicClient(store, secret, { baseURL: url });
  return {
    fetch: [ask(fetch, key), ask(fetch, key), ask(secretFetch, secretFetch.placeholder)],
    openai: [bareOpenAI(), bareOpenAI(), complete(liveOpenAI)],
    "@anthropic-ai/sdk": [bareAnthropic(), bareAnthropic(), write(liveAnthropic)],
  };
}

/** Milliseconds of the clock, and of the processor in this process, for one call. */
async function measure(call, calls, inFlight) {
  let left = calls;
  const callOn = async () => {
    while (left-- > 0) await call();
  };
  const start = performance.now();
  const startCpu = process.cpuUsage();
  await Promise.all(Array.from({ length: inFlight }, callOn));
  const { user, system } = process.cpuUsage(startCpu);
  return { wall: (performance.now() - start) / calls, cpu: (user + system) / 1_000 / calls };
}

/** Every subject once a round, each round in another order. Rows of what was measured. */
async function interleaved(subjects, count, calls, inFlight) {
  const rows = [];
  for (let round = 0; round < count; round++) {
    const row = [];
    for (let turn = 0; turn < subjects.length; turn++) {
      const index = (turn + round) % subjects.length;
      row[index] = await measure(subjects[index], calls, inFlight);
    }
    rows.push(row);
  }
  return rows;
}

/** A batch is a few milliseconds, and the quickest tenth of them those that nothing interrupted. */
function quick(rows, subject, unit) {
  const sorted = rows.map((row) => row[subject][unit]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 10)];
}

/** Against the first subject, in each run: the median of the runs, and their range. */
function compare(measured, subject, unit) {
  const ratios = measured.map((rows) => quick(rows, subject, unit) / quick(rows, 0, unit));
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)].map((each) => each.toFixed(3));
  return { ratio: median(ratios), text: `${median(ratios).toFixed(3)}× (${low}–${high})` };
}

async function benchOne(title, subjects, inFlight) {
  const calls = inFlight === 1 ? 8 : inFlight;
  await interleaved(subjects, warmUpRounds, calls, inFlight);
  const measured = [];
  for (let run = 0; run < runs; run++) {
    measured.push(await interleaved(subjects, rounds, calls, inFlight));
  }
  const [bare, live] = [0, 2].map((subject) => quick(measured.flat(), subject, "wall") * 1_000);
  const { ratio, text } = compare(measured, 2, "wall");
  console.log(
    [
      `  ${title.padEnd(18)} ${String(inFlight).padStart(2)} in flight`,
      `${bare.toFixed(0)} µs and ${(live - bare).toFixed(0).padStart(3)} µs`,
      `${text} ${ratio <= goal ? "met   " : "MISSED"}`,
      `processor ${compare(measured, 2, "cpu").text}`,
      `control ${compare(measured, 1, "wall").text}`,
    ].join("  "),
  );
  return subjects.length * calls * (warmUpRounds + runs * rounds);
}

/** What a live key adds to a call: the goal is 3 %, and no request while nothing rotates. */
export async function benchLive() {
  const server = await startServer();
  console.log("\nWhat a live key adds to a call, and the ratio: median of runs, and their range");
  try {
    const clients = await makeClients(server.url);
    let expected = 0;
    for (const inFlight of [1, 64]) {
      for (const [name, subjects] of Object.entries(clients)) {
        expected += await benchOne(name, subjects, inFlight);
      }
    }
    assert.deepEqual(await server.count(), { answered: expected, refused: 0 });
    console.log(`  ${expected} calls, as many requests`);
  } finally {
    server.stop();
  }
}
