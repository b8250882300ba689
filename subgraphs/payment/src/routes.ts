import { type Route, readBody, sendJson } from '@tikitu/kit/http'
import { createJobCtx, createSandboxCtx, type PaymentDeps } from './context.ts'
import { takeWebhook } from './domain/take-webhook.ts'
import { WebhookRefused } from './providers/provider.ts'
import { answerChallenge, findChallenge } from './providers/sandbox/intents.ts'
import { challengePage, closedPage, donePage } from './providers/sandbox/page.ts'

const maxWebhookBytes = 256_000
const maxFormBytes = 4_096

/** What payment answers besides GraphQL: its providers' webhooks, and the sandbox's 3-D Secure page. */
export function routes(deps: PaymentDeps): Record<string, Route> {
  return {
    'POST /webhooks/sandbox': async (request, response) => {
      const body = await readBody(request, maxWebhookBytes)
      try {
        const ctx = createJobCtx(deps)
        await takeWebhook(ctx, 'sandbox', { headers: request.headers, body, now: ctx.now() })
        response.writeHead(204).end()
      } catch (error) {
        if (!(error instanceof WebhookRefused)) throw error
        sendJson(response, error.status, { error: error.message })
      }
    },
    'GET /sandbox/3ds/*': async (request, response) => {
      const intent = await findChallenge(createSandboxCtx(deps), challengeOf(request.url))
      sendPage(response, intent ? 200 : 404, intent ? challengePage(intent) : closedPage())
    },
    'POST /sandbox/3ds/*': async (request, response) => {
      const form = new URLSearchParams((await readBody(request, maxFormBytes)).toString())
      const isApproved = form.get('answer') === 'approve'
      const intent = await answerChallenge(createSandboxCtx(deps), challengeOf(request.url), isApproved)
      sendPage(response, intent ? 200 : 404, intent ? donePage(isApproved) : closedPage())
    },
  }
}

function challengeOf(url: string | undefined): string {
  return (url ?? '').split('?')[0]?.split('/').at(-1) ?? ''
}

/** Nothing on these pages comes from elsewhere, and no other page may frame them. */
function sendPage(response: Parameters<Route>[1], status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  })
  response.end(html)
}
