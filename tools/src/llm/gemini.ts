import type { ApiShape } from "./api-shape.ts";

const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 };

const part = (text: string, finishReason?: "STOP") => ({
  candidates: [
    {
      content: { role: "model", parts: [{ text }] },
      index: 0,
      ...(finishReason && { finishReason }),
    },
  ],
  usageMetadata,
});

const error = (code: number, message: string, details: readonly object[] = []) => ({
  error: { code, message, status: code < 500 ? "INVALID_ARGUMENT" : "UNAVAILABLE", details },
});

/** `POST /v1beta/models/<model>:generateContent` */
export const generateContent: ApiShape = {
  name: "gemini",
  answer: (modelVersion, text) => ({ ...part(text, "STOP"), modelVersion }),
  events: (_, parts) => [
    ...parts.map((text) => ({ data: part(text) })),
    { data: part("", "STOP") },
  ],
  error,
  refusal: {
    status: 400,
    body: (message) => {
      const type = "type.googleapis.com/google.rpc.ErrorInfo";
      const domain = "googleapis.com";
      return error(400, message, [{ "@type": type, reason: "API_KEY_INVALID", domain }]);
    },
  },
};

/** `POST /v1beta/models/<model>:streamGenerateContent?alt=sse` */
export const streamGenerateContent: ApiShape = { ...generateContent, streams: true };
