import type { LeakPrinter } from "@llm-orchestrator/secrets-testing";
import bunyan from "bunyan";
import { pino } from "pino";
import { createLogger, format, transports } from "winston";
import { MemoryStream } from "./memory-stream.ts";

/** pino, with its own error serialiser and in every position of a call. */
export const pinoPrinter: LeakPrinter = (subject) => {
  const stream = new MemoryStream();
  const logger = pino({ level: "trace" }, stream);
  logger.info(subject as object);
  const shown = subject as object; // the types of pino check the marks
  logger.info({ subject, nested: { list: [subject] } }, "%s %o %j", shown, shown, shown);
  logger.error({ err: subject, error: subject });
  logger.child({ subject }).warn("child");
  return stream.text;
};

/** winston with its usual formats. */
export const winstonPrinter: LeakPrinter = (subject) => {
  const { errors, json, prettyPrint, simple, splat, logstash } = format;
  const formats = [json(), simple(), prettyPrint({ depth: 8 }), logstash()];
  const texts = formats.map((last) => {
    const stream = new MemoryStream();
    const logger = createLogger({
      format: format.combine(errors({ stack: true }), splat(), last),
      transports: [new transports.Stream({ stream })],
    });
    logger.info(subject as object);
    logger.info("%s %j %o", subject, subject, subject);
    logger.error("message", { subject, nested: { list: [subject] } });
    logger.child({ subject }).warn("child");
    logger.close();
    return stream.text;
  });
  return texts.join("\n");
};

/** bunyan with its standard serialisers. */
export const bunyanPrinter: LeakPrinter = (subject) => {
  const stream = new MemoryStream();
  const { stdSerializers: serializers } = bunyan;
  const logger = bunyan.createLogger({ name: "test", streams: [{ stream }], serializers });
  logger.info(subject as object);
  logger.info({ subject, nested: { list: [subject] } }, "%s %j", subject, subject);
  logger.error({ err: subject as Error });
  logger.child({ subject }).warn("child");
  return stream.text;
};
