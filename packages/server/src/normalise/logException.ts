import { asObject, ownProperty, stringAt } from './attributes.ts';
import type { Attributes, AttributeValue } from './decodedSpan.ts';

export interface LogException {
  /** Type, message and stack as one text. */
  text: string;
  type: string | null;
}

/** Under which names loggers hang an error onto a record: pino and bunyan `err`, Python `exc_info`, zap `error` … */
const ERROR_KEYS = ['exception', 'err', 'error', 'exc_info'] as const;

/** The exception of a record: the conventions' `exception.*`, else an error among its attributes or in its structured body. */
export function readException(attributes: Attributes, body: AttributeValue | undefined): LogException | undefined {
  const conventional = exceptionOf(
    stringAt(attributes, 'exception.type'),
    stringAt(attributes, 'exception.message'),
    stringAt(attributes, 'exception.stacktrace'),
  );
  if (conventional !== undefined) return conventional;
  const fields = asObject(body);
  for (const key of ERROR_KEYS) {
    const found = readError(attributes.get(key)) ?? (fields === undefined ? undefined : readError(ownProperty(fields, key)));
    if (found !== undefined) return found;
  }
  return exceptionOf(stringAt(attributes, 'error.type'), stringAt(attributes, 'error.message'), stringAt(attributes, 'error.stack'));
}

function readError(value: unknown): LogException | undefined {
  if (typeof value === 'string') return exceptionOf(undefined, value, undefined);
  const error = asObject(value);
  if (error === undefined) return undefined;
  const text = (...keys: readonly string[]) => keys.map((key) => ownProperty(error, key)).find((part) => typeof part === 'string' && part !== '');
  return exceptionOf(text('type', 'name', 'kind'), text('message', 'msg'), text('stack', 'stacktrace', 'stack_trace'));
}

function exceptionOf(type: unknown, message: unknown, stack: unknown): LogException | undefined {
  const [typeText, messageText, stackText] = [type, message, stack].map((part) => (typeof part === 'string' ? part : ''));
  const head = [typeText, messageText].filter((part) => part !== '').join(': ');
  if (head === '' && !stackText) return undefined;
  // Most stacks begin with the type and the message.
  const text = !stackText ? head : stackText.includes(messageText || typeText || '') ? stackText : `${head}\n${stackText}`;
  return { text, type: typeText || null };
}
