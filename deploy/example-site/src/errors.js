// What a failed call says. replyguard puts google.rpc's details into the trailer grpc-status-details-bin: every violated
// field at once, a stable reason, and when to come again.
import grpc from '@grpc/grpc-js';
import protobuf from 'protobufjs';

// The part of google/rpc/status.proto and error_details.proto that a website needs.
const google = protobuf.parse(`
  syntax = "proto3";
  package google.rpc;
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message BadRequest {
    message FieldViolation { string field = 1; string description = 2; string reason = 3; }
    repeated FieldViolation field_violations = 1;
  }
  message ErrorInfo { string reason = 1; string domain = 2; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }
`, { keepCase: true }).root;

export class ServiceError extends Error {
  code = grpc.status.UNKNOWN;
  reason = ''; // such as THREAD_CLOSED
  violations = []; // [{ field: 'submission.body', description: 'The comment is required.', reason: 'REQUIRED' }]
  retryAfterMs = undefined;

  is(...codes) {
    return codes.some((code) => grpc.status[code] === this.code);
  }
}

export function toServiceError(error) {
  const result = new ServiceError(error.details || error.message);
  result.code = error.code ?? grpc.status.UNKNOWN;
  const [trailer] = error.metadata?.get('grpc-status-details-bin') ?? [];
  if (!trailer) return result;
  try {
    for (const any of google.lookupType('google.rpc.Status').decode(trailer).details) readDetail(any, result);
  } catch {
    // Whatever stands between us and the service may cut a trailer; the code alone says enough.
  }
  return result;
}

function readDetail(any, result) {
  const type = any.type_url.split('/').pop();
  const decode = () => google.lookupType(type).decode(any.value);
  if (type === 'google.rpc.BadRequest') result.violations = decode().field_violations;
  if (type === 'google.rpc.ErrorInfo') result.reason = decode().reason;
  if (type === 'google.rpc.RetryInfo') {
    const { seconds, nanos } = decode().retry_delay ?? {};
    result.retryAfterMs = Number(seconds ?? 0) * 1000 + Math.ceil((nanos ?? 0) / 1e6);
  }
}
