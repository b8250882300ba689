import type { Route } from '@tikitu/kit/base/http'
import type { AdmitCaller } from '@tikitu/kit/service/compose-subgraph'
import { callerOf } from '@tikitu/kit/service/graphql-route'
import type { BaseDeps } from '@tikitu/kit/service/run-subgraph'
import { fileRoute } from '@tikitu/storage/file-route'
import { sendFile } from '@tikitu/storage/send-file'
import { type BookingDeps, createCtx } from './context.ts'
import { openTicketFile } from './domain/tickets/ticket-files.ts'

/** Further endpoints: files of tickets, by URLs that the graph hands out. */
export function routes(deps: BaseDeps & BookingDeps, admit: AdmitCaller): Record<string, Route> {
  const options = { urls: deps.fileUrls, now: deps.now, callerOf, admit }
  return {
    'GET /files/booking/*': fileRoute(options, async ({ request, response, caller, name }) => {
      await sendFile(request, response, await openTicketFile(createCtx(deps, caller), name))
    }),
  }
}
