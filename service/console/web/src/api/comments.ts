import { createClient } from "@connectrpc/connect";
import { CommentService } from "@gen/comment_service_pb";
import { transport } from "./transport";

export const commentClient = createClient(CommentService, transport);
