import { anonymous } from '@tikitu/kit/auth/viewer'
import { type Route, sendJson, sendText } from '@tikitu/kit/base/http'
import type { AdmitCaller } from '@tikitu/kit/service/compose-subgraph'
import { callerOf } from '@tikitu/kit/service/graphql-route'
import type { BaseDeps } from '@tikitu/kit/service/run-subgraph'
import { fileRoute } from '@tikitu/storage/file-route'
import { sendFile } from '@tikitu/storage/send-file'
import { type BookingDeps, createCtx } from './context.ts'
import { performanceCalendar } from './domain/catalogue/performance-calendar.ts'
import { openTicketFile } from './domain/tickets/ticket-files.ts'

/** Further endpoints: files of tickets, by URLs that the graph hands out, and the public calendars of performances. */
export function routes(deps: BaseDeps & BookingDeps, admit: AdmitCaller): Record<string, Route> {
  const options = { urls: deps.fileUrls, now: deps.now, callerOf, admit }
  return {
    'GET /files/booking/*': fileRoute(options, async ({ request, response, caller, name }) => {
      await sendFile(request, response, await openTicketFile(createCtx(deps, caller), name))
    }),
    'GET /calendars/*': async (request, response) => {
      const [, id = ''] = /\/(prf_\w+)\.ics$/.exec(request.url?.split('?')[0] ?? '') ?? []
      const calendar = await performanceCalendar(createCtx(deps, callerOf(request, anonymous)), id)
      if (calendar === null) return sendJson(response, 404, { error: 'There is no such calendar.' })
      sendText(response, 200, { body: calendar, headers: calendarHeaders })
    },
  }
}

/** For a few minutes, so that a move is seen soon. */
const calendarHeaders = {
  'content-type': 'text/calendar; charset=utf-8',
  'content-disposition': 'inline; filename="performance.ics"',
  'cache-control': 'public, max-age=300',
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
}
