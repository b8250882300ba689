import type { ServerResponse } from 'node:http'
import { type Route, readBody, sendJson } from '@tikitu/kit/base/http'
import { createJobCtx, createSandboxCtx, type PaymentDeps } from './context.ts'
import { handleWebhook } from './domain/webhooks/handle-webhook.ts'
import { WebhookRefused } from './providers/provider.ts'
import { answerChallenge, findChallenge, findReturn, returnUrlOf } from './providers/sandbox/intents.ts'
import { challengePage, closedPage, donePage } from './providers/sandbox/page.ts'

const maxWebhookBytes = 256_000
const maxFormBytes = 4_096

/** The HTTP routes besides GraphQL: webhooks of providers, and the sandbox's 3-D Secure page. */
export function routes(deps: PaymentDeps): Record<string, Route> {
  return {
    'POST /webhooks/sandbox': async (request, response) => {
      const body = await readBody(request, maxWebhookBytes)
      try {
        const ctx = createJobCtx(deps)
        await handleWebhook(ctx, 'sandbox', { headers: request.headers, body, now: ctx.now() })
        response.writeHead(204).end()
      } catch (error) {
        if (!(error instanceof WebhookRefused)) throw error
        sendJson(response, error.status, { error: error.message })
      }
    },
    'GET /sandbox/3ds/*': async (request, response) => {
      const challenge = challengeOf(request.url)
      const intent = await findChallenge(createSandboxCtx(deps), challenge)
      if (!intent) return await sendClosed(deps, response, challenge)
      sendPage(response, { status: 200, html: challengePage(intent), returnUrl: intent.returnUrl })
    },
    'POST /sandbox/3ds/*': async (request, response) => {
      const form = new URLSearchParams((await readBody(request, maxFormBytes)).toString())
      const isApproved = form.get('answer') === 'approve'
      const challenge = challengeOf(request.url)
      const intent = await answerChallenge(createSandboxCtx(deps), challenge, isApproved)
      if (!intent) return await sendClosed(deps, response, challenge)
      const returnUrl = returnUrlOf(intent)
      if (returnUrl) sendBack(response, returnUrl)
      else sendPage(response, { status: 200, html: donePage(isApproved) })
    },
  }
}

/** A page that was already answered, perhaps by a second click, redirects like the first answer. */
async function sendClosed(deps: PaymentDeps, response: ServerResponse, challenge: string): Promise<void> {
  const returnUrl = await findReturn(createSandboxCtx(deps), challenge)
  if (returnUrl) sendBack(response, returnUrl)
  else sendPage(response, { status: 404, html: closedPage() })
}

function sendBack(response: ServerResponse, location: string): void {
  response.writeHead(303, { location, 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' }).end()
}

function challengeOf(url: string | undefined): string {
  return (url ?? '').split('?')[0]?.split('/').at(-1) ?? ''
}

interface Page {
  status: number
  html: string
  /** Where the form redirects. Browsers apply `form-action` to redirects too. */
  returnUrl?: string | null
}

/** These pages load nothing from elsewhere, and no other page may frame them. */
function sendPage(response: ServerResponse, { status, html, returnUrl }: Page): void {
  const url = returnUrl ? new URL(returnUrl) : null
  const target = url && (url.protocol.startsWith('http') ? ` ${url.origin}` : ` ${url.protocol}`)
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action 'self'${target ?? ''}; frame-ancestors 'none'; base-uri 'none'`,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  })
  response.end(html)
}
