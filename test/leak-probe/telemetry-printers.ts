import { inspect } from "node:util";
import type { LeakPrinter } from "@llm-orchestrator/secrets-testing";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { normalize, normalizeToSize } from "@sentry/core";

/** What an exporter of OpenTelemetry gets of a span, printed and as JSON. */
export const openTelemetryPrinter: LeakPrinter = async (subject) => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const span = provider.getTracer("test").startSpan(String(subject));
  const untyped = subject as string;
  span.setAttribute("subject", untyped);
  span.setAttributes({ list: [untyped], text: `${subject}`, printed: inspect(subject) });
  span.addEvent("event", { subject: untyped, text: String(subject) });
  span.recordException(untyped);
  span.recordException(new Error(untyped));
  span.setStatus({ code: 2, message: untyped });
  span.end();
  const spans = exporter.getFinishedSpans();
  const exported = spans.map(({ name, attributes, events, status }) => ({
    ...{ name, attributes, events, status },
  }));
  await provider.shutdown();
  return [inspect(exported, { depth: 8 }), JSON.stringify(exported)].join("\n");
};

/** The normaliser through which Sentry sends extras, contexts and breadcrumbs. */
export const sentryPrinter: LeakPrinter = (subject) =>
  JSON.stringify([
    normalize(subject),
    normalize(
      { extra: { subject, list: [subject], error: new Error("outer", { cause: subject }) } },
      10,
    ),
    normalizeToSize({ subject }),
  ]);
