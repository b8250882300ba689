import { createHash } from 'node:crypto'
import { type Pass, renderPassesPdf, renderQrPng, renderQrSvg } from '@tikitu/kit/pass'
import { createRenderings } from '@tikitu/kit/renderings'
import type { Ctx } from '../context.ts'

/** A code never changes, and a PDF is known by all that stands in it: each is made once, and then for nothing. */
const kept = createRenderings({ maxBytes: 32_000_000, atOnce: 4 })

/** The code as a QR, in PNG. */
export async function qrPng({ signal }: Pick<Ctx, 'signal'>, code: string): Promise<Buffer> {
  return await kept.get(`png ${code}`, () => renderQrPng(code), signal)
}

/** The code as a QR, in SVG. */
export async function qrSvg({ signal }: Pick<Ctx, 'signal'>, code: string): Promise<string> {
  const svg = await kept.get(`svg ${code}`, async () => Buffer.from(await renderQrSvg(code)), signal)
  return svg.toString()
}

/** The passes as one PDF. Its date is that of its first making. */
export async function passesPdf(
  { signal, now }: Pick<Ctx, 'signal' | 'now'>,
  passes: readonly Pass[],
): Promise<Buffer> {
  const content = createHash('sha256').update(JSON.stringify(passes)).digest('base64url')
  const make = (whenAllGone: AbortSignal) => renderPassesPdf(passes, { madeAt: now(), signal: whenAllGone })
  return await kept.get(`pdf ${content}`, make, signal)
}
