import { base32nopad } from '@scure/base'
import { currentKeyId, isSignedBy, signBytes } from '@tikitu/kit/auth/sign-bytes'
import { localKeys } from '@tikitu/kit/auth/signing-keys'
import { bytesFromId, idFromBytes } from '@tikitu/kit/base/ids'
import * as jose from 'jose'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'

/** Content of a ticket's code: ticket, performance, and serial of the code. */
export interface TicketClaims {
  ticketId: string
  performanceId: string
  serial: number
}

/** No JWS signing input starts with this byte, so no other signature of booking can pass as a ticket. */
const version = 1
const signedLength = 39
const codeLength = signedLength + 64

/**
 * Signs the code in a ticket's QR: 165 capital letters and digits (base32, RFC 4648), which fit a QR code of version 7 in
 * alphanumeric mode. `docs/ticket-codes.md` describes the format byte by byte.
 */
export async function signTicketCode({ keys }: Pick<Ctx, 'keys'>, claims: TicketClaims): Promise<string> {
  const signed = new Uint8Array(signedLength)
  signed[0] = version
  signed.set(await currentKeyId(keys), 1)
  signed.set(bytesFromId(claims.ticketId), 5)
  signed.set(bytesFromId(claims.performanceId), 21)
  new DataView(signed.buffer).setUint16(37, claims.serial)
  const code = new Uint8Array(codeLength)
  code.set(signed)
  code.set(await signBytes(keys, signed), signedLength)
  return base32nopad.encode(code)
}

/** The content of a code signed by booking; null for anything else. Independent of the ticket's state. */
export async function readTicketCode({ keys }: Pick<Ctx, 'keys'>, text: string): Promise<TicketClaims | null> {
  const code = text.trim()
  return code.includes('.') ? await readJws(keys.jwks, code) : await readCompact(keys.jwks, code)
}

async function readCompact(jwks: jose.JSONWebKeySet, code: string): Promise<TicketClaims | null> {
  const bytes = decodeBase32(code.toUpperCase())
  if (bytes?.length !== codeLength || bytes[0] !== version) return null
  const signed = bytes.slice(0, signedLength)
  const proof = { keyId: signed.slice(1, 5), bytes: signed, signature: bytes.slice(signedLength) }
  if (!(await isSignedBy(jwks, proof))) return null
  return {
    ticketId: idFromBytes('tkt', signed.slice(5, 21)),
    performanceId: idFromBytes('prf', signed.slice(21, 37)),
    serial: new DataView(signed.buffer).getUint16(37),
  }
}

function decodeBase32(text: string): Uint8Array | null {
  try {
    return base32nopad.decode(text)
  } catch {
    return null
  }
}

/** Older tickets carry a JWS of this `typ`, and stay valid. */
const ticketType = 'tkt'
const jwsClaims = z.object({ t: z.string(), p: z.string(), s: z.int() })

async function readJws(jwks: jose.JSONWebKeySet, code: string): Promise<TicketClaims | null> {
  try {
    const { payload, protectedHeader } = await jose.compactVerify(code, localKeys(jwks), { algorithms: ['EdDSA'] })
    if (protectedHeader.typ !== ticketType) return null
    const { t, p, s } = jwsClaims.parse(JSON.parse(new TextDecoder().decode(payload)))
    return { ticketId: t, performanceId: p, serial: s }
  } catch {
    return null
  }
}
