import { localKeys } from '@tikitu/kit/keys'
import * as jose from 'jose'
import { z } from 'zod'
import type { Ctx } from '../context.ts'

/** The `typ` of a ticket's JWS, so that nothing else that booking signs passes for a ticket. */
const ticketType = 'tkt'

/** What a ticket's code says: which ticket, for which performance, and which of the ticket's codes this is. */
export interface TicketClaims {
  ticketId: string
  performanceId: string
  serial: number
}

const claims = z.object({ t: z.string(), p: z.string(), s: z.int() })

/** Signs the code that a ticket's QR shows. Kept small: the fewer its dots, the poorer the camera that still reads it. */
export async function signTicketCode(ctx: Ctx, { ticketId, performanceId, serial }: TicketClaims): Promise<string> {
  const payload = JSON.stringify({ t: ticketId, p: performanceId, s: serial })
  return await new jose.CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ alg: 'EdDSA', kid: ctx.keys.kid, typ: ticketType })
    .sign(ctx.keys.privateKey)
}

/** What the code says, when booking signed it; null for anything else. Says nothing about the ticket's state. */
export async function readTicketCode(ctx: Ctx, code: string): Promise<TicketClaims | null> {
  try {
    const keys = localKeys(ctx.keys.jwks)
    const { payload, protectedHeader } = await jose.compactVerify(code.trim(), keys, { algorithms: ['EdDSA'] })
    if (protectedHeader.typ !== ticketType) return null
    const { t, p, s } = claims.parse(JSON.parse(new TextDecoder().decode(payload)))
    return { ticketId: t, performanceId: p, serial: s }
  } catch {
    return null
  }
}
