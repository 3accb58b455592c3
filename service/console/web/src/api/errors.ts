// What went wrong, in words for the person in front of the screen.
import { Code, ConnectError } from "@connectrpc/connect";

// google.rpc's details, as far as they are shown; read by hand, as their types are no part of our contract.
interface ErrorInfo {
  reason: string;
  metadata: Map<string, string>;
}

export interface FieldViolation {
  field: string;
  description: string;
}

const utf8 = new TextDecoder();

// The length-delimited fields of a message; all that google.rpc.ErrorInfo and BadRequest consist of.
function* fieldsOf(bytes: Uint8Array): Generator<[number, Uint8Array]> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; at < bytes.length; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const key = varint();
    if ((key & 7) !== 2) return;
    const length = varint();
    yield [key >>> 3, bytes.subarray(at, at + length)];
    at += length;
  }
}

function detailBytes(error: ConnectError, type: string): Uint8Array[] {
  return error.details.flatMap((detail) => "type" in detail && detail.type === type ? [detail.value] : []);
}

export function errorInfoOf(error: unknown): ErrorInfo | undefined {
  const connect = ConnectError.from(error);
  for (const bytes of detailBytes(connect, "google.rpc.ErrorInfo")) {
    const info: ErrorInfo = { reason: "", metadata: new Map() };
    for (const [number, value] of fieldsOf(bytes)) {
      if (number === 1) info.reason = utf8.decode(value);
      if (number === 3) {
        const pair = new Map([...fieldsOf(value)].map(([part, text]) => [part, utf8.decode(text)]));
        info.metadata.set(pair.get(1) ?? "", pair.get(2) ?? "");
      }
    }
    return info;
  }
  return undefined;
}

export function violationsOf(error: unknown): FieldViolation[] {
  const connect = ConnectError.from(error);
  return detailBytes(connect, "google.rpc.BadRequest").flatMap((bytes) =>
    [...fieldsOf(bytes)].filter(([number]) => number === 1).map(([, value]) => {
      const parts = new Map([...fieldsOf(value)].map(([number, text]) => [number, utf8.decode(text)]));
      return { field: parts.get(1) ?? "", description: parts.get(2) ?? "" };
    }));
}

// The server cannot be reached, or not now: the same call may succeed in a while.
export function isAway(error: unknown): boolean {
  const { code, cause } = ConnectError.from(error);
  return code === Code.Unavailable || code === Code.DeadlineExceeded ||
    (code === Code.Unknown && cause instanceof TypeError) || error instanceof TypeError;
}

export function isCancelled(error: unknown): boolean {
  return ConnectError.from(error).code === Code.Canceled;
}

const sentence = (text: string) => {
  const trimmed = text.trim();
  if (!trimmed) return "";
  const capital = trimmed[0]!.toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
};

export function explain(error: unknown): string {
  const connect = ConnectError.from(error);
  if (isAway(error)) return "The server does not answer at the moment. Nothing is lost; try again in a while.";
  switch (connect.code) {
    case Code.Unauthenticated:
      return "You are not signed in any more.";
    case Code.PermissionDenied:
      return "Your account may not do this. An operator can change that.";
    case Code.NotFound:
      return "This is not there any more.";
    case Code.ResourceExhausted:
      return sentence(connect.rawMessage) || "That was too much at once. Wait a moment and try again.";
    case Code.Unimplemented:
      return "This server does not offer that yet.";
    case Code.Internal:
    case Code.Unknown:
      return "The server had a fault of its own. It is in its log; try again.";
    default: {
      const violations = violationsOf(error);
      return violations.length
        ? violations.map(({ description }) => sentence(description)).join(" ")
        : sentence(connect.rawMessage);
    }
  }
}
