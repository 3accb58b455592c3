import { createClient } from "@connectrpc/connect";
import { AdminService } from "@gen/admin_service_pb";
import { ModelService } from "@gen/model_service_pb";
import { OperationService } from "@gen/operation_service_pb";
import type { Site } from "@gen/site_pb";
import { transport } from "../api/transport";

export const admin = createClient(AdminService, transport);
export const model = createClient(ModelService, transport);
export const operations = createClient(OperationService, transport);

const kSitesMax = 2_000;

export async function listSites(): Promise<Site[]> {
  const sites: Site[] = [];
  let pageToken = "";
  do {
    const page = await admin.listSites({ pageSize: 500, pageToken });
    sites.push(...page.sites);
    pageToken = page.nextPageToken;
  } while (pageToken && sites.length < kSitesMax);
  return sites;
}
