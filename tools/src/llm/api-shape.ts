/** A model's answer in one vendor's shape, whole and as server-sent events. */
export interface ApiShape {
  readonly name: "openai" | "anthropic" | "gemini" | "cohere";
  /** The body of a plain answer. */
  answer(model: string, text: string): object;
  /** The same in parts: what follows `data: `, each with its event name where the vendor sends one. */
  events(model: string, parts: readonly string[]): readonly StreamEvent[];
  /** The body of a failure. */
  error(status: number, message: string): object;
  /** What a refused key gets, where that is not 401 with such a body. */
  readonly refusal?: { readonly status: number; body(message: string): object };
  /** Its endpoint streams whatever the body says. */
  readonly streams?: true;
}

interface StreamEvent {
  readonly event?: string;
  readonly data: object | string;
}

const created = 1_700_000_000;
const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const messageUsage = { input_tokens: 3, output_tokens: 2 };

function openAiError(status: number, message: string): object {
  const codes: Readonly<Record<number, string>> = {
    401: "invalid_api_key",
    429: "rate_limit_exceeded",
  };
  const type = status < 500 ? "invalid_request_error" : "server_error";
  return { error: { message, type, param: null, code: codes[status] ?? null } };
}

/** `POST /v1/chat/completions` */
export const chatCompletions: ApiShape = {
  name: "openai",
  answer: (model, content) => ({
    ...{ id: "chatcmpl-1", object: "chat.completion", created, model, usage },
    choices: [
      {
        ...{ index: 0, finish_reason: "stop", logprobs: null },
        message: { role: "assistant", content, refusal: null },
      },
    ],
  }),
  events: (model, parts) => {
    const chunk = (delta: object, finish_reason: string | null = null) => ({
      data: {
        ...{ id: "chatcmpl-1", object: "chat.completion.chunk", created, model },
        choices: [{ index: 0, delta, finish_reason }],
      },
    });
    return [
      chunk({ role: "assistant", content: "" }),
      ...parts.map((content) => chunk({ content })),
      chunk({}, "stop"),
      { data: "[DONE]" },
    ];
  },
  error: openAiError,
};

/** `POST /v1/responses` */
export const responses: ApiShape = {
  name: "openai",
  answer: (model, text) => toResponse(model, text, "completed"),
  events: (model, parts) => {
    const typed = (event: string, data: object, index: number) => ({
      event,
      data: { type: event, sequence_number: index, ...data },
    });
    const place = { item_id: "msg_1", output_index: 0, content_index: 0 };
    const deltas = parts.map(
      (delta) => ["response.output_text.delta", { ...place, delta }] as const,
    );
    const text = parts.join("");
    const item = (content: string, status: Status) => ({
      output_index: 0,
      item: toOutputItem(content, status),
    });
    return [
      ["response.created", { response: toResponse(model, "", "in_progress") }] as const,
      ["response.output_item.added", item("", "in_progress")] as const,
      ...deltas,
      ["response.output_text.done", { ...place, text }] as const,
      ["response.output_item.done", item(text, "completed")] as const,
      ["response.completed", { response: toResponse(model, text, "completed") }] as const,
    ].map(([event, data], index) => typed(event, data, index));
  },
  error: openAiError,
};

type Status = "in_progress" | "completed";

function toOutputItem(text: string, status: Status): object {
  const content = status === "completed" ? [{ type: "output_text", text, annotations: [] }] : [];
  return { type: "message", id: "msg_1", role: "assistant", status, content };
}

function toResponse(model: string, text: string, status: Status): object {
  return {
    ...{ id: "resp_1", object: "response", created_at: created, model, status },
    ...{ error: null, incomplete_details: null, tools: [], parallel_tool_calls: true },
    output: status === "completed" ? [toOutputItem(text, status)] : [],
    usage: { ...messageUsage, total_tokens: 5 },
  };
}

/** `POST /v1/messages` */
export const messages: ApiShape = {
  name: "anthropic",
  answer: (model, text) => toMessage(model, [{ type: "text", text }], "end_turn"),
  events: (model, parts) => {
    const typed = (type: string, data: object) => ({ event: type, data: { type, ...data } });
    return [
      typed("message_start", { message: toMessage(model, [], null) }),
      typed("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
      ...parts.map((text) =>
        typed("content_block_delta", { index: 0, delta: { type: "text_delta", text } }),
      ),
      typed("content_block_stop", { index: 0 }),
      typed("message_delta", {
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: messageUsage,
      }),
      typed("message_stop", {}),
    ];
  },
  error: (status, message) => {
    const types: Readonly<Record<number, string>> = {
      ...{ 400: "invalid_request_error", 401: "authentication_error", 403: "permission_error" },
      ...{ 404: "not_found_error", 429: "rate_limit_error", 529: "overloaded_error" },
    };
    return { type: "error", error: { type: types[status] ?? "api_error", message } };
  },
};

function toMessage(model: string, content: object[], stop_reason: string | null): object {
  return {
    ...{ id: "msg_1", type: "message", role: "assistant", model, content },
    ...{ stop_reason, stop_sequence: null, usage: messageUsage },
  };
}
