import { type Route, readBody, sendJson, sendText } from '@tikitu/kit/base/http'
import { createJobCtx, type Deps } from './context.ts'
import { applyFeedback, MessageNotSentYet } from './domain/delivery/apply-feedback.ts'
import { findSubscription, unsubscribe } from './domain/preferences/unsubscribe.ts'
import { readSesEvent } from './feedback/ses-event.ts'
import { type SnsReceiver, SnsRefused } from './feedback/sns-receiver.ts'
import { confirmPage, unknownPage, unsubscribedPage } from './unsubscribe-page.ts'

const maxFeedbackBytes = 262_144
const maxFormBytes = 1_024

/** What notification answers besides GraphQL: links that end mails, and the feedback of SES through SNS. */
export function routes(deps: Deps & { sns: SnsReceiver | null }): Record<string, Route> {
  const { sns } = deps
  return {
    // Never ends anything: programs that look at links before people do follow them with GET.
    'GET /unsubscribe/*': async (request, response) => {
      const found = await findSubscription(createJobCtx(deps), tokenOf(request.url))
      sendPage(response, found ? 200 : 404, found ? confirmPage(found) : unknownPage())
    },
    'POST /unsubscribe/*': async (request, response) => {
      await readBody(request, maxFormBytes)
      const ended = await unsubscribe(createJobCtx(deps), tokenOf(request.url))
      sendPage(response, ended ? 200 : 404, ended ? unsubscribedPage(ended) : unknownPage())
    },
    ...(sns ? { 'POST /webhooks/sns': feedbackRoute(deps, sns) } : {}),
  }
}

function feedbackRoute(deps: Deps, receive: SnsReceiver): Route {
  return async (request, response) => {
    const body = (await readBody(request, maxFeedbackBytes)).toString()
    try {
      const delivery = await receive(body)
      const event = delivery && readSesEvent(delivery.message)
      if (event) await applyFeedback(createJobCtx(deps), event)
      response.writeHead(204).end()
    } catch (error) {
      if (error instanceof SnsRefused) return sendJson(response, 403, { error: error.message })
      if (error instanceof MessageNotSentYet) return sendJson(response, 503, { error: error.message })
      throw error
    }
  }
}

function tokenOf(url: string | undefined): string {
  return (url ?? '').split('?')[0]?.split('/').at(-1) ?? ''
}

function sendPage(response: Parameters<Route>[1], status: number, html: string): void {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  }
  sendText(response, status, { body: html, headers })
}
