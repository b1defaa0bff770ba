// The API that bench/live.mjs calls, in a process of its own so that it shares no event loop with the
// clients. Accepts one key, and answers at once.
import { createServer } from "node:http";

const [key] = process.argv.slice(2);
const usage = { input_tokens: 1, output_tokens: 2, prompt_tokens: 1, completion_tokens: 2 };
const message = { role: "assistant", content: "Hello." };
const answers = {
  "/v1/chat/completions": {
    ...{ id: "chatcmpl-1", object: "chat.completion", created: 1, model: "sample", usage },
    choices: [{ index: 0, finish_reason: "stop", message }],
  },
  "/v1/messages": {
    ...{ id: "msg_1", type: "message", role: "assistant", model: "sample", usage },
    ...{ content: [{ type: "text", text: "Hello." }], stop_reason: "end_turn" },
  },
};
const bodies = Object.fromEntries(
  Object.entries(answers).map(([path, answer]) => [path, Buffer.from(JSON.stringify(answer))]),
);
const counts = { answered: 0, refused: 0 };

const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    const { authorization, "x-api-key": apiKey } = request.headers;
    const isAccepted = (apiKey ?? authorization) === (apiKey ? key : `Bearer ${key}`);
    counts[isAccepted ? "answered" : "refused"]++;
    const body = isAccepted ? bodies[request.url] : Buffer.from("{}");
    const headers = { "content-type": "application/json", "content-length": body.length };
    response.writeHead(isAccepted ? 200 : 401, headers).end(body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("message", () => process.send(counts));
process.on("disconnect", () => process.exit());
