import { type Route, sendJson } from '@tikitu/kit/base/http'
import type { AdmitCaller } from '@tikitu/kit/service/compose-subgraph'
import { callerOf } from '@tikitu/kit/service/graphql-route'
import type { BaseDeps } from '@tikitu/kit/service/run-subgraph'
import { fileRoute } from '@tikitu/storage/file-route'
import { receiveFile } from '@tikitu/storage/receive-file'
import { sendFile } from '@tikitu/storage/send-file'
import { createCtx, type PartnerDeps } from './context.ts'
import { openDocumentFile } from './domain/documents/document-file.ts'
import { maxDocumentBytes, receiveUpload } from './domain/documents/document-uploads.ts'

/** Further endpoints: downloads and uploads of documents, by URLs that the graph hands out. */
export function routes(deps: BaseDeps & PartnerDeps, admit: AdmitCaller): Record<string, Route> {
  const options = { urls: deps.fileUrls, now: deps.now, callerOf, admit }
  return {
    'GET /files/partner/*': fileRoute(options, async ({ request, response, caller, name }) => {
      await sendFile(request, response, await openDocumentFile(createCtx(deps, caller), name))
    }),
    'POST /files/partner/*': fileRoute(options, async ({ request, response, caller, name }) => {
      const { store } = deps
      const receive = (key: string) => receiveFile(request, { store, key, maxBytes: maxDocumentBytes })
      sendJson(response, 201, await receiveUpload(createCtx(deps, caller), name, receive))
    }),
  }
}
