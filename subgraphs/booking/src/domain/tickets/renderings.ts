import { createHash } from 'node:crypto'
import { createRenderings } from '@tikitu/kit/base/renderings'
import { renderQrPng, renderQrSvg } from '@tikitu/ticket-pdf/qr'
import { renderTicketsPdf } from '@tikitu/ticket-pdf/render-tickets'
import type { PrintedTicket } from '@tikitu/ticket-pdf/ticket'
import type { Ctx } from '../../context.ts'

/** Codes never change, and PDFs are keyed by their content, so each is rendered once. */
const kept = createRenderings({ maxBytes: 32_000_000, atOnce: 4 })

/** The QR code as a PNG. */
export async function qrPng({ signal }: Pick<Ctx, 'signal'>, code: string): Promise<Buffer> {
  return await kept.get(`png ${code}`, () => renderQrPng(code), signal)
}

/** The QR code as an SVG document. */
export async function qrSvg({ signal }: Pick<Ctx, 'signal'>, code: string): Promise<string> {
  const svg = await kept.get(`svg ${code}`, async () => Buffer.from(await renderQrSvg(code)), signal)
  return svg.toString()
}

/** The tickets as one PDF in the locale's language, dated by its first rendering. */
export async function printedTickets(
  { signal, now }: Pick<Ctx, 'signal' | 'now'>,
  tickets: readonly PrintedTicket[],
  look: { locale: string; mapUrl: string },
): Promise<Buffer> {
  const content = createHash('sha256')
    .update(JSON.stringify([look, tickets]))
    .digest('base64url')
  const make = (whenAllGone: AbortSignal) => renderTicketsPdf(tickets, { ...look, madeAt: now(), signal: whenAllGone })
  return await kept.get(`pdf ${content}`, make, signal)
}
