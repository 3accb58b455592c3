import { createClient } from "@connectrpc/connect";
import { ModerationService } from "@gen/moderation_service_pb";
import { transport } from "./transport";

export const moderation = createClient(ModerationService, transport);
