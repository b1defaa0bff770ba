import type { ApiShape } from "./api-shape.ts";

const usage = { tokens: { input_tokens: 3, output_tokens: 2 } };

/** `POST /v2/chat` */
export const cohereChat: ApiShape = {
  name: "cohere",
  answer: (_, text) => ({
    ...{ id: "chat-1", finish_reason: "COMPLETE", usage },
    message: { role: "assistant", content: [{ type: "text", text }] },
  }),
  events: (_, parts) => {
    const typed = (type: string, data: object) => ({ data: { type, ...data } });
    const content = (text: string) => ({
      ...{ index: 0, delta: { message: { content: { type: "text", text } } } },
    });
    return [
      typed("message-start", { id: "chat-1", delta: { message: { role: "assistant" } } }),
      typed("content-start", content("")),
      ...parts.map((text) => typed("content-delta", content(text))),
      typed("content-end", { index: 0 }),
      typed("message-end", { id: "chat-1", delta: { finish_reason: "COMPLETE", usage } }),
    ];
  },
  error: (_, message) => ({ message }),
};
